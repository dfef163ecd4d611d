"""What personal links open: each app declares its purposes in `link_purposes.py`, found by
autodiscovery as admin modules are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models

from .links import PersonalLink

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Purpose:
    """One thing that somebody without an account can do by a link.

    `about` says in the reader's words what the link is about; the mail says it, and the page before
    the code where `is_public`, as it names no person. `stands` says whether the case still does; a
    link whose case is over answers as one that ended. `page` is the name of the page to which the
    code leads, with the public id of the link as its only argument. `ask` names whom the holder of
    a forwarded link is told to ask.
    """

    code: str
    title: "StrOrPromise"
    page: str
    about: Callable[[PersonalLink], str]
    stands: Callable[[PersonalLink], bool]
    ask: Callable[[PersonalLink], str]
    is_public: bool = True


_purposes: dict[str, Purpose] = {}


def register_purpose(purpose: Purpose) -> Purpose:
    """Declare a purpose of links."""
    _purposes[purpose.code] = purpose
    return purpose


def purpose_of(link: PersonalLink) -> Purpose | None:
    """What this link opens; None where no app declares it any more."""
    return _purposes.get(link.purpose)


def subject_name(row: models.Model) -> str:
    """How a link names the row that it is about: `placements.Forwarding:17`."""
    return f"{row._meta.label}:{row.pk}"


def subject_row(link: PersonalLink) -> models.Model | None:
    """The row that a link is about, None where it is gone."""
    label, _colon, pk = link.subject.rpartition(":")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model._default_manager.filter(pk=pk).first() if pk.isdigit() else None


def still_stands(link: PersonalLink) -> bool:
    """Whether the link is in force and its case is not over."""
    purpose = purpose_of(link)
    return purpose is not None and link.is_usable() and purpose.stands(link)
