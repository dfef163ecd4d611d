"""A lifecycle is a table of moves, and this is the one function that makes a move. Letters and
mails alone have movers of their own: they stand below, where nobody knows of users.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

Table = Mapping[str, Collection[str]]


class MoveRow(models.Model):
    """The history of a lifecycle: who moved it, when, why, from where to where. Rows are only
    added.
    """

    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("by"),
    )
    from_state = models.CharField(pgettext_lazy("move", "from"), max_length=30, editable=False)
    to_state = models.CharField(pgettext_lazy("move", "to"), max_length=30, editable=False)
    reason = models.TextField(_("reason"), blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class MoveRefusedError(Exception):
    """The table of moves knows no such move from the state in which the row is now."""


def make_move(
    row: Any,
    to: str,
    *,
    by: models.Model | None,
    table: Table,
    reason: str = "",
    refuse: type[Exception] = MoveRefusedError,
    **changes: Any,
) -> None:
    """Lock the row, check the move against the table, save it with its changes and write its
    history.

    Call it inside a transaction. The row given is brought up to date. Raises `refuse`, the error of
    the app that calls, with a message for the user.
    """
    locked = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if to not in table.get(locked.state, ()):
        raise refuse(gettext("This can no longer be done. Look at where it stands now."))
    before = locked.state
    for name, value in {"state": to, **changes}.items():
        setattr(locked, name, value)
    locked.save(update_fields=["state", *changes])
    locked.moves.create(by=by, from_state=before, to_state=to, reason=reason)
    for field in row._meta.concrete_fields:
        setattr(row, field.attname, getattr(locked, field.attname))
