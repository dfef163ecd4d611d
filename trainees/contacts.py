"""Whom a person may ask: the programme's office, the overseas office of their country, and from the
announcement on the host, each with its hours.
"""

import time
import zoneinfo
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from .models import Application, OfficeCountry, OverseasOffice

KEPT_SECONDS = 60

_kept: tuple[float, date | None, dict[str, OverseasOffice]] = (0.0, None, {})


@dataclass(frozen=True)
class HelpDesk:
    """Somebody who answers: for what, who, how, and when."""

    name: str
    organisation: str
    about: str
    telephone: str = ""
    email: str = ""
    hours: str = ""
    local_time: str = ""


def from_abroad(number: str) -> str:
    """A number in Japan as somebody abroad dials it, on pages in English: +81-3-0000-0000."""
    is_japanese = (get_language() or "ja") == "ja"
    if is_japanese or not number.startswith("0") or number.startswith("00"):
        return number
    return f"+81-{number[1:]}"


def forget() -> None:
    """Read the offices anew with the next page."""
    global _kept
    _kept = (0.0, None, {})


def help_of(application: Application, hosts: list[HelpDesk]) -> list[HelpDesk]:
    """Who helps this person now, the nearest first."""
    programme = application.cycle.programme
    is_japanese = (get_language() or "ja") == "ja"
    found = list(hosts)
    if office := _office_of(str(application.trainee.nationality)):
        found.append(_desk_of(office, is_japanese=is_japanese))
    found.append(
        HelpDesk(
            name=programme.contact_unit_ja if is_japanese else programme.contact_unit_en,
            organisation=programme.operator.name,
            about=_("Your application, the decision and this portal"),
            telephone=from_abroad(programme.contact_telephone),
            email=programme.contact_email,
            hours=programme.contact_hours_ja if is_japanese else programme.contact_hours_en,
        )
    )
    return found


def _desk_of(office: OverseasOffice, *, is_japanese: bool) -> HelpDesk:
    """The office with its hours, and what time it is there."""
    try:
        now = timezone.localtime(timezone=office.zone)
        there = f"{now:%H:%M}"
    except zoneinfo.ZoneInfoNotFoundError:
        there = ""
    hours = office.hours_ja if is_japanese else office.hours_en
    return HelpDesk(
        name=office.organisation.name,
        organisation="" if is_japanese else pgettext("contact", "overseas office"),
        about=_("Your government, your employer and the nomination"),
        telephone=office.telephone,
        email=office.email,
        hours=hours,
        local_time=there,
    )


def _office_of(country: str) -> OverseasOffice | None:
    """The office that looks after a country today; the few offices are read once a minute in each
    process.
    """
    global _kept
    today = timezone.localdate()
    read_at, day, offices = _kept
    if not read_at or day != today or time.monotonic() - read_at > KEPT_SECONDS:
        rows = OfficeCountry.objects.in_force(today).select_related("office__organisation")
        offices = {str(row.country): row.office for row in rows.order_by("-pk")}
        _kept = (time.monotonic(), today, offices)
    return offices.get(country)
