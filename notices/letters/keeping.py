"""The bytes of issued letters: kept, given out, held against the rows and the registers."""

import hashlib
import os
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import CODE_ALPHABET, Letter, LetterDamaged, LetterMove, NoticeError, NumberRegister

BEING_ISSUED = timedelta(hours=1)


class LetterProblem(NamedTuple):
    """What `verify_letters` found, and where."""

    reference: str
    message: str


Check = Callable[[], Iterator[LetterProblem]]
_checks: list[Check] = []


def verified_with_letters(check: Check) -> Check:
    """Declare what else is kept in the store of letters, and how it is held against its rows."""
    _checks.append(check)
    return check


def letter_bytes(letter: Letter) -> bytes:
    """The PDF exactly as it was issued; LetterDamaged if the stored bytes are missing or others."""
    if not letter.is_issued:
        raise NoticeError(_("This letter has not been issued yet."))
    try:
        with storages["letters"].open(letter.file) as stored:
            content = stored.read()
    except FileNotFoundError:
        raise LetterDamaged(
            _("The file of letter {reference} is missing.").format(reference=letter.reference)
        ) from None
    if hashlib.sha256(content).hexdigest() != letter.sha256:
        raise LetterDamaged(
            _("The file of letter {reference} is not the one that was issued.").format(
                reference=letter.reference
            )
        )
    return content


def verify_letters(series: str | None = None) -> Iterator[LetterProblem]:
    """Everything that is wrong: a file that is missing, changed or nobody's, a row that is not as
    it was issued, a number that was never given or given too often. Without a series also what the
    apps above keep in the same store.

    Whoever owns the database can write a row and its seal anew; only a copy kept elsewhere tells.
    """
    letters, registers = Letter.objects.all(), NumberRegister.objects.all()
    if series is not None:
        letters, registers = letters.filter(series=series), registers.filter(series=series)
    last = LetterMove.objects.filter(letter=OuterRef("pk")).order_by("-pk").values("to_state")[:1]
    rows = letters.annotate(last_state=Subquery(last))
    for letter in rows.order_by("series", "fiscal_year", "number").iterator():
        yield from _letter_problems(letter)
    for register in registers:
        yield from _register_problems(register)
    counted = registers.values_list("series", "fiscal_year")
    years = letters.order_by().values_list("series", "fiscal_year").distinct()
    for name, year in set(years) - set(counted):
        yield LetterProblem(f"{name} {year}", _("There are letters, but no register."))
    if series is None:
        yield from _file_problems()
        for check in _checks:
            yield from check()


def _letter_problems(letter: Letter) -> Iterator[LetterProblem]:
    if letter.state != letter.last_state:  # type: ignore[attr-defined]  # annotated above
        yield LetterProblem(letter.reference, _("Its state does not follow from its history."))
    if not letter.is_issued:
        return
    try:
        letter_bytes(letter)
    except LetterDamaged as damage:
        yield LetterProblem(letter.reference, str(damage))
    if letter.seal != letter.fingerprint():
        yield LetterProblem(letter.reference, _("Its row is not as it was issued."))


def _file_problems() -> Iterator[LetterProblem]:
    return files_of_nobody(Letter.objects.issued().values_list("sha256", flat=True))


def files_of_nobody(digests: Iterable[str], folder: str = "") -> Iterator[LetterProblem]:
    """Files in a folder of the store that no letter has; one that is being made has an hour."""
    storage = storages["letters"]
    try:
        _folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return  # no letter was ever made
    known = {f"{digest}.pdf" for digest in digests}
    for name in sorted(set(names) - known):
        if storage.get_modified_time(folder + name) < timezone.now() - BEING_ISSUED:
            yield LetterProblem(folder + name, _("This file belongs to no letter."))


def _register_problems(register: NumberRegister) -> Iterator[LetterProblem]:
    """Numbers that the register has given and no letter has, and the other way round."""
    given = Letter.objects.filter(series=register.series, fiscal_year=register.fiscal_year)
    numbers = set(given.values_list("number", flat=True))
    expected = set(range(1, register.last_number + 1))
    for number in sorted(expected - numbers):
        message = _("Number {number} is missing.").format(number=number)
        yield LetterProblem(str(register), message)
    for number in sorted(numbers - expected):
        message = _("Number {number} was not given by the register.").format(number=number)
        yield LetterProblem(str(register), message)


def find_by_code(text: str) -> Letter | None:
    """The letter of a check code as people type it: lower case, full-width, with spaces or without
    hyphens.
    """
    typed = unicodedata.normalize("NFKC", text[:100]).upper()
    code = re.sub(r"[\s\u2010-\u2015\u2212\u30fc_-]", "", typed)
    if len(code) != 12 or set(code) - set(CODE_ALPHABET):
        return None
    return Letter.objects.issued().filter(check_code=f"{code[:4]}-{code[4:8]}-{code[8:]}").first()


def store(digest: str, content: bytes, folder: str = "") -> None:
    """Keep the bytes under their fingerprint, whole or not at all; bytes that are there stay.

    Letters that are not of the register have a folder of their own (`relays/`).
    """
    storage = storages["letters"]
    name = f"{folder}{digest}.pdf"
    try:
        path = Path(storage.path(name))
    except NotImplementedError:  # an object store: one write is all or nothing
        if not storage.exists(name):
            storage.save(name, ContentFile(content))
        return
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)  # the name must survive a power cut as the bytes do
    finally:
        os.close(directory)
