"""Before the issue: the number, what will be printed, a second person's approval."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from japan import dates

from ..doorbell import ring_for_letters, ring_on_commit
from ..models import Letter, NoticeError, NumberRegister
from ..states import LETTER_MOVES, LetterState

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
    return move_letter(letter, LetterState.AWAITING_APPROVAL, by_label=by_label)


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
    return move_letter(letter, LetterState.WITHDRAWN, by_label=by_label, reason=reason)


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


def move_letter(
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
