"""Work that takes longer than a page may, in pieces, with a row that tells how far it is.

An app declares a kind in its `long_work.py`, found by autodiscovery::

    @long_work("dossiers")
    class Dossiers(Kind):
        def may(self, user, subject): ...
        def pieces(self, subject): ...     # codes of the pieces, in their order
        def make(self, subject, piece, language): ...    # (file name, bytes)
        def file_name(self, subject): ...  # of the archive

and begins one with `begin("dossiers", subject, by=user, language="ja")`. A worker makes the pieces
and packs them into a ZIP. Whoever asked must have the right to it when each piece is made, when the
file is finished and when it is fetched (P7); otherwise it ends without a file. A worker that is
killed is followed by another, which finds the pieces that were made. Asked for twice, it is made
once.
"""

import hashlib
import logging
import secrets
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone, translation

from .models import LongWork
from .received.names import safe_name

logger = logging.getLogger(__name__)

FOLDER = "long-work"
LEASE = timedelta(minutes=3)  # longer than any piece takes
AGAIN_AFTER = timedelta(seconds=20)
ATTEMPTS = 3
KEPT_FOR = timedelta(hours=24)
FORGOTTEN_AFTER = timedelta(days=30)
RUN_SECONDS = 120  # of one task, well below Celery's limit; the next goes on
IN_MEMORY = 20_000_000
State, Ending = LongWork.State, LongWork.Ending


class Kind:
    """One kind of long work; the app that knows its subject says how it is done."""

    def may(self, user: Any, subject: str) -> bool:
        """Whether this person may have the file now; asked again and again."""
        raise NotImplementedError

    def pieces(self, subject: str) -> Sequence[str]:
        """The codes of what is to be made; each is a name that a path takes."""
        raise NotImplementedError

    def make(self, subject: str, piece: str, language: str) -> tuple[str, bytes]:
        """One piece: its name in the archive, and its bytes."""
        raise NotImplementedError

    def file_name(self, subject: str) -> str:
        """The name of the archive."""
        raise NotImplementedError

    def title(self, subject: str) -> str:
        """What the page says is being made, in the reader's language."""
        raise NotImplementedError


_kinds: dict[str, Kind] = {}


class _Stopped(Exception):
    """The work is no longer this worker's: it was cancelled, or another has taken it over."""


class _RightEnded(Exception):
    """Whoever asked may no longer have it."""


def long_work(code: str) -> Callable[[type[Kind]], type[Kind]]:
    """Declare a kind of long work."""

    def register(kind: type[Kind]) -> type[Kind]:
        _kinds[code] = kind()
        return kind

    return register


def kind_of(work: LongWork) -> Kind:
    return _kinds[work.kind]


def begin(
    kind: str, subject: str, *, by: Any, language: str, on_commit: Callable[[], None] | None = None
) -> LongWork:
    """Ask for it; while the same waits or is worked on for the same person, that one is given.

    `on_commit` wakes a worker. The caller has checked the person's right.
    """
    mine = {"kind": kind, "subject": subject, "requested_by": by}
    still_open = LongWork.objects.filter(**mine, state__in=[State.QUEUED, State.WORKING])
    if known := still_open.first():
        return known
    try:
        with transaction.atomic():
            work = LongWork.objects.create(**mine, language=language)
    except IntegrityError:  # a second click was faster
        return still_open.get()
    if on_commit:
        transaction.on_commit(on_commit)
    return work


def may_have(work: LongWork) -> bool:
    """Whether whoever asked still has an account and the right, both read afresh (P7)."""
    user = type(work.requested_by).objects.filter(pk=work.requested_by_id, is_active=True).first()
    return user is not None and _kinds[work.kind].may(user, work.subject)


@transaction.atomic
def cancel(work: LongWork) -> LongWork:
    """End it; the worker stops at its next piece, and a file that was made goes away."""
    return _end(work, Ending.CANCELLED)


