"""Whom the foot of every page names for questions."""

import time

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from .models import Programme

KEPT_SECONDS = 60

_kept: tuple[float, Programme | None] = (0.0, None)


def contact(request: HttpRequest) -> dict[str, object]:
    """The contact of the operator's first programme, read once a minute in each process."""
    return {"site_contact": SimpleLazyObject(_contact)}


def forget() -> None:
    """Read it anew with the next page."""
    global _kept
    _kept = (0.0, None)


def remember(programme: Programme | None) -> None:
    """Take this one for the next minute, without asking the database."""
    global _kept
    _kept = (time.monotonic(), programme)


def _contact() -> dict[str, str]:
    programme = _programme()
    if programme is None:
        return {}
    language = get_language() or "ja"
    return {
        "organisation": programme.operator.name_in(language),
        "division": programme.contact_unit_ja if language == "ja" else programme.contact_unit_en,
        "telephone": programme.contact_telephone,
        "email": programme.contact_email,
    }


def _programme() -> Programme | None:
    read_at, programme = _kept
    if not read_at or time.monotonic() - read_at > KEPT_SECONDS:
        try:
            programme = Programme.objects.select_related("operator").order_by("pk").first()
        except DatabaseError:
            return None
        remember(programme)
    return programme
