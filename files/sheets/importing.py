"""Taking a spreadsheet in: all of it or nothing, every fault listed at once."""

import unicodedata
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .columns import Column
from .faults import CellError, Fault, SheetError, SheetFaults, both, column_letter, shown
from .kinds import Kind, Line, Plan
from .reading import read_table
from .tables import Row, Table

REFUSED = _("Nothing was taken in.")


def check_file(kind: Kind, data: bytes, *, by: Any) -> Plan:
    """What this file would do; nothing is written. Raises SheetError."""
    table = read_table(data)
    with transaction.atomic():
        plan = plan_for(kind, table, by=by)
        transaction.set_rollback(True)
    if plan.faults:
        raise SheetFaults(plan.faults, REFUSED)
    return plan


def take_in(
    kind: Kind, data: bytes, *, by: Any, approve: Callable[[Plan], None] | None = None
) -> Plan:
    """Write what this file says, in one transaction. Raises SheetError, and has then written
    nothing; `approve` sees the plan first and may raise too.
    """
    table = read_table(data)
    with transaction.atomic():
        plan = plan_for(kind, table, by=by)
        if plan.faults:
            raise SheetFaults(plan.faults, REFUSED)
        if approve:
            approve(plan)
        kind.write(plan, by=by)
    return plan


def plan_for(kind: Kind, table: Table, *, by: Any) -> Plan:
    """The checked plan of a table; call it inside the transaction that is going to write."""
    if not kind.can_import:
        raise SheetError("no_import", _("This kind of data is not taken in from spreadsheets."))
    plan, body = headed(kind, table)
    if plan.faults:
        return plan
    lines = [_line(plan, row, table.system) for row in body]
    if not body:
        raise SheetError("no_rows", _("There is no row below the headings."))
    kind.check(plan, lines, by=by)
    plan.faults.sort(key=lambda fault: (fault.row, len(fault.column), fault.column))
    return plan


def folded(text: object) -> str:
    """What two spellings of a heading, or of the name of a sheet, share."""
    return "".join(unicodedata.normalize("NFKC", str(text or "")).casefold().split())


def _names(kind: Kind) -> dict[str, Column]:
    """Every way to name a column: its English key, its Japanese heading."""
    return {folded(name): each for each in kind.columns for name in (each.key, each.heading)}


def headed(kind: Kind, table: Table) -> tuple[Plan, list[Row]]:
    """The place of each column, from the first row; a second row of headings is passed over."""
    names = _names(kind)
    first = table.rows[0]
    plan = Plan(kind=kind, sheet=table.sheet, places={})

    def wrong(place: int | None, value: object, reason: object) -> None:
        column = column_letter(place) if place else ""
        plan.faults.append(Fault(table.sheet, first.number, column, "", shown(value), both(reason)))

    for place, cell in enumerate(first.cells, start=1):
        if cell is None or not str(cell).strip():
            if any(len(row.cells) >= place and row.cells[place - 1] for row in table.rows[1:]):
                wrong(place, "", _("This column has no heading."))
            continue
        column = names.get(folded(cell))
        if column is None:
            wrong(place, cell, _("This column is not known here."))
        elif column.key in plan.places:
            wrong(place, cell, _("This column stands here twice."))
        else:
            plan.places[column.key] = place
    for row in table.rows[1:]:
        if len(row.cells) > len(first.cells):
            wrong(len(row.cells), "", _("This column has no heading."))
            break
    for column in kind.columns:
        if column.required and not column.shown_only and column.key not in plan.places:
            message = _("The column “{key} / {heading}” is missing.")
            wrong(None, "", format_lazy(message, key=column.key, heading=column.heading))
    body = table.rows[1:]
    if body and _is_heading(body[0], plan, names):
        body = body[1:]
    return plan, body


def _is_heading(row: Row, plan: Plan, names: dict[str, Column]) -> bool:
    """Whether every filled cell of this row names the column in which it stands."""
    keys = {place: key for key, place in plan.places.items()}
    filled = [(place, cell) for place, cell in enumerate(row.cells, start=1) if cell]
    return all(
        (column := names.get(folded(cell))) is not None and column.key == keys.get(place)
        for place, cell in filled
    )


def _line(plan: Plan, row: Row, system: int | None) -> Line:
    """The values of a row; a cell that cannot be read is a fault of the plan."""
    line = Line(row.number, {}, {})
    for column in plan.kind.columns:
        place = plan.places.get(column.key)
        if place is None:
            continue
        raw = row.cells[place - 1] if len(row.cells) >= place else None
        line.raw[column.key] = raw
        if column.shown_only:
            continue
        try:
            line.values[column.key] = column.read(raw, system)
        except CellError as error:
            plan.wrong(line, column.key, error.reason)
            line.bad.add(column.key)
    return line
