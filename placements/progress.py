"""How far an opening has come: handed on, answered, nominated, confirmed, submitted, forwarded."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from trainees.states import ApplicationState

from .completeness import HANDED_IN
from .models import Forwarding, Opening
from .states import NOMINATION_OPEN, NominationState

STANDING = Q(nominations__state__in=NOMINATION_OPEN) & ~Q(
    nominations__application__state=ApplicationState.WITHDRAWN
)
COUNTS = ["asked", "answered", "nominated", "confirmed", "submitted", "forwarded"]


def openings_with_progress(rows: QuerySet[Opening]) -> QuerySet[Opening]:
    """The openings with six counts each, in the same query."""
    confirmed = [NominationState.CONFIRMED, NominationState.FORWARDED]
    return rows.annotate(
        asked=Count("forwardings", distinct=True),
        answered=Count(
            "forwardings",
            filter=~Q(forwardings__answer=Forwarding.Answer.WAITING),
            distinct=True,
        ),
        nominated=Count("nominations", filter=STANDING, distinct=True),
        confirmed=Count("nominations", filter=Q(nominations__state__in=confirmed), distinct=True),
        submitted=Count(
            "nominations",
            filter=STANDING & Q(nominations__application__state__in=HANDED_IN),
            distinct=True,
        ),
        forwarded=Count(
            "nominations", filter=Q(nominations__state=NominationState.FORWARDED), distinct=True
        ),
    )


def totals_of(openings: Iterable[Opening]) -> dict[str, int]:
    """The sum of each count."""
    rows = list(openings)
    found = {name: sum(getattr(row, name) for row in rows) for name in COUNTS}
    return {**found, "quota": sum(row.quota for row in rows)}
