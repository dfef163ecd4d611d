"""What the apps above know of an application's selection, as far as its papers depend on it. They
declare it in their own `selection.py`, found by autodiscovery, as expressions over applications, so
that a page reads it with the application.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import OuterRef
from django.db.models.expressions import BaseExpression

ROUTE, IS_PLACED = "route", "is_placed"


@dataclass(frozen=True)
class Selection:
    """On which way the person came, and whether a place was announced to them."""

    route: str = ""  # of schedule.vocabulary.Route; empty where nobody knows
    is_placed: bool = False


UNKNOWN = Selection()

Fact = Callable[[OuterRef], BaseExpression]

_facts: dict[str, Fact] = {}


def selection_fact(name: str) -> Callable[[Fact], Fact]:
    """Declare how the database finds one thing of a selection, given a reference to the key of the
    application.
    """

    def register(fact: Fact) -> Fact:
        _facts[name] = fact
        return fact

    return register


def selected_facts() -> dict[str, Fact]:
    """Everything that is known of selections, by its name in `Selection`."""
    return dict(_facts)


def selection_read_with(application: object) -> Selection:
    """What was read with an application (`ApplicationQuerySet.with_selection`)."""
    return Selection(
        route=getattr(application, f"selected_{ROUTE}", None) or "",
        is_placed=bool(getattr(application, f"selected_{IS_PLACED}", False)),
    )
