"""What the change log follows here."""

from auditlog.registry import auditlog

from .models import StoredFile

auditlog.register(StoredFile, exclude_fields=["key"])
