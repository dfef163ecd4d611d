"""What keeps a cycle open: notices that are on their way."""

from django.utils.translation import ngettext

from schedule.models import Cycle
from schedule.openers import keeps_cycle_open

from .models import Placement
from .states import PlacementState


@keeps_cycle_open
def notices_on_their_way(cycle: Cycle) -> str | None:
    """What is decided is told to both sides first: nothing of a cycle changes once it has ended."""
    waiting = Placement.objects.filter(application__cycle=cycle, state=PlacementState.APPROVED)
    if not (n := waiting.count()):
        return None
    return ngettext(
        "The notices of {n} decided placement are still being issued. Try again afterwards.",
        "The notices of {n} decided placements are still being issued. Try again afterwards.",
        n,
    ).format(n=n)
