"""What workers do after a decision."""

from celery import shared_task

from notices.letters import render_waiting

from .letters import announce
from .models import Placement
from .states import PlacementState


@shared_task
def announce_issued() -> int:
    """Render the letters that wait, then announce each placement whose two notices are issued."""
    render_waiting()
    approved = Placement.objects.filter(state=PlacementState.APPROVED).order_by("pk")
    return sum(announce(placement) for placement in approved)