def end_all(kind: str, subjects: Sequence[str]) -> None:
    """What such a file may hold is to be kept no longer: finished ones go away and what is being
    made stops, in the caller's transaction and once more after it, for one that was taken up
    meanwhile. Asked for anew, it is made without.
    """

    def end() -> None:
        begun = LongWork.objects.filter(kind=kind, subject__in=subjects).exclude(
            state=State.QUEUED, attempts=0
        )
        for work in begun.filter(state__in=[State.QUEUED, State.WORKING, State.READY]):
            end_without_right(work)

    if subjects:
        end()
        transaction.on_commit(end)


@transaction.atomic
def end_without_right(work: LongWork) -> LongWork:
    """Whoever asked may no longer have it: no file remains."""
    return _end(work, Ending.RIGHT)


def _end(work: LongWork, ending: str) -> LongWork:
    locked = LongWork.objects.select_for_update().get(pk=work.pk)
    if locked.state in {State.QUEUED, State.WORKING, State.READY}:
        key, locked.key = locked.key, ""
        locked.state, locked.ending, locked.worker = State.ENDED, ending, ""
        locked.finished_at = timezone.now()
        locked.save(update_fields=["key", "state", "ending", "worker", "finished_at"])
        transaction.on_commit(lambda: _forget(locked, key))
    return locked


def bytes_of_work(work: LongWork) -> bytes | None:
    """The finished file as it was made; None where it is missing or others."""
    try:
        with _storage().open(work.key) as file:
            content = file.read()
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == work.sha256 else None


# Workers ----------------------------------------------------------------------------------------
def run_waiting(seconds: float = RUN_SECONDS) -> int:
    """Do what waits, also what a worker left who died; how many works came to an end."""
    started = time.monotonic()
    ended = 0
    while time.monotonic() - started < seconds and (work := _claim()):
        ended += _run(work, until=started + seconds)
    return ended


def _claim() -> LongWork | None:
    """The oldest work that nobody has in hand, now in this worker's."""
    now = timezone.now()
    free = Q(state=State.QUEUED) & (Q(leased_until=None) | Q(leased_until__lte=now))
    left = Q(state=State.WORKING, leased_until__lte=now)
    for pk in LongWork.objects.filter(free | left).order_by("requested_at", "pk").values_list("pk"):
        token = secrets.token_hex(16)
        mine = LongWork.objects.filter(free | left, pk=pk[0])
        if mine.update(
            state=State.WORKING,
            worker=token,
            leased_until=now + LEASE,
            attempts=F("attempts") + 1,
        ):
            return LongWork.objects.select_related("requested_by").get(pk=pk[0])
    return None


def _run(work: LongWork, *, until: float) -> bool:
    """Make the pieces that are missing and pack them; True once the work has come to an end."""
    if work.attempts > ATTEMPTS:
        _finish(work, State.FAILED)
        return True
    try:
        with translation.override(work.language):
            return _make_all(work, until=until)
    except _RightEnded:
        end_without_right(work)
        return True
    except _Stopped:
        if LongWork.objects.filter(pk=work.pk, state=State.ENDED).exists():
            _forget(work)  # the piece that was in hand came after the others were taken away
        return True
    except Exception:  # whatever a kind raises: it is logged, tried again, and then shown as failed
        logger.exception("long work %s failed", work.pk)
        if work.attempts >= ATTEMPTS:
            _finish(work, State.FAILED)
            return True
        _mine(work).update(state=State.QUEUED, worker="", leased_until=timezone.now() + AGAIN_AFTER)
        return False


def _make_all(work: LongWork, *, until: float) -> bool:
    kind = _kinds[work.kind]
    _check_right(work)
    pieces = list(kind.pieces(work.subject))
    if not pieces:
        _finish(work, State.ENDED, ending=Ending.EMPTY)
        return True
    _report(work, done=0, total=len(pieces))
    for number, piece in enumerate(pieces, start=1):
        if not _known(work, piece):
            if time.monotonic() > until:  # another task goes on, with the pieces made so far
                _mine(work).update(
                    state=State.QUEUED, worker="", leased_until=None, attempts=F("attempts") - 1
                )
                return False
            name, content = kind.make(work.subject, piece, work.language)
            _keep(work, piece, name, content)
        _check_right(work)
        _report(work, done=number, total=len(pieces))
    _pack(work, pieces, safe_name(kind.file_name(work.subject)) or "files.zip")
    return True


