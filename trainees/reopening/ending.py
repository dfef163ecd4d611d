"""How a reopening ends without a decision: by its day, by a return, by a withdrawal."""

from datetime import date

from django.db import transaction

from accounts.models import User
from accounts.moves import make_move

from ..models import Application, Reopening
from ..states import REOPENING_MOVES, REOPENING_OPEN, ReopeningState


def end_reopenings_of(application: Application, *, by: User | None, reason: str) -> None:
    """End what is open on this locked application; nothing of it was changed."""
    for row in application.reopenings.filter(state__in=REOPENING_OPEN):
        make_move(row, ReopeningState.ENDED, by=by, table=REOPENING_MOVES, reason=reason)


def end_overdue(on: date) -> int:
    """End every reopening whose day has passed and for which nothing was sent; gives how many.

    What was sent in time still waits for its decision. Running twice ends once.
    """
    ended = 0
    overdue = Reopening.objects.filter(state=ReopeningState.OPEN, open_until__lt=on)
    for key, application in overdue.values_list("pk", "application"):
        with transaction.atomic():
            Application.objects.select_for_update(of=("self",)).get(pk=application)
            row = Reopening.objects.filter(
                pk=key, state=ReopeningState.OPEN, open_until__lt=on
            ).first()
            if row is not None:
                make_move(row, ReopeningState.ENDED, by=None, table=REOPENING_MOVES)
                ended += 1
    return ended
