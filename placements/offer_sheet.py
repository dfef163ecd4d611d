"""The recruitment sheet (募集要項) of one request: what it offers abroad, from the host's own rows.

One source for the PDF and for the page. What a host has written in one language only is shown in
that language and marked; nothing is translated by itself. Names of people and their telephones stay
in the portal.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import translation
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from accounts.templatetags.portal import era_date, full_day
from hosts.models import HostRequest, TrainingUnit, Treatment
from hosts.outline import outline_of, with_outline
from hosts.treatment import treatment_of
from japan.dates import months_between
from japan.money import format_yen
from schedule.known_days import phase_rows, phases_from
from schedule.models import Cycle, PhaseKind

from .deadlines import deadline_of, until_of, until_words
from .models import Opening

TEMPLATE = "letters/recruitment_sheet.html"


@dataclass(frozen=True)
class Words:
    """A text of the host in the language of the sheet, or in the other one, marked."""

    text: str
    is_untranslated: bool = False
    language: str = ""

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Line:
    """One line of the sheet."""

    label: str
    values: tuple[Words, ...]


@dataclass
class Part:
    """One part of the sheet."""

    title: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class UnitRow:
    """One unit of the training programme."""

    number: int
    name: Words
    contents: Words
    site: Words
    weeks: str
    hours: str


@dataclass
class Sheet:
    """All that the sheet says."""

    language: str
    title: str
    theme: Words
    host: str
    programme: str
    year: str
    operator: str
    parts: list[Part]
    units: list[UnitRow]
    gifts: list[tuple[Words, Words, Words]]
    untranslated: int
    until: str
    quota: int | None
    office: str
    office_lines: list[str]
    printed_on: str

    def as_context(self) -> dict[str, Any]:
        return {"sheet": self}


def with_sheet(rows: QuerySet[HostRequest]) -> QuerySet[HostRequest]:
    """Requests with everything that their sheets say."""
    rows = rows.annotate(phase_rows=phase_rows("answer__survey__cycle"))
    found = with_outline(rows.with_names().with_parts())  # type: ignore[attr-defined]
    return found.select_related("answer__survey__cycle__programme__operator").prefetch_related(
        Prefetch("training_programme__units", TrainingUnit.objects.all()),
        "answer__survey__cycle__deadlines",
    )


def sheet_of(
    request: HostRequest, *, language: str, on: date, opening: Opening | None = None
) -> Sheet:
    """The sheet of a request as it is offered through one office, or without an office."""
    with translation.override(language):
        return _sheet(request, on, opening)


def _sheet(request: HostRequest, on: date, opening: Opening | None) -> Sheet:
    language = get_language() or "ja"
    cycle, programme = request.cycle, request.training_programme
    parts = [
        Part(_("Whom the host looks for"), _given(_demand(request))),
        Part(_("Training programme"), _given(_plan(request))),
        Part(_("Living in Japan"), _given(_treatment(treatment_of(request)))),
        Part(_("Days of the programme"), _given(_days_of(cycle, request))),
    ]
    units = [
        UnitRow(
            number,
            _pair(unit.name_ja, unit.name_en),
            _pair(unit.contents_ja, unit.contents_en),
            _pair(unit.site_name, unit.site_name_en),
            ngettext("{n} week", "{n} weeks", unit.weeks).format(n=unit.weeks),
            _("{n} hours a week").format(n=unit.hours_per_week),
        )
        for number, unit in enumerate(programme.units.all(), start=1)
    ]
    gifts = [
        (
            _pair(gift.what_ja, gift.what_en),
            _pair(gift.aim_ja, gift.aim_en),
            _pair(gift.place_ja, gift.place_en),
        )
        for gift in outline_of(request, list(programme.units.all())).contributions
    ]
    theme = _pair(programme.theme_ja, programme.theme_en)
    texts: list[Words] = [
        theme,
        *(value for part in parts for line in part.lines for value in line.values),
        *(text for unit in units for text in (unit.name, unit.contents, unit.site)),
        *(text for gift in gifts for text in gift),
    ]
    deadline = deadline_of(cycle)
    until = until_words(until_of(opening)) if opening else ""
    if not until and deadline:
        until = _("end of {day}").format(day=full_day(deadline.due_on))
    return Sheet(
        language=language,
        title=_("Recruitment sheet"),
        theme=theme,
        host=request.government.full_name_in(language),
        programme=cycle.programme.name,
        year=cycle.year_label,
        operator=cycle.programme.operator.name,
        parts=[part for part in parts if part.lines],
        units=units,
        gifts=gifts,
        untranslated=sum(text.is_untranslated for text in texts),
        until=until,
        quota=opening.quota if opening else None,
        office=opening.office.organisation.name if opening else "",
        office_lines=_office_lines(opening),
        printed_on=full_day(on),
    )


def _office_lines(opening: Opening | None) -> list[str]:
    if opening is None:
        return []
    office = opening.office
    hours = office.hours_ja if get_language() == "ja" else office.hours_en
    return [each for each in (office.email, office.telephone, hours) if each]


def _demand(request: HostRequest) -> list[Line | None]:
    years = request.experience_years
    return [
        _line(_("Host government"), request.government.full_name),
        _line(_("Hosts together with"), *(each.government.full_name for each in request.together)),
        _line(_("Field of training"), request.field_name),
        _line(_("Number of trainees"), request.seats),
        _line(_("Language of the training"), request.get_language_display()),
        _line(_("Level needed"), request.levels_needed),
        _line(_("Level wished"), request.levels_wished),
        _line(_("Other languages"), request.other_languages),
        _line(
            _("Experience"),
            ngettext("{n} year or more", "{n} years or more", years).format(n=years)
            if years
            else "",
        ),
        _line(_("Qualifications"), _pair(request.qualifications_ja, request.qualifications_en)),
        _line(_("Age"), request.ages),
        _line(
            pgettext("condition", "Gender"),
            request.get_gender_display() if request.gender != HostRequest.Gender.ANY else "",
        ),
        _line(_("Wished countries"), _comma(wish.name for wish in request.wishes)),
        _line(_("Further conditions"), _pair(request.conditions_ja, request.conditions_en)),
    ]


def _plan(request: HostRequest) -> list[Line | None]:
    programme = request.training_programme
    outline = outline_of(request, list(programme.units.all()))
    hours = ""
    if programme.day_starts_at and programme.day_ends_at:
        hours = f"{programme.day_starts_at:%H:%M}–{programme.day_ends_at:%H:%M}"
        if programme.break_minutes:
            rest = _("{n} minutes of break").format(n=programme.break_minutes)
            hours = f"{hours} ({rest})"
    off = [programme.days_off_words, _("national holidays") if programme.keeps_holidays else ""]
    return [
        _line(_("Theme"), _pair(programme.theme_ja, programme.theme_en)),
        _line(_("Aim"), _pair(programme.aim_ja, programme.aim_en)),
        _line(_("Specialised training begins"), era_date(outline.starts_on)),
        _line(_("Working hours"), hours),
        _line(_("Days off"), _comma(each for each in off if each)),
        _line(_("Language of instruction"), programme.get_taught_in_display()),
        _line(
            _("Support with the Japanese language"),
            _pair(programme.support_ja, programme.support_en),
        ),
    ]


def _treatment(given: Treatment) -> list[Line | None]:
    def amount(yen: int | None, words: str) -> str:
        return "" if yen is None else words.format(amount=_yen(yen))

    return [
        _line(_("Lodging"), given.get_lodging_kind_display() or _("not decided yet")),
        _line(_("Where the lodging lies"), _pair(given.lodging_area_ja, given.lodging_area_en)),
        _line(
            _("Rent"),
            amount(given.rent_yen, _("{amount} a month")),
            _paid_by(given.get_rent_payer_display()),
            str(given.get_rent_payment_display()),
        ),
        _line(
            _("Electricity, gas and water"),
            amount(given.utilities_yen, _("{amount} a month")),
            _paid_by(given.get_utilities_payer_display()),
        ),
        _line(_("Living allowance"), given.allowance_words or _("not decided yet")),
        _line(_("Preparation money"), amount(given.preparation_yen, _("up to {amount}"))),
        _line(_("Books and materials"), amount(given.books_yen, _("up to {amount}"))),
        _line(
            _("Travel inside the prefecture"),
            str(given.get_travel_display()),
            amount(given.travel_yen, _("{amount} a month")),
        ),
        _line(
            _("Insurance"),
            _pair(given.insurance_ja, given.insurance_en),
            _paid_by(given.get_insurance_payer_display()),
        ),
        _line(
            _("Who meets the trainee"),
            _pair(given.met_by_ja, given.met_by_en),
            _pair(given.met_at_ja, given.met_at_en),
        ),
        _line(_("Further treatment"), _pair(given.other_ja, given.other_en)),
    ]


def _days_of(cycle: Cycle, request: HostRequest) -> list[Line | None]:
    phases = phases_from(getattr(request, "phase_rows", None), cycle)
    length = ""
    if request.starts_on and request.ends_on:
        months, days = months_between(request.starts_on, request.ends_on)
        length = ngettext("{n} month", "{n} months", months).format(n=months)
        if days:
            length = _("{months} and {n} days").format(months=length, n=days)
    arrival = phases.get(PhaseKind.ARRIVAL)
    group = phases.get(PhaseKind.GROUP_TRAINING)
    return [
        _line(_("Stay"), _between(request.starts_on, request.ends_on), length),
        _line(
            _("Arrival and orientation"),
            _between(arrival.starts_on, arrival.ends_on) if arrival else "",
        ),
        _line(_("Group training"), _between(group.starts_on, group.ends_on) if group else ""),
    ]


def _between(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    return _("{first} to {last}").format(first=era_date(first), last=era_date(last))


def _paid_by(payer: object) -> str:
    return _("paid by {payer}").format(payer=payer) if payer else ""


def _yen(amount: int) -> str:
    return format_yen(amount, get_language() or "ja")


def _comma(texts: Iterable[object]) -> str:
    return pgettext("between names", ", ").join(str(text) for text in texts)


def _pair(japanese: str, english: str) -> Words:
    """The text in the language of the sheet; where that is missing, the other one, marked."""
    is_japanese = (get_language() or "ja") == "ja"
    own, other = (japanese, english) if is_japanese else (english, japanese)
    if own.strip():
        return Words(own)
    return Words(other, bool(other.strip()), "en" if is_japanese else "ja")


def _line(label: str, *values: Words | str) -> Line | None:
    """A line that stands there only where something was said."""
    words = tuple(each if isinstance(each, Words) else Words(str(each)) for each in values)
    said = tuple(each for each in words if each)
    return Line(label, said) if said else None


def _given(lines: Iterable[Line | None]) -> list[Line]:
    return [line for line in lines if line is not None]
