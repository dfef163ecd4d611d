"""What opens and ends together with a cycle, and what keeps it from being ended. An upper app
declares its part in `opening.py`, found by autodiscovery.

All parts run inside the transaction that opens or ends the cycle: all of it is done or nothing.
"""

from collections.abc import Callable

from accounts.models import User

from .models import Cycle

Opener = Callable[[Cycle], None]

Keeper = Callable[[Cycle], str | None]

Ender = Callable[[Cycle, User | None], None]

_openers: list[Opener] = []
_enders: list[Ender] = []
_keepers: list[Keeper] = []


def opens_with_cycle(opener: Opener) -> Opener:
    """Declare what an app sets up when a cycle opens."""
    _openers.append(opener)
    return opener


def open_parts(cycle: Cycle) -> None:
    """Let every app set up its part of a new cycle."""
    for opener in _openers:
        opener(cycle)


def ends_with_cycle(ender: Ender) -> Ender:
    """Declare what an app ends when a cycle is closed or called off, by whom it is ended."""
    _enders.append(ender)
    return ender


def end_parts(cycle: Cycle, by: User | None) -> None:
    """Let every app end its part of a cycle that is being ended."""
    for ender in _enders:
        ender(cycle, by)


def keeps_cycle_open(keeper: Keeper) -> Keeper:
    """Declare what has to be done before a cycle ends: the function gives the reason in the
    reader's words, or None.
    """
    _keepers.append(keeper)
    return keeper


def reason_against_end(cycle: Cycle) -> str | None:
    """The first reason for which this cycle has to stay open, or None."""
    return next((reason for ask in _keepers if (reason := ask(cycle))), None)
