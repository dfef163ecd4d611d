"""Remarks beside the form. Nothing here stops a person: it only says what to look at again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from schedule.models import Programme
from schedule.vocabulary import TrainingLanguage

from .models import HostRequest, TrainingProgramme, TrainingUnit, UnitInstructor
from .models.units import MOST_HOURS
from .outline import Outline, Part, minutes, outline_of
from .services import stay_warning
from .texts import texts_of

# The working week of officials: 38 hours 45 minutes
# (一般職の職員の勤務時間、休暇等に関する法律, article 5).
WORKING_WEEK_HOURS = 38.75
# The instructor asked for by the status of residence 研修: full-time staff with five or more years
# of experience (出入国管理及び難民認定法第七条第一項第二号の基準を定める省令, 研修の項).
INSTRUCTOR_YEARS = 5


@dataclass(frozen=True)
class Remark:
    """One thing that was looked at: the mark, its word, what it is about and why it matters."""

    mark: str
    word: str
    about: str
    note: str = ""


def check(about: str, note: str = "") -> Remark:
    return Remark("late", _("please check"), about, note)


def remark_on_length(programme: Programme, starts_on: date | None, ends_on: date | None) -> Remark:
    """Is the stay as long as usual?"""
    about = _("Length of the stay")
    usual = _("Usual are {first} to {last} months.").format(
        first=programme.months_from, last=programme.months_until
    )
    if not starts_on or not ends_on:
        return Remark("none", _("not entered yet"), about, usual)
    if warning := stay_warning(programme, starts_on, ends_on):
        return check(about, warning)
    return Remark("done", _("as usual"), about, usual)


def remark_on_hours(outline: Outline) -> Remark:
    """Do the hours of the busiest week fit into the working hours?"""
    hours, week = outline.busiest_hours, outline.busiest_week
    about = ngettext("{n} hour in the busiest week", "{n} hours in the busiest week", hours).format(
        n=hours
    )
    if not outline.units and not outline.contributions:
        note = _("The working week of officials has 38 hours and 45 minutes.")
        return Remark("none", _("no unit yet"), _("Hours a week"), note)
    working = outline.weekly_hours
    limit = WORKING_WEEK_HOURS if working is None else working
    if outline.is_impossible:
        note = _("No more than {most} hours a week are possible.").format(most=MOST_HOURS)
        return Remark("stopped", _("not possible"), about, note)
    if hours > limit:
        note = _("Week {week} has more than the working hours of {hours} hours a week.")
        return check(about, note.format(week=week, hours=f"{limit:g}"))
    note = _("The working hours have {hours} hours a week.").format(hours=f"{limit:g}")
    return Remark("done", _("within the week"), about, note)


def remark_on_weeks(programme: Programme, outline: Outline) -> Remark | None:
    """Does the specialised training take as many months as usual?"""
    if outline.months is None:
        return None
    months, days = outline.months
    first, last = programme.training_months_from, programme.training_months_until
    weeks = ngettext("{n} week", "{n} weeks", outline.weeks).format(n=outline.weeks)
    about = _("Specialised training: {weeks} ({length})").format(
        weeks=weeks, length=_length(months, days)
    )
    usual = _("Usual are {first} to {last} months.").format(first=first, last=last)
    if months < first or (months, days) > (last, 0):
        return check(about, usual)
    return Remark("done", _("as usual"), about, usual)


def remark_on_place_in_stay(outline: Outline) -> list[Remark]:
    """Do the units begin after the group training and end before the return?"""
    found = []
    starts_on, earliest = outline.starts_on, outline.earliest
    if starts_on and earliest and starts_on < earliest:
        found.append(
            check(
                _("The specialised training begins before the group training has ended."),
                _("In this cycle it begins on {day}.").format(day=_day(earliest)),
            )
        )
    if starts_on and outline.latest and starts_on > outline.latest:
        found.append(check(_("The specialised training begins after the end of the stay.")))
    elif outline.ends_on and outline.latest and outline.ends_on > outline.latest:
        found.append(
            check(
                _("The units take longer than the stay."),
                _("The last unit ends on {day}, the stay on {last}.").format(
                    day=_day(outline.ends_on), last=_day(outline.latest)
                ),
            )
        )
    return found


def remark_on_overlaps(outline: Outline) -> list[Remark]:
    """Which parts stand at the same time?"""
    found = []
    for each in outline.overlaps():
        about = _("“{one}” and “{other}” stand at the same time.").format(
            one=each.one, other=each.other
        )
        note = pgettext("weeks", "Weeks {first} to {last}").format(
            first=each.first_week, last=each.last_week
        )
        found.append(check(about, note))
    return found


def remark_on_times(outline: Outline) -> list[Remark]:
    """Where days and times were chosen: do they make the hours, and lie in the working hours?"""
    parts: list[Part] = [*outline.units, *outline.contributions]
    differing = [part for part in parts if differs_from_hours(part, outline)]
    outside = [part for part in parts if is_outside_hours(part, outline)]
    found = []
    if differing:
        found.append(
            check(
                _("Days and times do not make the hours a week: {names}").format(
                    names=_names(differing)
                ),
                _("The break is not counted."),
            )
        )
    if outside:
        found.append(check(_("Outside the working hours: {names}").format(names=_names(outside))))
    return found


def differs_from_hours(part: Part, outline: Outline) -> bool:
    """Whether the chosen days and times make other hours than those that were entered. A part over
    the break may be meant with it or without it.
    """
    if not (part.starts_at and part.ends_at and part.hours_per_week):
        return False
    days = len(outline.days_of_part(part))
    length = minutes(part.ends_at) - minutes(part.starts_at)
    pause = outline.programme.break_minutes or 0
    return not days * (length - pause) <= 60 * part.hours_per_week <= days * length


def is_outside_hours(part: Part, outline: Outline) -> bool:
    programme = outline.programme
    if part.weekdays & programme.free_weekdays:
        return True
    if not (part.starts_at and part.ends_at and programme.day_starts_at and programme.day_ends_at):
        return False
    return part.starts_at < programme.day_starts_at or part.ends_at > programme.day_ends_at


def is_qualified(person: UnitInstructor) -> bool:
    """Full-time staff with five or more years, as the status of residence 研修 asks for."""
    return person.is_full_time and person.years is not None and person.years >= INSTRUCTOR_YEARS


def remark_on_instructors(units: Sequence[TrainingUnit]) -> Remark | None:
    """Is there somebody with enough years for each unit?"""
    unclear = [unit for unit in units if not any(map(is_qualified, unit.people))]
    if not unclear:
        return None
    return check(
        ngettext(
            "{n} unit without a full-time instructor of five or more years",
            "{n} units without a full-time instructor of five or more years",
            len(unclear),
        ).format(n=len(unclear)),
        _names(unclear)
        + pgettext("between a name and a sentence", ": ")
        + _("The status of residence “Trainee” asks for full-time staff with five or more years."),
    )


def remark_on_companies(units: Sequence[TrainingUnit]) -> Remark | None:
    """Practical work at companies is restricted for trainees."""
    at_companies = [unit for unit in units if unit.site_kind == TrainingUnit.SiteKind.COMPANY]
    if not at_companies:
        return None
    practical = [unit for unit in at_companies if unit.is_practical]
    note = _("The status of residence “Trainee” limits training that includes practical work.")
    if practical:
        about = _("Practical work at a company: {names}").format(names=_names(practical))
        return check(about, note)
    return Remark("half", _("please check"), _("Training at a company"), note)


def remark_on_language(request: HostRequest, programme: TrainingProgramme) -> Remark | None:
    """Is the training given in a language that the trainee is asked to speak?"""
    asked, taught = request.language, programme.taught_in
    if not taught or TrainingLanguage.EITHER in (asked, taught) or asked == taught:
        return None
    return check(
        _("The language of instruction is not the one that the trainee is asked to speak.")
    )


def remark_on_contributions(outline: Outline) -> Remark | None:
    """Does the programme say what the trainee gives?"""
    if outline.contributions:
        return None
    return Remark(
        "half",
        _("not entered yet"),
        _("What the trainee gives"),
        _("The programme also serves the host’s own internationalisation."),
    )


def remark_on_english(outline: Outline) -> Remark:
    """How much of the programme can a trainee read?"""
    texts = [pair for pair in texts_of(outline) if pair.japanese.strip()]
    ready = sum(not pair.is_untranslated for pair in texts)
    is_ready = ready == len(texts)
    return Remark(
        "done" if is_ready else "half",
        _("translated") if is_ready else _("not translated yet"),
        _("English: {ready} of {all} texts").format(ready=ready, all=len(texts)),
        "" if is_ready else _("English is needed before the recruitment begins."),
    )


def remarks_on(
    programme: TrainingProgramme,
    units: Sequence[TrainingUnit],
    outline: Outline | None = None,
) -> list[Remark]:
    """Everything worth a second look in this request, the length of the stay first."""
    request = programme.host_request
    outline = outline or outline_of(request, units)
    found = [
        remark_on_length(request.cycle.programme, request.starts_on, request.ends_on),
        remark_on_weeks(request.cycle.programme, outline),
        *remark_on_place_in_stay(outline),
        remark_on_hours(outline),
        *remark_on_overlaps(outline),
        *remark_on_times(outline),
        remark_on_instructors(units),
        remark_on_companies(units),
        remark_on_language(request, programme),
        remark_on_contributions(outline),
        remark_on_english(outline),
    ]
    return [remark for remark in found if remark is not None]


def _names(parts: Sequence[Part]) -> str:
    return pgettext("between names", ", ").join(str(part) for part in parts)


def _day(day: date) -> str:
    return date_format(day)


def _length(months: int, days: int) -> str:
    words = ngettext("{n} month", "{n} months", months).format(n=months)
    return words + " " + ngettext("{n} day", "{n} days", days).format(n=days) if days else words
