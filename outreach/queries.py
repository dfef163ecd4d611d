"""Figures that the public may see: counts, never people."""

from django.db.models import Count
from django.db.models.functions import Left

from placements.models import Placement
from placements.states import TOLD


def host_counts() -> dict[str, int]:
    """Announced placements by the two-digit code of the host's prefecture."""
    announced = Placement.objects.filter(state__in=TOLD).order_by()
    by_prefecture = announced.annotate(
        prefecture=Left("host_request__answer__government__code", 2)
    ).values_list("prefecture")
    return dict(by_prefecture.annotate(number=Count("pk")))
