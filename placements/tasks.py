"""What workers do after a decision."""

from celery import shared_task

from .models import Placement
from .services import close_what_hosts_left, issue_decided
from .states import PlacementState


@shared_task
def announce_issued() -> int:
    """Issue and announce whatever is decided and was not told yet; may run as often as it likes."""
    return issue_decided(Placement.objects.filter(state=PlacementState.APPROVED).order_by("pk"))


@shared_task
def close_openings() -> int:
    """Close what hosts have taken back or fill by themselves; may run as often as it likes."""
    return close_what_hosts_left()
