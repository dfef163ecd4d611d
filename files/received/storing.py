"""Keeping a file that came in: the bytes first, then the row, and nothing that is nobody's."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from ..limits import BYTES_A_DAY, FILE_BYTES, FILE_MEGABYTES, FILES_A_DAY
from ..models import StoredFile
from .checking import FileRefused, check, too_much_today
from .names import safe_name

FOLDER = "received"
# Bytes of a page that is still at work have no row yet; after this long nobody waits for one.
BEING_STORED = timedelta(hours=1)
AT_ONCE = 500


class FileDamaged(Exception):
    """The stored bytes are missing or are not those that came in."""


def store(upload: UploadedFile, *, by: Any, purpose: str) -> StoredFile:
    """Check, clean and keep a file that came in. Raises FileRefused, and has then kept nothing.

    The bytes are written before the row, under a key that tells nothing. Where the transaction of
    the caller is rolled back, the bytes have no row, and `sweep` takes them away after an hour. The
    same bytes twice are two files: each has its own purpose and its own readers.
    """
    name = safe_name(upload.name or "")
    if not name:
        raise FileRefused("no_name")
    if (upload.size or 0) > FILE_BYTES:
        raise FileRefused("too_large", most=FILE_MEGABYTES)
    data = upload.read(FILE_BYTES + 1)
    _refuse_above_the_days_share(by, len(data))
    checked = check(data, name)
    key = f"{FOLDER}/{timezone.localdate():%Y%m}/{secrets.token_hex(20)}"
    _write(key, checked.content)
    try:
        with transaction.atomic():
            return StoredFile.objects.create(
                name=name,
                content_type=checked.content_type,
                size=len(checked.content),
                sha256=hashlib.sha256(checked.content).hexdigest(),
                purpose=purpose,
                key=key,
                uploaded_by=by,
            )
    except BaseException:
        _storage().delete(key)
        raise


def store_all(uploads: Sequence[UploadedFile], *, by: Any, purpose: str) -> list[StoredFile]:
    """Keep several files that came together, all of them or none. Raises FileRefused, which then
    names the file.
    """
    kept: list[StoredFile] = []
    try:
        with transaction.atomic():
            for upload in uploads:
                kept.append(_store_named(upload, by=by, purpose=purpose))
    except FileRefused:
        for stored in kept:
            _storage().delete(stored.key)
        raise
    return kept


def _store_named(upload: UploadedFile, *, by: Any, purpose: str) -> StoredFile:
    try:
        return store(upload, by=by, purpose=purpose)
    except FileRefused as refused:
        refused.name = safe_name(upload.name or "")
        raise


def _storage() -> Storage:
    return storages["default"]


def _refuse_above_the_days_share(by: Any, size: int) -> None:
    """What one person hands over within a day; of those without an account the caller counts."""
    if by is None:
        return
    since = timezone.now() - timedelta(days=1)
    rows = StoredFile.objects.filter(uploaded_by=by, uploaded_at__gte=since)
    used = rows.order_by().aggregate(files=Count("pk"), bytes=Sum("size"))
    if used["files"] >= FILES_A_DAY or (used["bytes"] or 0) + size > BYTES_A_DAY:
        raise too_much_today()


def _write(key: str, content: bytes) -> None:
    try:
        saved = _storage().save(key, ContentFile(content))
    except OSError:
        _storage().delete(key)
        raise FileRefused("disk") from None
    if saved != key:  # a key is random: the same one twice is no accident
        _storage().delete(saved)
        raise FileRefused("disk")


def bytes_of(stored: StoredFile) -> bytes:
    """The bytes as they were kept. Raises FileDamaged where they are missing or others."""
    try:
        with _storage().open(stored.key) as file:
            content = file.read()
    except FileNotFoundError:
        raise FileDamaged(
            _("The file {public_id} is missing.").format(public_id=stored.public_id)
        ) from None
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise FileDamaged(
            _("The file {public_id} is not the one that was kept.").format(
                public_id=stored.public_id
            )
        )
    return content


def response_for(stored: StoredFile) -> HttpResponse:
    """The file as a download, for a reader whom the caller has checked just now (P3)."""
    return HttpResponse(
        bytes_of(stored),
        content_type=stored.content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, stored.name),
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )


def sweep() -> int:
    """Take away bytes that no row points at: their transaction was rolled back, or their row is
    gone. A second run finds none.
    """
    removed = 0
    before = timezone.now() - BEING_STORED
    for keys in _in_parts(_old_keys(before)):
        known = set(StoredFile.objects.filter(key__in=keys).values_list("key", flat=True))
        for key in set(keys) - known:
            _storage().delete(key)
            removed += 1
    return removed


def _old_keys(before: datetime) -> Iterator[str]:
    storage = _storage()
    try:
        folders, _names = storage.listdir(FOLDER)
    except FileNotFoundError:
        return  # nothing ever came in
    for folder in sorted(folders):
        _folders, names = storage.listdir(f"{FOLDER}/{folder}")
        for name in sorted(names):
            key = f"{FOLDER}/{folder}/{name}"
            if storage.get_modified_time(key) < before:
                yield key


def _in_parts(keys: Iterator[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for key in keys:
        part.append(key)
        if len(part) == AT_ONCE:
            yield part
            part = []
    if part:
        yield part
