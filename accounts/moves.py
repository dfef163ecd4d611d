"""A lifecycle is a table of moves, and this is the one function that makes a move."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
    **changes,
) -> None:
    """Lock the row, check the move against the table, save it with its changes and write its
    history.

    Call it inside a transaction. The row given is brought up to date. Raises MoveRefusedError.
    """
    locked = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if to not in table.get(locked.state, ()):
        raise MoveRefusedError(f"{locked.state} → {to}")
    before = locked.state
    for name, value in {"state": to, **changes}.items():
        setattr(locked, name, value)
    locked.save(update_fields=["state", *changes])
    locked.moves.create(by=by, from_state=before, to_state=to, reason=reason)
    for field in row._meta.concrete_fields:
        setattr(row, field.attname, getattr(locked, field.attname))


def make_moves(rows: Sequence[Any], to: str, *, by: models.Model | None, table: Table) -> None:
    """The same move for many rows of one model that the caller has locked, in two queries.

    Raises MoveRefusedError, and has then moved none of them.
    """
    if not rows:
        return
    if refused := next((row for row in rows if to not in table.get(row.state, ())), None):
        raise MoveRefusedError(f"{refused.state} → {to}")
    model = type(rows[0])
    link = model._meta.get_field("moves")
    history = [
        link.related_model(**{link.field.name: row}, by=by, from_state=row.state, to_state=to)
        for row in rows
    ]
    model._default_manager.filter(pk__in=[row.pk for row in rows]).update(state=to)
    link.related_model._default_manager.bulk_create(history)
    for row in rows:
        row.state = to
