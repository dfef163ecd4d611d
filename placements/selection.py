"""What placements know of an application's selection, for the papers that it needs."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Subquery

from trainees.documents.selection import Selection, route_source, selection_source
from trainees.models import Application

from .models import Nomination, Placement
from .states import NOMINATION_OPEN, PlacementState


@route_source
def route(application: OuterRef) -> Subquery:
    """The way of the nomination that is open."""
    nominations = Nomination.objects.filter(application=application, state__in=NOMINATION_OPEN)
    return Subquery(nominations.values("route")[:1])


@selection_source
def selection(applications: Collection[int]) -> dict[int, Selection]:
    """The way of the nomination that is open, and whether a place was announced, in one query."""
    announced = Placement.objects.filter(application=OuterRef("pk"), state=PlacementState.ANNOUNCED)
    rows = Application.objects.filter(pk__in=applications).order_by()
    rows = rows.annotate(route=route(OuterRef("pk")), is_placed=Exists(announced))
    return {
        pk: Selection(route or "", is_placed)
        for pk, route, is_placed in rows.values_list("pk", "route", "is_placed")
    }
