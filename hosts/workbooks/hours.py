"""The hours of a week, held together over the sheets of the units and of the contributions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from files.sheets.books import BookPlan
from files.sheets.kinds import Line

from ..outline import Outline
from .parts import UNIT_NO, Key, Part
from .sheets import BY_NAME

UNITS, CONTRIBUTIONS = BY_NAME["units"], BY_NAME["contributions"]
TOO_MANY = _(
    "With this, week {week} would have {hours} hours. More than 60 are not "
    "possible: take hours away here or from another part."
)
Rows = Mapping[str, Sequence[tuple[Key, Any]]]
Lines = Mapping[str, Mapping[Key, Sequence[Line]]]


def tell_impossible_week(
    plan: BookPlan, key: Key, programme: Any, *, rows: Rows, lines: Lines
) -> bool:
    """Whether this programme would have a week that nobody can have; told at the part of that week
    that asks for most, as far as the workbook names it.
    """
    places, units = _parts(rows, UNITS, key)
    outline = Outline(programme, units, _parts(rows, CONTRIBUTIONS, key)[1])
    if not outline.is_impossible:
        return False
    taken = {places[each.number - 1] for each in outline.laid if each.takes(outline.busiest_week)}
    found: list[tuple[Part, Line]] = [
        (UNITS, line)
        for line in lines[UNITS.name].get(key, [])
        if line.values.get(UNIT_NO.key) in taken
    ]
    found += [(CONTRIBUTIONS, line) for line in lines[CONTRIBUTIONS.name].get(key, [])]
    if not found:
        return False
    part, line = max(found, key=lambda each: _hours_of(each[1]))
    reason = format_lazy(TOO_MANY, week=outline.busiest_week, hours=outline.busiest_hours)
    plan.plans[part.name].wrong(line, "hours_per_week", reason)
    return True


def _parts(rows: Rows, part: Part, key: Key) -> tuple[list[object], list[Any]]:
    """The parts of one programme in their order, each with its number in the workbook."""
    found = [(known[-1], row) for known, row in rows[part.name] if known[:2] == key and row]
    if part.number is not None:
        found.sort(key=lambda each: int(str(each[0])))
    return [place for place, _row in found], [row for _place, row in found]


def _hours_of(line: Line) -> int:
    hours = line.values.get("hours_per_week")
    return hours if isinstance(hours, int) else 0
