"""How long the steps of the way took in earlier cycles: for each step the days after the one
before, with the number of cases. Few cases say nothing; nothing here is a promise.

What the apps above know (when a placement was announced) they declare with `usual_source`: all
sources are read in one query. What earlier cycles say changes rarely, so each process keeps it for
a while.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median, quantiles

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.json_rows import Values, moment_from, read_together

from .models import Application, ApplicationMove
from .states import ApplicationState

ENOUGH_CASES = 5
MOST_CASES = 500
KEPT_SECONDS = 600

Key = tuple[int, int]  # the programme, and the fiscal year before which cycles count
Days = dict[str, list[int]]  # for each step the days of the newest cases, the last one first


@dataclass(frozen=True)
class Source:
    """Rows of earlier cycles, given the programme and the fiscal year before which cycles count,
    and the days that these fields of theirs say.
    """

    rows: Callable[[int, int], QuerySet]
    fields: Sequence[str]
    days: Callable[[list[Values]], Days]


_sources: dict[str, Source] = {}
_kept: dict[Key, tuple[float, dict[str, "Usual"]]] = {}


@dataclass(frozen=True)
class Usual:
    """How many days a step took in earlier cycles: the middle four fifths of so many cases."""

    cases: int
    low: int = 0
    middle: int = 0
    high: int = 0

    @property
    def is_known(self) -> bool:
        return self.cases >= ENOUGH_CASES

    @property
    def words(self) -> str:
        """The days in words; two limits that fall together are one number."""
        if self.low == self.high:
            return ngettext("{n} day", "{n} days", self.high).format(n=self.high)
        return _("{low} to {high} days").format(low=self.low, high=self.high)


def usual_source(name: str, source: Source) -> None:
    """Declare what an app knows of earlier cycles."""
    _sources[name] = source


def usual_of(days: list[int]) -> Usual:
    """The middle 80% of these numbers of days, in whole days."""
    if len(days) < ENOUGH_CASES:
        return Usual(cases=len(days))
    tenths = quantiles(days, n=10, method="inclusive")
    return Usual(len(days), round(tenths[0]), round(median(days)), round(tenths[-1]))


def usual_steps(application: Application) -> dict[str, Usual]:
    """For each step that earlier cycles of the programme know: how long after the one before.

    `reviewed`: until an application was found complete, counted from its submission. The apps above
    add `decided`, `arrival` and `return`. The states themselves stand under their own names.
    """
    key = (application.cycle.programme_id, application.cycle.fiscal_year)
    kept = _kept.get(key)
    if kept and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    parts = {name: (source.rows(*key), source.fields) for name, source in _sources.items()}
    days: Days = {}
    for name, rows in read_together(parts).items():
        days |= _sources[name].days(rows)
    found = {code: usual_of(cases[:MOST_CASES]) for code, cases in days.items()}
    _kept[key] = (time.monotonic(), found)
    return found


def forget() -> None:
    """Compute it anew with the next page."""
    _kept.clear()


def _moves(programme: int, fiscal_year: int) -> QuerySet:
    """What happened to the newest applications."""
    newest = (
        Application.objects.filter(
            cycle__programme=programme,
            cycle__fiscal_year__lt=fiscal_year,
            submitted_at__isnull=False,
        )
        .order_by("-submitted_at", "-pk")
        .values("pk")[:MOST_CASES]
    )
    return ApplicationMove.objects.filter(application__in=newest)


def _stays_in_states(rows: list[Values]) -> Days:
    """How long each application stayed in each state; what was withdrawn does not count."""
    moves = sorted(
        (row["application"], moment_from(row["at"]), row["pk"], row["from_state"], row["to_state"])
        for row in rows
    )
    days: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    entered: dict[tuple[int, str], datetime] = {}
    for application, at, _pk, before, after in moves:
        begun = entered.get((application, before))
        if begun and after != ApplicationState.WITHDRAWN:
            days[before].append((at, (at - begun).days))
        entered[application, after] = at
    found = {
        state: [number for _at, number in sorted(cases, reverse=True)]
        for state, cases in days.items()
    }
    found["reviewed"] = found.get(ApplicationState.SUBMITTED, [])
    return found


usual_source(
    "moves", Source(_moves, ["pk", "application", "at", "from_state", "to_state"], _stays_in_states)
)
