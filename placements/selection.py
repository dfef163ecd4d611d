"""What placements know of an application's selection, for the papers that it needs."""

from django.db.models import Exists, OuterRef, Subquery

from trainees.documents.selection import IS_PLACED, ROUTE, selection_fact

from .models import Nomination, Placement
from .states import NOMINATION_OPEN, PlacementState


@selection_fact(ROUTE)
def route(application: OuterRef) -> Subquery:
    """The way of the nomination that is open."""
    nominations = Nomination.objects.filter(application=application, state__in=NOMINATION_OPEN)
    return Subquery(nominations.values("route")[:1])


@selection_fact(IS_PLACED)
def is_placed(application: OuterRef) -> Exists:
    """Whether a place was announced."""
    return Exists(Placement.objects.filter(application=application, state=PlacementState.ANNOUNCED))
