"""Official letters: numbered, printed once, never changed, checked by code.

A letter is drafted with the plain values that will be printed, and rendered by a task. The values
of the two notices:

`placement_notice.host` (Japanese, 受入決定通知書) and `placement_notice.trainee` (English, Notice
of Decision). Days are ISO dates, everything else is text or a number; keys with a question mark may
be missing or empty.

    fiscal_year             2027, of arrival
    programme_name_ja/_en   自治体職員協力交流事業 / Local Government Officials Training Program …
    trainee_title_ja?       what a trainee is called, 協力交流研修員 if empty
    request_name_ja?        what the host's request is called, 受入要望書 if empty
    sender_ja               {organisation, title, name, seal_note?}
    sender_en               {organisation, title, name}
    contact                 {unit_ja, unit_en, telephone, telephone_en?, email}
    addressee_lines         host: ["愛媛県西条市長"], 様 is added to the last;
                            trainee: name, office, government, country
    addressee_short_ja?     how the host is addressed in the text: 貴市, 貴県; 貴団体 if empty
    trainee                 {passport_name, katakana, kanji?, native_name?, salutation_en}
    sending                 {country_ja, country_en, organisation_ja, organisation_en}
    host                    {name_ja, prefecture_ja?, name_en, prefecture_en?}
    field_ja/_en            研修分野
    theme_ja/_en?           its subject in the host's words
    period                  {starts_on, ends_on, months?}
    specialised             {starts_on, ends_on}?
    orientation             {starts_on, ends_on, place_ja, place_en}?
    group_training          {starts_on, ends_on, place_ja, place_en}?
    route_ja/_en?           あっせん, 独自選考
    request_submitted_on?   the day of the host's request
    next_step_ja/_en?       one or two sentences, with the deadline in them
    next_step_deadline?     printed before the next step where the sentence does not name the day

`draft_letter` adds what only the register knows; a caller's value of the same name is replaced:
reference, issued_on, subject, check_code, verify_url, version, supersedes_reference (empty in a
first version) and supersedes_issued_on.
"""

import hashlib
import json
import logging
import os
import re
import secrets
import time
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from japan import dates

from . import pdf
from .doorbell import ring_for_letters, ring_on_commit
from .models import CODE_ALPHABET, Letter, LetterDamaged, NoticeError, NumberRegister
from .states import LETTER_MOVES, LetterState

logger = logging.getLogger(__name__)

RENDER_LEASE = timedelta(minutes=1)
RENDER_AGAIN_AFTER = timedelta(minutes=5)
RENDER_SECONDS = 120  # of one task, well below Celery's limit
OURS = {
    "reference",
    "issued_on",
    "subject",
    "check_code",
    "verify_url",
    "version",
    "supersedes_reference",
    "supersedes_issued_on",
}


class LetterProblem(NamedTuple):
    """What `verify_letters` found, and where."""

    reference: str
    message: str


# Drafting -----------------------------------------------------------------------------------


@transaction.atomic
def draft_letter(
    *,
    key: str,
    kind: str,
    language: str,
    series: str,
    reference_format: str,
    issued_on: date,
    subject: str,
    addressee: str,
    template: str,
    context: Mapping[str, Any],
    supersedes: Letter | None = None,
) -> Letter:
    """Give a letter its number and keep what will be printed; the same key twice gives the same
    letter.

    The register row of (series, fiscal year of the letter's date) stays locked until the caller's
    transaction ends, so that numbers have no gap and no double. `reference_format` knows {number},
    {era_year}, {fiscal_year}. Raises NoticeError when the key was used for something else, or when
    `supersedes` cannot be corrected.
    """
    fiscal_year = dates.fiscal_year(issued_on)
    asked = {
        "kind": kind,
        "language": language,
        "series": series,
        "fiscal_year": fiscal_year,
        "reference_format": reference_format,
        "issued_on": issued_on,
        "subject": subject,
        "addressee": addressee,
        "template": template,
        "supersedes_id": supersedes.pk if supersedes else None,
    }
    given = _plain_json({name: value for name, value in context.items() if name not in OURS})
    register = _locked_register(series, fiscal_year)
    if known := Letter.objects.filter(key=key).first():
        return _same_letter(known, asked, given)
    if supersedes:
        supersedes = Letter.objects.select_for_update().get(pk=supersedes.pk)
        if supersedes.state != LetterState.ISSUED:
            raise NoticeError(_("Only an issued letter can be corrected."))
    number = register.last_number + 1
    letter = Letter(
        key=key,
        number=number,
        reference=_reference(reference_format, fiscal_year, number),
        version=supersedes.version + 1 if supersedes else 1,
        **asked,
    )
    letter.context = given | _plain_json(_printed_by_register(letter, supersedes))
    try:
        with transaction.atomic():
            NumberRegister.objects.filter(pk=register.pk).update(last_number=number)
            letter.save(force_insert=True)
    except IntegrityError:
        # Another series took the same key at this moment, or the letter is being corrected already.
        if known := Letter.objects.filter(key=key).first():
            return _same_letter(known, asked, given)
        if supersedes:
            raise NoticeError(_("This letter is being corrected already.")) from None
        raise
    letter.moves.create(to_state=LetterState.DRAFT)
    ring_on_commit(ring_for_letters)
    return letter


