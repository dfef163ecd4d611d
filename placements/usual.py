"""How long decision, arrival and stay took in earlier cycles, for the trainee's status page."""

from datetime import date, datetime

from django.utils import timezone

from trainees.usual import MOST_CASES, usual_source

from .models import Placement
from .states import TOLD


@usual_source
def told_placements(programme: int, fiscal_year: int) -> dict[str, list[int]]:
    """From the submission to the decision, from there to the first day, and the stay itself."""
    rows = (
        Placement.objects.filter(
            state__in=TOLD,
            decided_on__isnull=False,
            application__submitted_at__isnull=False,
            application__cycle__programme=programme,
            application__cycle__fiscal_year__lt=fiscal_year,
        )
        .order_by("-decided_on", "-pk")
        .values_list("application__submitted_at", "decided_on", "starts_on", "ends_on")
    )
    found: dict[str, list[int]] = {"decided": [], "arrival": [], "return": []}
    for submitted_at, decided_on, starts_on, ends_on in rows[:MOST_CASES]:
        if decided_on is None:
            continue  # filtered above
        found["decided"].append((decided_on - _day(submitted_at)).days)
        found["arrival"].append((starts_on - decided_on).days)
        found["return"].append((ends_on - starts_on).days)
    # What was written down afterwards lies in the wrong order, and is no duration.
    return {code: [each for each in days if each >= 0] for code, days in found.items()}


def _day(moment: datetime | None) -> date:
    return timezone.localtime(moment).date()  # it is there: the rows were chosen so
