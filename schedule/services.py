"""Opening a cycle, when the usual year of the programme becomes concrete days, and ending it."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.moves import Table, make_move
from japan.business_days import roll
from japan.dates import fiscal_year as fiscal_year_of

from .models import FIRST_YEAR, LAST_YEAR, Cycle, Deadline, Phase, PhaseKind, Programme, Roll
from .openers import end_parts, open_parts, reason_against_end

# What has ended stays as it was.
CYCLE_MOVES: Table = {Cycle.State.OPEN: {Cycle.State.CLOSED, Cycle.State.CALLED_OFF}}


class ScheduleError(Exception):
    """A rule about cycles was broken. The message is written for the user."""


@transaction.atomic
def open_cycle(
    programme: Programme, fiscal_year: int, *, by: User | None = None, on: date | None = None
) -> Cycle:
    """Open the cycle of a fiscal year with its phases and deadlines, all of it or nothing.

    Raises ScheduleError if the cycle exists, the year is out of reach, or on the day `on` the year
    is over or the programme has ended; without `on` a cycle of the past is opened. The programme's
    row is locked, so of two openings at once the second finds the first one's cycle.
    """
    if not FIRST_YEAR <= fiscal_year <= LAST_YEAR:
        raise ScheduleError(
            _("The fiscal year must lie between {first} and {last}.").format(
                first=FIRST_YEAR, last=LAST_YEAR
            )
        )
    if on and fiscal_year < fiscal_year_of(on):
        raise ScheduleError(
            _("Fiscal year {year} is over. Name this fiscal year or a later one.").format(
                year=fiscal_year
            )
        )
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    if programme.ended_on and on and on > programme.ended_on:
        raise ScheduleError(_("This programme has ended; no new cycle can be opened."))
    if Cycle.objects.filter(programme=programme, fiscal_year=fiscal_year).exists():
        raise ScheduleError(
            _("There is a cycle of fiscal year {year} already.").format(year=fiscal_year)
        )
    phases = _phases(programme, fiscal_year)
    arrival = next((p.starts_on for p in phases if p.kind == PhaseKind.ARRIVAL), None)
    if arrival is None:
        raise ScheduleError(_("The programme has no usual arrival day. Enter one first."))
    cycle = Cycle.objects.create(
        programme=programme, fiscal_year=fiscal_year, arrival_on=arrival, opened_by=by
    )
    for phase in phases:
        phase.cycle = cycle
    Phase.objects.bulk_create(phases)
    Deadline.objects.bulk_create(_deadlines(programme, cycle))
    open_parts(cycle)
    return cycle


@transaction.atomic
def close_cycle(cycle: Cycle, *, by: User | None, on: date) -> Cycle:
    """End a cycle whose year is over; nothing of it changes any more.

    Raises ScheduleError while a phase of it lies ahead, or while something keeps it open.
    """
    cycle = _lock(cycle)
    last = cycle.phases.order_by("ends_on").last()
    if last and last.ends_on >= on:
        raise ScheduleError(
            _("This cycle runs until {day}. To end it earlier, call it off.").format(
                day=date_format(last.ends_on)
            )
        )
    return _end(cycle, Cycle.State.CLOSED, by=by)


@transaction.atomic
def call_off_cycle(cycle: Cycle, *, reason: str, by: User | None) -> Cycle:
    """End a cycle before its time, with a reason that stays; nothing of it changes any more.

    Raises ScheduleError without a reason, or while something keeps the cycle open.
    """
    if not reason.strip():
        raise ScheduleError(_("Write the reason; it stays with the cycle."))
    return _end(_lock(cycle), Cycle.State.CALLED_OFF, by=by, reason=reason.strip())


def _lock(cycle: Cycle) -> Cycle:
    return (
        Cycle.objects.select_for_update(of=("self",)).select_related("programme").get(pk=cycle.pk)
    )


def _end(cycle: Cycle, state: str, *, by: User | None, reason: str = "") -> Cycle:
    if cycle.state == Cycle.State.OPEN and (kept := reason_against_end(cycle)):
        raise ScheduleError(kept)
    if cycle.state == Cycle.State.OPEN:
        end_parts(cycle, by)
    make_move(cycle, state, by=by, table=CYCLE_MOVES, reason=reason, refuse=ScheduleError)
    return cycle


def _phases(programme: Programme, fiscal_year: int) -> list[Phase]:
    """The phases of the year; each begins and ends on a business day."""
    phases = []
    for template in programme.phase_templates.all():
        starts_on = roll(template.day_in(fiscal_year), "after")
        ends_on = roll(template.day_in(fiscal_year) + timedelta(days=template.days - 1), "before")
        phases.append(
            Phase(kind=template.kind, starts_on=starts_on, ends_on=max(starts_on, ends_on))
        )
    return phases


def _deadlines(programme: Programme, cycle: Cycle) -> list[Deadline]:
    return [
        Deadline(
            cycle=cycle,
            code=template.code,
            phase=template.phase,
            audience=template.audience,
            name_ja=template.name_ja,
            name_en=template.name_en,
            due_on=roll(
                template.day_in(cycle.fiscal_year),
                "before" if template.roll == Roll.BEFORE else "after",
            ),
        )
        for template in programme.deadline_templates.all()
    ]


def next_fiscal_year(programme: Programme, *, on: date) -> int:
    """The fiscal year whose cycle comes next: the one after the last, at the earliest next
    year's.
    """
    last = programme.cycles.order_by("-fiscal_year").values_list("fiscal_year", flat=True).first()
    return max(last + 1 if last else 0, fiscal_year_of(on) + 1)
