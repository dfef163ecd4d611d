"""How a reopening ends without a decision: by its day, by a return, by a withdrawal; and what a
consent that is taken back takes out of it.
"""

from datetime import date
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.moves import make_move

from ..consents import on_withdrawal
from ..contents import CONSENT, Data
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


@on_withdrawal
def forget_in_reopenings(application: Application, kind: str) -> None:
    """A consent that is taken back takes its answers out of every change that was proposed, decided
    or not. One that waits is then another than staff have seen; where nothing else is in it, it
    ends.
    """
    code = f"{CONSENT}.{kind}"
    for row in application.reopenings.select_for_update():
        proposed = cast(Data, row.proposed)
        if code not in proposed:
            continue
        left = {name: value for name, value in proposed.items() if name != code}
        row.proposed = cast(Any, left)
        if row.state == ReopeningState.PROPOSED:
            row.proposed_at = timezone.now()
        row.save(update_fields=["proposed", "proposed_at"])
        if row.state == ReopeningState.PROPOSED and not left:
            reason = _("The consent was taken back.")
            make_move(row, ReopeningState.ENDED, by=None, table=REOPENING_MOVES, reason=reason)
