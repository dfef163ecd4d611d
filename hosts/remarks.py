"""Remarks beside the form. Nothing here stops a person: it only says what to look at again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schedule.models import Programme

from .models import TrainingProgramme, TrainingUnit, UnitInstructor
from .services import stay_warning

# The working week of officials: 38 hours 45 minutes
# (一般職の職員の勤務時間、休暇等に関する法律, article 5).
WORKING_WEEK_HOURS = 38.75
# The instructor asked for by the status of residence 研修 (Ministry of Justice ordinance).
INSTRUCTOR_YEARS = 5


@dataclass(frozen=True)
class Remark:
    """One thing that was looked at: the mark, its word, what it is about and why it matters."""

    mark: str
    word: str
    about: str
    note: str = ""


def remark_on_length(programme: Programme, starts_on: date | None, ends_on: date | None) -> Remark:
    """Is the stay as long as usual?"""
    about = _("Length of the stay")
    usual = _("Usual are {first} to {last} months.").format(
        first=programme.months_from, last=programme.months_until
    )
    if not starts_on or not ends_on:
        return Remark("none", _("not entered yet"), about, usual)
    if warning := stay_warning(programme, starts_on, ends_on):
        return Remark("late", _("please check"), about, warning)
    return Remark("done", _("as usual"), about, usual)


def remark_on_hours(units: Sequence[TrainingUnit]) -> Remark:
    """Do the hours of all units together fit into a working week?"""
    hours = sum(unit.hours_per_week for unit in units)
    about = ngettext(
        "{n} hour a week, all units together", "{n} hours a week, all units together", hours
    ).format(n=hours)
    note = _("The working week of officials has 38 hours and 45 minutes.")
    if not units:
        return Remark("none", _("no unit yet"), about, note)
    if hours > WORKING_WEEK_HOURS:
        return Remark(
            "late", _("please check"), about, note + " " + _("Units one after another may be more.")
        )
    return Remark("done", _("within the week"), about, note)


def is_qualified(person: UnitInstructor) -> bool:
    """Full-time staff with five or more years, as the status of residence 研修 asks for."""
    return person.is_full_time and person.years is not None and person.years >= INSTRUCTOR_YEARS


def remark_on_instructors(units: Sequence[TrainingUnit]) -> Remark | None:
    """Are the instructors named with enough years?"""
    unclear = [unit for unit in units if not any(map(is_qualified, unit.people))]
    if not unclear:
        return None
    return Remark(
        "late",
        _("please check"),
        ngettext(
            "{n} unit without a full-time instructor of five or more years",
            "{n} units without a full-time instructor of five or more years",
            len(unclear),
        ).format(n=len(unclear)),
        _("The status of residence “Trainee” asks for full-time staff with five or more years."),
    )


def remark_on_companies(units: Sequence[TrainingUnit]) -> Remark | None:
    """Practical work at companies is restricted for trainees."""
    if not any(unit.site_kind == TrainingUnit.SiteKind.COMPANY for unit in units):
        return None
    return Remark(
        "late",
        _("please check"),
        _("Training at a company"),
        _("The status of residence “Trainee” limits training that includes practical work."),
    )


def remark_on_english(programme: TrainingProgramme, units: Sequence[TrainingUnit]) -> Remark:
    """How much of the programme can a trainee read?"""
    pairs = [
        (programme.theme_ja, programme.theme_en),
        (programme.aim_ja, programme.aim_en),
        *((unit.name_ja, unit.name_en) for unit in units),
    ]
    ready = sum(bool(english) for _japanese, english in pairs)
    is_ready = ready == len(pairs)
    return Remark(
        "done" if is_ready else "half",
        _("translated") if is_ready else _("not translated yet"),
        _("English: {ready} of {all} texts").format(ready=ready, all=len(pairs)),
        "" if is_ready else _("English is needed before the recruitment begins."),
    )


def remarks_on(programme: TrainingProgramme, units: Sequence[TrainingUnit]) -> list[Remark]:
    """Everything worth a second look in this request, the length of the stay first."""
    request = programme.host_request
    found = [
        remark_on_length(request.cycle.programme, request.starts_on, request.ends_on),
        remark_on_hours(units),
        remark_on_instructors(units),
        remark_on_companies(units),
        remark_on_english(programme, units),
    ]
    return [remark for remark in found if remark is not None]
