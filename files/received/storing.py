"""Keeping a file that came in: the bytes first, then the row, and nothing that is nobody's."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from django.utils.translation import gettext_lazy

from ..limits import BYTES_A_DAY, FILE_BYTES, FILE_MEGABYTES, FILES_A_DAY
from ..models import Scan, StoredFile
from .checking import Checked, Cut, FileRefused, check, too_much_today
from .names import ending_of, safe_name
from .scanning import is_scanner_set

FOLDER = "received"
SHUT_AWAY = "shut-away"
# Bytes of a page that is still at work have no row yet; after this long nobody waits for one.
BEING_STORED = timedelta(hours=1)
AT_ONCE = 500
NOT_SCANNED = gettext_lazy(
    "This file has not been scanned for harmful content yet. Try again in a few minutes."
)
HARMFUL = gettext_lazy("This file was found to be harmful. It is shut away and given to nobody.")


class FileDamaged(Exception):
    """The stored bytes are missing or are not those that came in."""


class FileShutAway(Exception):
    """The file was not found clean, or not scanned yet. The message is written for the user."""

    def __init__(self, stored: StoredFile):
        self.is_harmful = stored.scan == Scan.HARMFUL
        super().__init__(HARMFUL if self.is_harmful else NOT_SCANNED)

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Examined:
    """A file that was looked at and may be kept; nothing of it is kept yet."""

    name: str
    checked: Checked
    original_sha256: str


def examine(upload: UploadedFile, *, by: Any, cut: Cut | None = None) -> Examined:
    """Check and clean a file that came in, before anything is locked: it may take seconds.

    With a cut it is a photo, of which that part is kept. Raises FileRefused.
    """
    name = safe_name(upload.name or "")
    if not name:
        raise FileRefused("no_name")
    if (upload.size or 0) > FILE_BYTES:
        raise FileRefused("too_large", most=FILE_MEGABYTES)
    data = upload.read(FILE_BYTES + 1)
    _refuse_above_the_days_share(by, len(data))
    checked = check(data, name, cut)
    if checked.ending and ending_of(name) != checked.ending:
        name = safe_name(f"{name.rpartition('.')[0]}.{checked.ending}")
    return Examined(name, checked, hashlib.sha256(data).hexdigest())


def keep(examined: Examined, *, by: Any, purpose: str) -> StoredFile:
    """Keep a file that was examined. Raises FileRefused, and has then kept nothing.

    The bytes are written before the row, under a key that tells nothing. Where the transaction of
    the caller is rolled back, the bytes have no row, and `sweep` takes them away after an hour. The
    same bytes twice are two files: each has its own purpose and its own readers.
    """
    content = examined.checked.content
    _refuse_above_the_days_share(by, len(content))
    key = f"{FOLDER}/{timezone.localdate():%Y%m}/{secrets.token_hex(20)}"
    _write(key, content)
    try:
        with transaction.atomic():
            return StoredFile.objects.create(
                name=examined.name,
                content_type=examined.checked.content_type,
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                original_sha256=examined.original_sha256,
                scan=Scan.WAITING if is_scanner_set() else Scan.NONE,
                purpose=purpose,
                key=key,
                uploaded_by=by,
            )
    except BaseException:
        _storage().delete(key)
        raise


def store(upload: UploadedFile, *, by: Any, purpose: str) -> StoredFile:
    """Check, clean and keep a file that came in. Raises FileRefused, and has then kept nothing."""
    return keep(examine(upload, by=by), by=by, purpose=purpose)


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
    """The bytes as they were kept. Raises FileDamaged where they are missing or others, and
    FileShutAway where no scanner has found them clean.
    """
    if not is_given_out(stored):
        raise FileShutAway(stored)
    return kept_bytes_of(stored)


def is_given_out(stored: StoredFile) -> bool:
    """Whether its bytes leave the store. Where a scanner is set up, only what it found clean does
    (P29): what it has not looked at stays in, whatever the reason.
    """
    if is_scanner_set():
        return stored.scan == Scan.CLEAN
    return stored.scan != Scan.HARMFUL


def kept_bytes_of(stored: StoredFile) -> bytes:
    """The bytes for the scanner, which alone looks at what is shut away. Raises FileDamaged."""
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
    """The file as a download, for a reader whom the caller has checked just now (P3); what was not
    found clean is answered with a sentence in its place (P29).
    """
    try:
        content = bytes_of(stored)
    except FileShutAway as reason:
        return HttpResponse(
            str(reason),
            status=410 if reason.is_harmful else 503,
            content_type="text/plain; charset=utf-8",
            headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
        )
    return HttpResponse(
        content,
        content_type=stored.content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, stored.name),
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )


def shut_away(stored: StoredFile) -> str:
    """Write the bytes of a harmful file once more where nothing is given out from; the new key.
    The caller changes the row, and the bytes without a row are then swept away as others are.
    """
    key = f"{SHUT_AWAY}/{timezone.localdate():%Y%m}/{secrets.token_hex(20)}"
    _write(key, kept_bytes_of(stored))
    old = stored.key
    transaction.on_commit(lambda: _storage().delete(old))
    return key


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
    for place in (FOLDER, SHUT_AWAY):
        try:
            folders, _names = storage.listdir(place)
        except FileNotFoundError:
            continue  # nothing ever came in
        for folder in sorted(folders):
            _folders, names = storage.listdir(f"{place}/{folder}")
            for name in sorted(names):
                key = f"{place}/{folder}/{name}"
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
