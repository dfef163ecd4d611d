"""What every verb of the selection stands on: its errors, its one lock, its moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.utils.translation import gettext as _

from accounts.moves import make_move
from accounts.services import AccountError
from hosts.services import HostError
from notices.models import NoticeError
from schedule.models import Cycle
from trainees.services import TraineeError


class PlacementError(Exception):
    """A placement rule was broken. The message is written for the user."""


move = partial(make_move, refuse=PlacementError)


class BoardChangedError(PlacementError):
    """The board is no longer what the person has seen."""


@contextmanager
def in_our_words() -> Iterator[None]:
    """What a lower app refuses is refused here too; its message is written for the user already."""
    try:
        yield
    except (AccountError, HostError, TraineeError, NoticeError) as error:
        raise PlacementError(str(error)) from error


def lock_open(cycle: Cycle) -> Cycle:
    """Lock the cycle, first of all, so that whatever changes its board follows each other.

    One lock, always taken first, is also what keeps two verbs from waiting for each other. It lets
    others insert rows that name the cycle. Raises PlacementError unless the cycle is open.
    """
    locked = (
        Cycle.objects.select_for_update(of=("self",), no_key=True)
        .select_related("programme__operator")
        .get(pk=cycle.pk)
    )
    if locked.state != Cycle.State.OPEN:
        raise PlacementError(_("This cycle is not open."))
    return locked
