"""What follows when an application is withdrawn, also after a decision.

An app above declares in `withdrawals.py`, found by autodiscovery, what follows in its rows and what
will follow, in words, for the page that asks before it is done. Everything happens in the one
transaction of the withdrawal, with the cycle locked first and then the application.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User

    from .models import Application


@dataclass(frozen=True)
class Consequence:
    """`foresee` says what would follow, in the reader's words; `follow` does it."""

    foresee: Callable[["Application"], list[str]]
    follow: Callable[["Application", "User", str], None]


_consequences: dict[str, Consequence] = {}


def follows_withdrawal(code: str, consequence: Consequence) -> None:
    """Declare what follows in an app's rows."""
    _consequences[code] = consequence


def foreseen(application: "Application") -> list[str]:
    """What would follow from withdrawing this application now."""
    return [text for each in _consequences.values() for text in each.foresee(application)]


def follow_withdrawal(application: "Application", by: "User", reason: str) -> None:
    """Do everything that follows."""
    for each in _consequences.values():
        each.follow(application, by, reason)
