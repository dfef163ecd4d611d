"""What follows from a submission: a version is kept, a receipt is written.

An app or a part of this one registers here what is to be done; it runs inside the transaction of
the submission, so that a dossier is never submitted without it. An exception takes the submission
back.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User

    from .models import Application

Follower = Callable[["Application", "User"], None]

_followers: dict[str, Follower] = {}


def on_submission(follower: Follower) -> Follower:
    """Declare what follows from each submission, in the order of declaration; may run for a
    returned dossier again. Called as `follower(application, by)`, with the application locked,
    its state `submitted` and its move written.
    """
    _followers[f"{follower.__module__}.{follower.__qualname__}"] = follower
    return follower


def follow_submission(application: "Application", by: "User") -> None:
    """Do everything that follows from this submission."""
    for follower in list(_followers.values()):
        follower(application, by)
