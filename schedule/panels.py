"""What the calendar shows on other pages."""

from django.http import HttpRequest
from django.utils import timezone

from accounts.panels import panel

from .duties import duties_of
from .models import Cycle


@panel("overview", order=10, template="schedule/_duties.html")
def duties(request: HttpRequest, _subject: object) -> dict[str, object]:
    """What this person has to do."""
    today = timezone.localdate()
    return {"duties": duties_of(request.user, today), "today": today}


@panel("overview", order=20, template="schedule/_cycle.html")
def running_cycle(request: HttpRequest, _subject: object) -> dict[str, object] | None:
    """The phases and deadlines of the cycles that are running."""
    today = timezone.localdate()
    cycles = list(
        Cycle.objects.visible_to(request.user)
        .running(today)
        .select_related("programme")
        .prefetch_related("phases", "deadlines")
        .order_by("fiscal_year")
    )
    for cycle in cycles:
        cycle.phase_now = cycle.phase_on(today)
    return {"cycles": cycles, "today": today}
