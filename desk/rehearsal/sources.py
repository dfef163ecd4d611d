"""The clock and the dice of a rehearsal: one place, set before the portal's code is loaded.

All code asks Django for the time and Python for random identifiers. In the process of a rehearsal
both are given from here, so that the given day is everybody's day and the same seed gives the same
year, down to check codes and Message-IDs. A process that has loaded the portal cannot be turned
into a rehearsal: no web server and no worker ever runs on this clock.
"""

import base64
import random
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.apps import apps
from django.utils import timezone

TICK = timedelta(milliseconds=1)  # no two things happen at one moment
T = TypeVar("T")


class Clock:
    """The moment of the rehearsal; it stands still but for a tick at each look."""

    def __init__(self, moment: datetime):
        self._moment = moment

    def now(self) -> datetime:
        self._moment += TICK
        return self._moment

    def move_to(self, moment: datetime) -> None:
        """Go on to this moment; time never goes back."""
        self._moment = max(self._moment, moment)


class Dice:
    """What Python's `secrets` and `uuid4` give, drawn from the seed. Nothing here is a secret."""

    def __init__(self, seed: int):
        self._random = random.Random(seed)  # noqa: S311

    def token_bytes(self, nbytes: int | None = None) -> bytes:
        return self._random.randbytes(nbytes or 32)

    def token_hex(self, nbytes: int | None = None) -> str:
        return self.token_bytes(nbytes).hex()

    def token_urlsafe(self, nbytes: int | None = None) -> str:
        return base64.urlsafe_b64encode(self.token_bytes(nbytes)).rstrip(b"=").decode()

    def choice(self, seq: Sequence[T]) -> T:
        return self._random.choice(seq)

    def randbelow(self, exclusive_upper_bound: int) -> int:
        return self._random.randrange(exclusive_upper_bound)

    def uuid4(self) -> uuid.UUID:
        return uuid.UUID(bytes=self.token_bytes(16), version=4)


def install(seed: int, moment: datetime) -> Clock:
    """Give this process the clock and the dice; RuntimeError where the portal is loaded already."""
    if apps.app_configs or apps.ready:
        raise RuntimeError("The portal is loaded already; a rehearsal has a process of its own.")
    clock, dice = Clock(moment), Dice(seed)
    timezone.now = clock.now
    for name in ("choice", "randbelow", "token_bytes", "token_hex", "token_urlsafe"):
        setattr(secrets, name, getattr(dice, name))
    uuid.uuid4 = dice.uuid4
    random.seed(seed)  # the boundaries between the parts of a mail
    return clock
