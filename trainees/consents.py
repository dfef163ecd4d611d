"""Consents: which text is in force, agreeing to it, and taking it back.

Health and belief are 要配慮個人情報 (Act on the Protection of Personal Information, article 2(3)):
they are kept only with a consent of their own, and no longer than it stands.
"""

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.json_rows import related_from, row_from
from accounts.models import FormDraft

from .consent_texts import SHIPPED
from .models import Application, Consent, ConsentKind, ConsentText, HealthDeclaration
from .needed import draft_key

Forgetter = Callable[[Application, str], None]

_forgetters: list[Forgetter] = []


def on_withdrawal(forget: Forgetter) -> Forgetter:
    """Declare what else is to be forgotten when a consent is taken back: called inside the
    transaction as `forget(application, kind)`. What keeps copies of a declaration must be here.
    """
    if forget not in _forgetters:
        _forgetters.append(forget)
    return forget


def ensure_consent_texts() -> None:
    """Write the texts that the portal ships with, those that are not there yet."""
    for text in SHIPPED:
        known = {"kind": text["kind"], "version": text["version"]}
        ConsentText.objects.get_or_create(**known, defaults=text)


def texts_in_force(on: date) -> dict[str, ConsentText]:
    """The text of each kind that counts on this day: its newest version that has begun."""
    found: dict[str, ConsentText] = {}
    for text in ConsentText.objects.in_force(on):
        found.setdefault(text.kind, text)
    if not found:  # an installation that was emptied
        ensure_consent_texts()
        return {text.kind: text for text in ConsentText.objects.in_force(on).order_by("version")}
    return found


def consents_of(application: Application) -> dict[str, Consent]:
    """The consents that stand, by kind, the newest version of each."""
    found = sorted(standing_consents(application), key=lambda each: each.text.version)
    return {each.text.kind: each for each in found}


def standing_consents(application: Application) -> list[Consent]:
    """The consents that were not taken back, the first one first; without a query where
    `for_dossier` has read them. Of the text its kind and version are known.
    """
    rows = getattr(application, "consent_rows", None)
    if rows is None:
        standing = application.consents.filter(withdrawn_at__isnull=True)
        return list(standing.select_related("text").order_by("given_at", "pk"))
    found = [row_from(Consent, row, text=related_from(ConsentText, row, "text")) for row in rows]
    return sorted(found, key=lambda each: (each.given_at, each.pk))


@transaction.atomic
def give_consent(application: Application, kind: str, *, language: str) -> Consent:
    """Keep that the person agreed to the text in force today; a second time changes nothing."""
    text = texts_in_force(timezone.localdate())[kind]
    consent, _created = Consent.objects.get_or_create(
        application=application,
        text=text,
        withdrawn_at=None,
        defaults={"language": language},
    )
    return consent


@transaction.atomic
def withdraw_consent(application: Application, kind: str, *, refused: bool = True) -> bool:
    """Take a consent back and erase what was kept on its ground; False where none stood.

    It is possible at any time, also after the submission: what was erased cannot be judged again.
    """
    locked = Application.objects.select_for_update().get(pk=application.pk)
    standing = locked.consents.filter(text__kind=kind, withdrawn_at__isnull=True)
    found = list(standing.select_for_update(of=("self",)))
    for consent in found:
        consent.withdrawn_at = timezone.now()
        consent.save(update_fields=["withdrawn_at"])
    _erase(locked, kind, refused=refused)
    return bool(found)


def _erase(application: Application, kind: str, *, refused: bool) -> None:
    """Forget what needs this consent, also what was typed and not saved; of it the refusal alone
    is an answer.
    """
    if kind == ConsentKind.HEALTH:
        HealthDeclaration.objects.filter(application=application).delete()
        application.declines_health = refused
        application.save(update_fields=["declines_health"])
    elif kind == ConsentKind.NEEDS:
        application.dietary_needs = application.religious_needs = ""
        application.declines_needs = refused
        application.save(update_fields=["dietary_needs", "religious_needs", "declines_needs"])
    FormDraft.objects.filter(form=draft_key(application.public_id, "needs")).delete()
    for forget in _forgetters:
        forget(application, kind)
