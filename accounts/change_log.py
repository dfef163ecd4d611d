"""The change log and the audit trail of rows that were written in bulk, of which auditlog hears
nothing.
"""

from collections.abc import Sequence

from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from files.sheets.bulk import append_rows, create_rows

from .models import User
from .trail import AuditRecord, fingerprint_of
from .trail_events import ACTS

REASON = {"by": "spreadsheet"}


def log_changes(pairs: Sequence[tuple[Model | None, Model | None]], *, by: User | None) -> None:
    """One entry with its record for each row: (as it was or None, as it is or None where it was
    deleted).
    """
    entries = []
    for before, after in pairs:
        row = after or before
        if row is None or not auditlog.contains(type(row)):
            continue
        # What other tables say of the row is no change of it, and slow to ask.
        own = [field.name for field in row._meta.concrete_fields]
        changes = model_instance_diff(before, after, fields_to_check=own)
        if changes:
            action = LogEntry.Action.UPDATE
            if before is None:
                action = LogEntry.Action.CREATE
            elif after is None:
                action = LogEntry.Action.DELETE
            entries.append(
                LogEntry(
                    content_type=ContentType.objects.get_for_model(row),
                    object_pk=str(row.pk),
                    object_id=row.pk,
                    object_repr=str(row),
                    action=action,
                    changes=changes,
                    actor=by,
                    actor_email=by.email if by else None,
                    additional_data=REASON,
                )
            )
    create_rows(LogEntry, entries)
    append_rows(AuditRecord, [_record_of(entry) for entry in entries])


def _record_of(entry: LogEntry) -> AuditRecord:
    """What the trail keeps of an entry, as it does of those that auditlog writes itself."""
    model = entry.content_type.model_class()
    return AuditRecord(
        act=ACTS[entry.action],
        actor_id=entry.actor_id,
        model=model._meta.label if model else "",
        object_id=entry.object_pk,
        fields=sorted(entry.changes),
        digest=fingerprint_of(entry.changes),
        entry_id=entry.pk,
    )
