"""Where each role works: the first page after sign-in and the main menu."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import Role, User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

HOST_ROLES = (Role.COORDINATOR, Role.RELAY)
TRAINEE_ROLES = (Role.TRAINEE, Role.ALUMNUS)
OFFICE_ROLES = (Role.OVERSEAS_OFFICE,)
WITH_PAGES = HOST_ROLES + TRAINEE_ROLES + OFFICE_ROLES


@dataclass(frozen=True)
class Place:
    """One entry of the main menu."""

    label: "StrOrPromise"
    url_name: str
    roles: tuple[str, ...]


PLACES = [
    Place(_("Staff desk"), "desk:start", (Role.STAFF, Role.ADMINISTRATOR)),
    Place(_("Home"), "hosts:home", HOST_ROLES),
    Place(_("Answers of the municipalities"), "hosts:relay", (Role.RELAY,)),
    Place(pgettext_lazy("office", "Recruitment"), "recruitment:home", OFFICE_ROLES),
    Place(_("Nominations"), "recruitment:nominations", OFFICE_ROLES),
    Place(_("Statements of employers"), "cases:statements", OFFICE_ROLES),
    Place(
        _("Agencies and overseas local governments"),
        "recruitment:bodies",
        OFFICE_ROLES,
    ),
    Place(
        pgettext_lazy("thread", "Questions and answers"),
        "accounts:questions",
        HOST_ROLES + OFFICE_ROLES,
    ),
    Place(_("Status"), "trainees:status", TRAINEE_ROLES),
    Place(_("Overview"), "accounts:overview", tuple(set(Role) - set(WITH_PAGES))),
]


def places_of(user: User) -> list[Place]:
    """The places of this person, in the order of the menu."""
    return [place for place in PLACES if user.has_role(*place.roles)]


def first_place(user: User) -> str:
    """The address of the page that a person sees after signing in."""
    places = places_of(user)
    return reverse(places[0].url_name if places else "accounts:overview")
