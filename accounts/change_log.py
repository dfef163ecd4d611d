"""Entries of the change log for rows that were written in bulk, of which auditlog hears nothing."""

from collections.abc import Sequence

from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from files.sheets.bulk import create_rows

from .models import User

REASON = {"by": "spreadsheet"}


def log_changes(pairs: Sequence[tuple[Model | None, Model]], *, by: User | None) -> None:
    """One entry for each row that was made or changed: (as it was or None, as it is)."""
    entries = []
    for before, after in pairs:
        if not auditlog.contains(type(after)):
            continue
        changes = model_instance_diff(before, after)
        if changes:
            action = LogEntry.Action.CREATE if before is None else LogEntry.Action.UPDATE
            entries.append(
                LogEntry(
                    content_type=ContentType.objects.get_for_model(after),
                    object_pk=str(after.pk),
                    object_id=after.pk,
                    object_repr=str(after),
                    action=action,
                    changes=changes,
                    actor=by,
                    actor_email=by.email if by else None,
                    additional_data=REASON,
                )
            )
    create_rows(LogEntry, entries)