def correct_letter(
    letter: Letter,
    *,
    key: str,
    issued_on: date,
    context: Mapping[str, Any],
    subject: str | None = None,
    addressee: str | None = None,
    reference_format: str | None = None,
) -> Letter:
    """Draft the next version with a number of its own; the old one is superseded when the new one
    is issued.
    """
    return draft_letter(
        key=key,
        kind=letter.kind,
        language=letter.language,
        series=letter.series,
        reference_format=reference_format or letter.reference_format,
        issued_on=issued_on,
        subject=subject or letter.subject,
        addressee=addressee or letter.addressee,
        template=letter.template,
        context=context,
        supersedes=letter,
    )


@transaction.atomic
def request_approval(letter: Letter, by_label: str) -> Letter:
    """Hold a draft until a second person approves it."""
    return _move(letter, LetterState.AWAITING_APPROVAL, by_label=by_label)


@transaction.atomic
def approve_letter(letter: Letter, by_label: str) -> Letter:
    """Release a letter for printing; whoever asked for the approval may not give it."""
    letter = Letter.objects.select_for_update().get(pk=letter.pk)
    if letter.state != LetterState.AWAITING_APPROVAL:
        raise NoticeError(_("This letter does not wait for an approval."))
    asked = letter.moves.filter(to_state=LetterState.AWAITING_APPROVAL).last()
    if asked and asked.by_label == by_label:
        raise NoticeError(_("A second person has to approve this letter."))
    if letter.approved_at is None:
        letter.approved_at = timezone.now()
        letter.save(update_fields=["approved_at"])
        letter.moves.create(
            from_state=letter.state,
            to_state=letter.state,
            by_label=by_label,
            reason=pgettext("letter", "approved"),
        )
        ring_on_commit(ring_for_letters)
    return letter


@transaction.atomic
def withdraw_letter(letter: Letter, reason: str, by_label: str) -> Letter:
    """Take a letter back; its number and its bytes stay, and the verification page says so."""
    if not reason.strip():
        raise NoticeError(_("Give the reason for the withdrawal."))
    return _move(letter, LetterState.WITHDRAWN, by_label=by_label, reason=reason)


def _locked_register(series: str, fiscal_year: int) -> NumberRegister:
    register, _created = NumberRegister.objects.select_for_update().get_or_create(
        series=series, fiscal_year=fiscal_year
    )
    return register


def _same_letter(known: Letter, asked: dict[str, Any], given: dict[str, Any]) -> Letter:
    """The letter of this key, if it is the one that is asked for again."""
    stored = {name: value for name, value in known.context.items() if name not in OURS}
    if stored != given or any(getattr(known, name) != value for name, value in asked.items()):
        raise NoticeError(
            _("Letter {reference} was drafted with other contents under the same key.").format(
                reference=known.reference
            )
        )
    return known


def _reference(form: str, fiscal_year: int, number: int) -> str:
    """The printed number; the era year is the fiscal year's (令和8年度 = 8), as registers count."""
    # Its name at the year's end (FY2019 = 令和元年度); an era after New Year names the next one.
    _era, era_year = dates.era(date(fiscal_year, 12, 31))
    return form.format(number=number, era_year=era_year, fiscal_year=fiscal_year)


def _printed_by_register(letter: Letter, supersedes: Letter | None) -> dict[str, Any]:
    return {
        "reference": letter.reference,
        "issued_on": letter.issued_on,
        "subject": letter.subject,
        "check_code": letter.check_code,
        "verify_url": f"{settings.SITE_URL}/verify/{letter.check_code}",
        "version": letter.version,
        "supersedes_reference": supersedes.reference if supersedes else "",
        "supersedes_issued_on": supersedes.issued_on if supersedes else "",
    }


