"""What opens together with a cycle, and what keeps it from being ended. An upper app declares its
part in `opening.py`, found by autodiscovery.

All parts run inside the transaction that opens the cycle: there is one complete cycle or none.
"""

from collections.abc import Callable

from .models import Cycle

Opener = Callable[[Cycle], None]

Keeper = Callable[[Cycle], str | None]

_openers: list[Opener] = []
_keepers: list[Keeper] = []


def opens_with_cycle(opener: Opener) -> Opener:
    """Declare what an app sets up when a cycle opens."""
    _openers.append(opener)
    return opener


def open_parts(cycle: Cycle) -> None:
    """Let every app set up its part of a new cycle."""
    for opener in _openers:
        opener(cycle)


def keeps_cycle_open(keeper: Keeper) -> Keeper:
    """Declare what has to be done before a cycle ends: the function gives the reason in the
    reader's words, or None.
    """
    _keepers.append(keeper)
    return keeper


def reason_against_end(cycle: Cycle) -> str | None:
    """The first reason for which this cycle has to stay open, or None."""
    return next((reason for ask in _keepers if (reason := ask(cycle))), None)
