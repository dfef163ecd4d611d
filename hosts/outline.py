"""A training programme laid out over its weeks: rows in, weeks and warnings' numbers out.

The first week is the calendar week, Monday to Sunday, into which the first day of the specialised
training falls. A unit without a first week follows the unit before it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations
from typing import Any

from django.db import models
from django.db.models import OuterRef, Subquery

from accounts.json_rows import json_rows
from japan.business_days import holiday_name, is_business_day
from japan.dates import months_between
from schedule.models import Phase, PhaseKind

from .models import (
    Contribution,
    HostRequest,
    HostRequestQuerySet,
    TrainingProgramme,
    TrainingUnit,
)
from .models.units import MOST_HOURS

DAYS = range(7)
Part = TrainingUnit | Contribution


@dataclass(frozen=True)
class Laid:
    """One unit with the weeks that it takes."""

    unit: TrainingUnit
    number: int
    first_week: int
    last_week: int

    def takes(self, week: int) -> bool:
        return self.first_week <= week <= self.last_week


@dataclass(frozen=True)
class Overlap:
    """Two parts that stand at the same time on the same day of the same weeks."""

    one: Part
    other: Part
    first_week: int
    last_week: int


def lay_out(units: Iterable[TrainingUnit]) -> list[Laid]:
    """The weeks of each unit, in the order of the programme."""
    laid: list[Laid] = []
    for number, unit in enumerate(units, start=1):
        first = unit.first_week or (laid[-1].last_week + 1 if laid else 1)
        laid.append(Laid(unit, number, first, first + (unit.weeks or 1) - 1))
    return laid


@dataclass
class Outline:
    """A programme with its parts and the days between which it has to lie."""

    programme: TrainingProgramme
    units: Sequence[TrainingUnit]
    contributions: Sequence[Contribution]
    starts_on: date | None = None
    earliest: date | None = None  # the day after the group training
    latest: date | None = None  # the last day of the stay

    @cached_property
    def laid(self) -> list[Laid]:
        return lay_out(self.units)

    @property
    def weeks(self) -> int:
        """How many weeks the programme takes, from its first to the last week of any unit."""
        return max((each.last_week for each in self.laid), default=0)

    def monday(self, week: int) -> date | None:
        """The Monday of a week, None where the first day is not known."""
        if self.starts_on is None:
            return None
        first = self.starts_on - timedelta(days=self.starts_on.weekday())
        return first + timedelta(days=7 * (week - 1))

    def days_of(self, each: Laid) -> tuple[date, date] | None:
        """The first and the last day of a unit."""
        first, last = self.monday(each.first_week), self.monday(each.last_week)
        if first is None or last is None or self.starts_on is None:
            return None
        return max(first, self.starts_on), last + timedelta(days=self._last_working_day)

    @property
    def ends_on(self) -> date | None:
        """The last working day of the last week."""
        monday = self.monday(self.weeks) if self.weeks else None
        return monday + timedelta(days=self._last_working_day) if monday else None

    @property
    def _last_working_day(self) -> int:
        return max(self.working_days, default=6)

    @property
    def working_days(self) -> list[int]:
        """The weekdays on which training usually takes place."""
        return [day for day in DAYS if day not in self.programme.free_weekdays]

    @property
    def first_whole_week(self) -> int:
        """The first week that is not begun in its midst."""
        begins_late = self.starts_on and self.starts_on.weekday() > min(
            self.working_days, default=0
        )
        return 2 if begins_late and self.weeks > 1 else 1

    @property
    def months(self) -> tuple[int, int] | None:
        """Whole months and days from the first day to the end of the last week."""
        monday = self.monday(self.weeks) if self.weeks else None
        if monday is None or self.starts_on is None:
            return None
        return months_between(self.starts_on, monday + timedelta(days=6))

    def is_off(self, day: date) -> bool:
        """A day off: of the week, or as a national holiday or the turn of the year."""
        return day.weekday() in self.programme.free_weekdays or self.closed_name(day) is not None

    def closed_name(self, day: date, language: str = "ja") -> str | None:
        """The national holiday that is kept on this day; empty for the turn of the year."""
        if not self.programme.keeps_holidays:
            return None
        if name := holiday_name(day, language):
            return name
        return "" if day.weekday() < 5 and not is_business_day(day) else None

    def hours_in(self, week: int) -> int:
        """The hours of all units and contributions of one week."""
        units = sum(each.unit.hours_per_week or 0 for each in self.laid if each.takes(week))
        return units + sum(each.hours_per_week or 0 for each in self.contributions)

    @cached_property
    def busiest_week(self) -> int:
        """The first of the weeks with the most hours."""
        weeks = range(1, max(self.weeks, 1) + 1)
        return max(weeks, key=lambda week: (self.hours_in(week), -week))

    @property
    def busiest_hours(self) -> int:
        return self.hours_in(self.busiest_week)

    @property
    def is_impossible(self) -> bool:
        """More hours in a week than anybody can be trained."""
        return self.busiest_hours > MOST_HOURS

    @property
    def weekly_hours(self) -> float | None:
        """The working hours of a usual week, breaks taken off."""
        hours = working_minutes(self.programme)
        return None if hours is None else hours * len(self.working_days) / 60

    def overlaps(self) -> list[Overlap]:
        """The parts whose days and times were chosen so that they meet."""
        whole = (1, max(self.weeks, 1))
        timed: list[tuple[Part, tuple[int, int]]]
        timed = [(each.unit, (each.first_week, each.last_week)) for each in self.laid]
        timed += [(each, whole) for each in self.contributions]
        found = []
        for (one, weeks), (other, others) in combinations(timed, 2):
            first, last = max(weeks[0], others[0]), min(weeks[1], others[1])
            if first <= last and self._meet(one, other):
                found.append(Overlap(one, other, first, last))
        return found

    def days_of_part(self, part: Part) -> set[int]:
        """The weekdays of a part: those chosen, else every working day."""
        return part.weekdays or set(self.working_days)

    def _meet(self, one: Part, other: Part) -> bool:
        if not (one.starts_at and one.ends_at and other.starts_at and other.ends_at):
            return False
        same_day = self.days_of_part(one) & self.days_of_part(other)
        return bool(same_day) and one.starts_at < other.ends_at and other.starts_at < one.ends_at


def working_minutes(programme: TrainingProgramme) -> int | None:
    """The minutes of a working day without its break, None where its hours are not known."""
    if programme.day_starts_at is None or programme.day_ends_at is None:
        return None
    whole = minutes(programme.day_ends_at) - minutes(programme.day_starts_at)
    return max(0, whole - (programme.break_minutes or 0))


def minutes(at: Any) -> int:
    return at.hour * 60 + at.minute


def outline_of(request: HostRequest, units: Sequence[TrainingUnit] | None = None) -> Outline:
    """The programme of a request; without a query where `with_outline` has read the rest."""
    programme = request.training_programme
    if units is None:
        units = list(programme.units.with_instructors())
    return Outline(
        programme=programme,
        units=units,
        contributions=contributions_of(request),
        starts_on=programme.starts_on or usual_start(request),
        earliest=usual_start(request),
        latest=request.ends_on,
    )


def with_outline(rows: HostRequestQuerySet) -> HostRequestQuerySet:
    """These requests with what an outline needs beside the units, in the same query."""
    fields = [field.attname for field in Contribution._meta.concrete_fields]
    phases = Phase.objects.filter(
        cycle=OuterRef("answer__survey__cycle"), kind=PhaseKind.SPECIALISED
    )
    return rows.annotate(
        contribution_rows=json_rows(
            Contribution.objects.all(), "training_programme", fields, "training_programme__pk"
        ),
        specialised_on=Subquery(phases.values("starts_on")[:1]),
    )


def usual_start(request: HostRequest) -> date | None:
    """When the specialised training of the cycle begins, after the group training."""
    if hasattr(request, "specialised_on"):
        return request.specialised_on
    return request.cycle.phase_starts_on(PhaseKind.SPECIALISED)


def contributions_of(request: HostRequest) -> list[Contribution]:
    """What the trainee gives, in order."""
    rows = getattr(request, "contribution_rows", None)
    if rows is None:
        return list(request.training_programme.contributions.all())
    found = [row_of(Contribution, row) for row in rows]
    return sorted(found, key=lambda row: (row.position, row.pk))


def row_of(model: type[models.Model], values: dict[str, Any]) -> Any:
    """A row of this model from values as JSON holds them; it is not saved."""
    known = {field.attname: field for field in model._meta.concrete_fields}
    return model(
        **{name: known[name].to_python(value) for name, value in values.items() if name in known}
    )
