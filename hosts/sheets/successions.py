"""Mergers and promotions in a spreadsheet: what a row says of its successor fits all other rows."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from files.sheets.kinds import Line, Plan
from japan.codes import CodeError, validate_code

from ..models import MOST_SUCCESSIONS, LocalGovernment

PREFECTURE = LocalGovernment.Kind.PREFECTURE
UNTIL, SUCCESSOR = "valid_until", "successor_code"


@dataclass(frozen=True)
class Known:
    """What is known of one government, of the register or of this file."""

    kind: str | None
    valid_from: date | None
    valid_until: date | None
    successor_code: str | None
    is_new: bool = False


def check_successions(plan: Plan, lines: list[Line], register: dict[str, Known]) -> None:
    """Hold each row against the register as it is going to be. The register is locked by the
    caller, so that two files cannot close a circle together.
    """
    seen: dict[str, Line] = {}
    for line in lines:
        code = line.values.get("code")
        if code is not None and "code" not in line.bad:
            seen.setdefault(code, line)
            _normalise(plan, line)
    known = register | {code: _planned(line, register.get(code)) for code, line in seen.items()}
    before: dict[str, list[str]] = {}
    for code, each in known.items():
        if each.successor_code:
            before.setdefault(each.successor_code, []).append(code)
    for code, line in seen.items():
        if not line.bad & {"valid_from", UNTIL, SUCCESSOR}:
            _check(plan, line, code, known)
            if known[code] != register.get(code):
                _check_predecessors(plan, line, before.get(code, []), seen.keys(), known)


def _normalise(plan: Plan, line: Line) -> None:
    code = line.values.get(SUCCESSOR)
    if code:
        try:
            line.values[SUCCESSOR] = validate_code(code)
        except CodeError as error:
            plan.wrong(line, SUCCESSOR, error.args[0])
            line.bad.add(SUCCESSOR)


def _planned(line: Line, before: Known | None) -> Known:
    known = before or Known(None, None, None, None, is_new=True)
    names = ("kind", "valid_from", UNTIL, SUCCESSOR)
    return replace(known, **{name: line.values[name] for name in names if name in line.values})


def _check(plan: Plan, line: Line, code: str, known: dict[str, Known]) -> None:
    own = known[code]
    if own.valid_from and own.valid_until and own.valid_until < own.valid_from:
        plan.wrong(line, UNTIL, _("The last day lies before the first."))
    if own.successor_code is None:
        return
    if own.valid_until is None:
        plan.wrong(line, UNTIL, _("A government with a successor needs its last day."))
    elif reason := _against(code, own, own.valid_until, known):
        plan.wrong(line, SUCCESSOR, reason)


def _check_predecessors(
    plan: Plan, line: Line, codes: list[str], in_file: Collection[str], known: dict[str, Known]
) -> None:
    """What other rows of the register say of this one must still be right."""
    for code in codes:
        own = known[code]
        if code in in_file or own.valid_until is None:
            continue
        if reason := _against(code, own, own.valid_until, known):
            message = _("This does not fit {code}, whose successor it is: {reason}")
            plan.wrong(line, "code", format_lazy(message, code=code, reason=reason))


def _against(code: str, own: Known, last: date, known: dict[str, Known]) -> object | None:
    """What speaks against the successor of this government, which ends on `last`."""
    if own.successor_code == code:
        return _("A government cannot be its own successor.")
    successor = known.get(str(own.successor_code))
    if successor is None:
        return _("Neither the register nor this file has a government of this code.")
    if own.kind and successor.kind and (own.kind == PREFECTURE) != (successor.kind == PREFECTURE):
        return _("A prefecture follows a prefecture, and a municipality a municipality.")
    steps = _steps(code, known)
    if steps is None:
        return _("This goes in a circle: a government would be its own successor in the end.")
    if steps > MOST_SUCCESSIONS:
        return format_lazy(_("More than {most} successors in a row."), most=MOST_SUCCESSIONS)
    if successor.valid_until and successor.valid_until <= last:
        return _("The successor ends no later than this government itself.")
    if successor.is_new and successor.valid_from is None:
        return _("A successor that is added needs its first day in its own row.")
    if successor.valid_from and successor.valid_from > last + timedelta(days=1):
        message = _("The successor begins on {day} only; between them there would be none.")
        return format_lazy(message, day=successor.valid_from.isoformat())
    return None


def _steps(code: str, known: dict[str, Known]) -> int | None:
    """How many successors follow one another from here on; None where they go in a circle."""
    visited = [code]
    while (row := known.get(visited[-1])) is not None and row.successor_code:
        if row.successor_code in visited:
            return None
        visited.append(row.successor_code)
    return len(visited) - 1
