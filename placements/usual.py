"""How long decision, arrival and stay took in earlier cycles, for the trainee's status page."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from accounts.json_rows import Values, moment_from
from trainees.usual import MOST_CASES, Days, Source, usual_source

from .models import Placement
from .states import TOLD


def _told(programme: int, fiscal_year: int) -> QuerySet[Placement]:
    """The newest placements that were announced."""
    newest = (
        Placement.objects.filter(
            state__in=TOLD,
            decided_on__isnull=False,
            application__submitted_at__isnull=False,
            application__cycle__programme=programme,
            application__cycle__fiscal_year__lt=fiscal_year,
        )
        .order_by("-decided_on", "-pk")
        .values("pk")[:MOST_CASES]
    )
    return Placement.objects.filter(pk__in=newest)


def _days_of(rows: list[Values]) -> Days:
    """From the submission to the decision, from there to the first day, and the stay itself."""
    found: Days = {"decided": [], "arrival": [], "return": []}
    for row in sorted(rows, key=lambda row: (row["decided_on"], row["pk"]), reverse=True):
        submitted_at = moment_from(row["application__submitted_at"])
        decided, starts, ends = (
            date.fromisoformat(row[name]) for name in ("decided_on", "starts_on", "ends_on")
        )
        found["decided"].append((decided - timezone.localdate(submitted_at)).days)
        found["arrival"].append((starts - decided).days)
        found["return"].append((ends - starts).days)
    # What was written down afterwards lies in the wrong order, and is no duration.
    return {code: [each for each in days if each >= 0] for code, days in found.items()}


usual_source(
    "placements",
    Source(
        _told, ["pk", "application__submitted_at", "decided_on", "starts_on", "ends_on"], _days_of
    ),
)