def _plain_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the row keeps them; TypeError for what JSON cannot say."""
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))


# Issuing ------------------------------------------------------------------------------------


def render_letter(letter_id: int) -> Letter:
    """Print the letter, keep its bytes and issue it; running twice or in two workers gives one
    result.
    """
    letter = Letter.objects.get(pk=letter_id)
    if letter.is_issued:
        return letter
    _check_may_be_issued(letter)
    content = pdf.render_pdf(letter.template, letter.context, letter.language)
    made_with = pdf.rendered_with(letter.template, letter.language)
    digest = hashlib.sha256(content).hexdigest()
    _store(digest, content)
    with transaction.atomic():
        letter = Letter.objects.select_for_update().get(pk=letter_id)
        if letter.is_issued:
            return letter
        _check_may_be_issued(letter)
        letter = _move(
            letter,
            LetterState.ISSUED,
            sha256=digest,
            size=len(content),
            issued_at=timezone.now(),
            rendered_with=made_with,
            last_error="",
            render_not_before=None,
        )
        if letter.supersedes_id:
            old = Letter.objects.select_for_update().get(pk=letter.supersedes_id)
            if old.state == LetterState.ISSUED:
                _move(old, LetterState.SUPERSEDED, reason=letter.reference)
    return letter


def render_waiting(seconds: float = RENDER_SECONDS) -> int:
    """Issue every letter that waits for its PDF, each by one worker; one that fails is tried again
    later.
    """
    started = time.monotonic()
    issued = 0
    for letter_id in Letter.objects.to_render().values_list("pk", flat=True):
        if time.monotonic() - started > seconds:
            break
        if _claim(letter_id):
            issued += _render_or_note(letter_id)
    return issued


def _claim(letter_id: int) -> bool:
    """Whether this worker may render the letter; another one leaves it alone for a minute."""
    now = timezone.now()
    free = models.Q(render_not_before=None) | models.Q(render_not_before__lte=now)
    claimed = Letter.objects.to_render().filter(free, pk=letter_id)
    return bool(claimed.update(render_not_before=now + RENDER_LEASE))


def _render_or_note(letter_id: int) -> bool:
    """Render one letter of many: what goes wrong is logged and noted, the others go on."""
    try:
        render_letter(letter_id)
    except Exception as error:
        logger.exception("letter %s was not rendered", letter_id)
        Letter.objects.to_render().filter(pk=letter_id).update(
            last_error=repr(error)[:500], render_not_before=timezone.now() + RENDER_AGAIN_AFTER
        )
        return False
    return True


def _check_may_be_issued(letter: Letter) -> None:
    if letter.state == LetterState.AWAITING_APPROVAL and letter.approved_at is None:
        raise NoticeError(_("This letter still waits for an approval."))
    if LetterState.ISSUED not in LETTER_MOVES.get(letter.state, ()):
        raise NoticeError(_("This letter can no longer be issued."))


def _move(
    letter: Letter, state: LetterState, *, by_label: str = "", reason: str = "", **changes: Any
) -> Letter:
    """Lock the letter, check the move, save it and write its history."""
    letter = Letter.objects.select_for_update().get(pk=letter.pk)
    before = letter.state
    if state not in LETTER_MOVES.get(before, ()):
        raise NoticeError(_("This letter can no longer be changed that way."))
    for field, value in {"state": state, **changes}.items():
        setattr(letter, field, value)
    letter.save(update_fields=["state", *changes])
    letter.moves.create(from_state=before, to_state=state, by_label=by_label, reason=reason)
    return letter


# The bytes ----------------------------------------------------------------------------------


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
    """Everything that is wrong: a missing or changed file, a number that was never given or given
    too often.
    """
    letters, registers = Letter.objects.all(), NumberRegister.objects.all()
    if series is not None:
        letters, registers = letters.filter(series=series), registers.filter(series=series)
    for letter in letters.issued().order_by("series", "fiscal_year", "number").iterator():
        try:
            letter_bytes(letter)
        except LetterDamaged as damage:
            yield LetterProblem(letter.reference, str(damage))
    for register in registers:
        yield from _register_problems(register)
    counted = registers.values_list("series", "fiscal_year")
    years = letters.order_by().values_list("series", "fiscal_year").distinct()
    for name, year in set(years) - set(counted):
        yield LetterProblem(f"{name} {year}", _("There are letters, but no register."))


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


def _store(digest: str, content: bytes) -> None:
    """Keep the bytes under their fingerprint, whole or not at all; bytes that are there stay."""
    storage = storages["letters"]
    name = f"{digest}.pdf"
    try:
        path = Path(storage.path(name))
    except NotImplementedError:  # an object store: one write is all or nothing
        if not storage.exists(name):
            storage.save(name, ContentFile(content))
        return
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{name}.{secrets.token_hex(4)}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name must survive a power cut as the bytes do
    finally:
        os.close(folder)
