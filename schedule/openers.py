"""What opens together with a cycle. An upper app declares its part in `opening.py`, found by
autodiscovery.

All parts run inside the transaction that opens the cycle: there is one complete cycle or none.
"""

from collections.abc import Callable

from .models import Cycle

Opener = Callable[[Cycle], None]

_openers: list[Opener] = []


def opens_with_cycle(opener: Opener) -> Opener:
    """Declare what an app sets up when a cycle opens."""
    _openers.append(opener)
    return opener


def open_parts(cycle: Cycle) -> None:
    """Let every app set up its part of a new cycle."""
    for opener in _openers:
        opener(cycle)