def _check_right(work: LongWork) -> None:
    if not may_have(work):
        raise _RightEnded


def _mine(work: LongWork) -> Any:
    return LongWork.objects.filter(pk=work.pk, state=State.WORKING, worker=work.worker)


def _report(work: LongWork, *, done: int, total: int) -> None:
    """Tell how far it is and keep the work for a while longer."""
    if not _mine(work).update(done=done, total=total, leased_until=timezone.now() + LEASE):
        raise _Stopped


def _finish(work: LongWork, state: str, *, ending: str = "") -> None:
    _mine(work).update(state=state, ending=ending, worker="", finished_at=timezone.now())
    _forget(work)


def _pack(work: LongWork, pieces: Sequence[str], name: str) -> None:
    """The archive of all pieces, given out only to whoever still has the right."""
    key = f"{_folder(work)}/{secrets.token_hex(16)}"
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        _write_zip(work, pieces, file)
        size = file.tell()
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        _storage().save(key, File(file))
    try:
        with transaction.atomic():
            locked = _mine(work).select_for_update().first()
            if locked is None:
                raise _Stopped
            _check_right(work)
            now = timezone.now()
            _mine(work).update(
                state=State.READY,
                worker="",
                key=key,
                name=name,
                size=size,
                sha256=digest,
                finished_at=now,
                expires_at=now + KEPT_FOR,
            )
    except BaseException:
        _storage().delete(key)
        raise
    for piece in pieces:
        _storage().delete(_piece_key(work, piece))


def _write_zip(work: LongWork, pieces: Sequence[str], file: Any) -> None:
    taken: set[str] = set()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for piece in pieces:
            kept = _kept(work, piece)
            if kept is None:  # swept away meanwhile
                raise _Stopped
            name = _free(safe_name(kept[0]) or piece, taken)
            taken.add(name)
            content = kept[1]
            archive.writestr(name, content)


def _free(name: str, taken: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{stem} ({number}){dot}{ending}"
    return free


# The store --------------------------------------------------------------------------------------
def _storage() -> Storage:
    return storages["default"]


def _folder(work: LongWork) -> str:
    return f"{FOLDER}/{work.public_id}"


def _piece_key(work: LongWork, piece: str) -> str:
    return f"{_folder(work)}/piece-{piece}"


def _known(work: LongWork, piece: str) -> bool:
    """Whether the piece was made as a whole: a worker may have died while writing it."""
    return _kept(work, piece) is not None


def _keep(work: LongWork, piece: str, name: str, content: bytes) -> None:
    """A piece under a first line that says how many bytes follow and what it is called."""
    key = _piece_key(work, piece)
    _storage().delete(key)
    head = f"{len(content)} {name}".replace("\n", " ").encode()
    _storage().save(key, ContentFile(head + b"\n" + content))


def _kept(work: LongWork, piece: str) -> tuple[str, bytes] | None:
    try:
        with _storage().open(_piece_key(work, piece)) as file:
            head, _newline, content = file.read().partition(b"\n")
    except FileNotFoundError:
        return None
    size, _space, name = head.decode(errors="replace").partition(" ")
    return (name, content) if size == str(len(content)) else None


def _forget(work: LongWork, key: str = "") -> None:
    """Take away all that was made for it."""
    storage = _storage()
    try:
        _folders, names = storage.listdir(_folder(work))
    except FileNotFoundError:
        names = []
    for name in names:
        storage.delete(f"{_folder(work)}/{name}")
    if key:
        storage.delete(key)


def sweep() -> int:
    """Take away what has expired, what nobody may have any more, and old rows; a second run finds
    none.
    """
    now = timezone.now()
    ended = 0
    for work in LongWork.objects.filter(state=State.READY).select_related("requested_by"):
        if work.expires_at is not None and work.expires_at <= now:
            with transaction.atomic():
                _end(work, Ending.EXPIRED)
            ended += 1
        elif not may_have(work):
            end_without_right(work)
            ended += 1
    closed = [State.FAILED, State.ENDED]
    for work in LongWork.objects.filter(state__in=closed, requested_at__lte=now - FORGOTTEN_AFTER):
        _forget(work)
        work.delete()
    return ended
