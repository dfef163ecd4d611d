"""What the change log follows here."""

from auditlog.registry import auditlog

from .models import LongWork, StoredFile

auditlog.register(StoredFile, exclude_fields=["key"])
auditlog.register(
    LongWork,
    include_fields=["kind", "subject", "requested_by", "name", "sha256"],
)
