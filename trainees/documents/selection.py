"""What the apps above know of an application's selection, as far as its papers depend on it. They
declare it in their own `selection.py`, found by autodiscovery.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery


@dataclass(frozen=True)
class Selection:
    """On which way the person came, and whether a place was announced to them."""

    route: str = ""  # of schedule.vocabulary.Route; empty where nobody knows
    is_placed: bool = False


UNKNOWN = Selection()

Source = Callable[[Collection[int]], Mapping[int, Selection]]

Route = Callable[[OuterRef], Subquery]

_sources: list[Source] = []
_routes: list[Route] = []


def selection_source(source: Source) -> Source:
    """Declare what an app knows of these applications, by their keys."""
    _sources.append(source)
    return source


def route_source(route: Route) -> Route:
    """Declare how the database finds the way of an application, given a reference to its key."""
    _routes.append(route)
    return route


def route_of(application: OuterRef) -> Subquery | None:
    """The way of an application as an expression; None where no app knows it."""
    return _routes[-1](application) if _routes else None


def selections_of(applications: Collection[int]) -> dict[int, Selection]:
    """What is known of each of these applications; of one that nobody knows, nothing."""
    found: dict[int, Selection] = {}
    for source in _sources:
        found |= source(applications)
    return found
