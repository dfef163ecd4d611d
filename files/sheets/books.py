"""A workbook of several sheets that belong together: checked as one, taken in as one.

A book is an ordered list of sheets. Each is a `Kind` with columns; what the rows of all sheets mean
together, the book's own `check` says. Every fault names its sheet, row and column.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .faults import CellError, Fault, SheetError, SheetFaults, both
from .importing import REFUSED, folded, headed
from .kinds import Change, Kind, Line, Plan
from .reading import read_tables
from .tables import Row, Table
from .writing import Cells, write_book

COLUMN_WIDTH = 18


@dataclass
class BookPlan:
    """What a workbook is going to do: a plan for each of its sheets, or their faults."""

    book: "Book"
    plans: dict[str, Plan] = field(default_factory=dict)
    lines: dict[str, list[Line]] = field(default_factory=dict)
    strange: list[Fault] = field(default_factory=list)
    state: Any = None  # what the book's own check found out, for its write

    @property
    def faults(self) -> list[Fault]:
        """By sheet in the order of the book, then by row and column."""
        found = list(self.strange)
        for plan in self.plans.values():
            found += sorted(plan.faults, key=lambda each: (each.row, len(each.column), each.column))
        return found

    @property
    def changes(self) -> list[tuple[Plan, Change]]:
        return [(plan, change) for plan in self.plans.values() for change in plan.changes]

    def of(self, name: str) -> list[Line]:
        """The lines of a sheet; none where the workbook lacks it."""
        return self.lines.get(name, [])

    @property
    def new(self) -> list[tuple[Plan, Change]]:
        return [(plan, each) for plan, each in self.changes if each.is_new]

    @property
    def gone(self) -> list[tuple[Plan, Change]]:
        return [(plan, each) for plan, each in self.changes if each.is_gone]

    @property
    def changed(self) -> list[tuple[Plan, Change]]:
        return [
            (plan, each)
            for plan, each in self.changes
            if each.differences and not each.is_new and not each.is_gone
        ]

    @property
    def unchanged(self) -> int:
        return sum(change.is_same for _plan, change in self.changes)


class Book:
    """The sheets of one workbook. A sheet that is not `can_import` is only there to be read."""

    name: str = ""
    label: object = ""
    label_ja: str = ""
    sheets: Sequence[Kind] = ()
    needed: frozenset[str] = frozenset()

    def check(self, plan: BookPlan, *, by: Any) -> None:
        """Fill the plans: a change for each line, or faults. Locks what it compares."""
        raise NotImplementedError

    def write(self, plan: BookPlan, *, by: Any) -> None:
        """Do what the plan says, inside the caller's transaction. What only shows itself now is
        added to the faults, and then nothing is kept.
        """
        raise NotImplementedError


def check_book(book: Book, data: bytes, *, by: Any) -> BookPlan:
    """What this workbook would do. It is done and undone again, so that nothing shows itself only
    at the second time. Raises SheetError.
    """
    tables = read_tables(data)
    with transaction.atomic():
        plan = _done(book, tables, by=by)
        transaction.set_rollback(True)
    if plan.faults:
        raise SheetFaults(plan.faults, REFUSED)
    return plan


def take_in_book(
    book: Book, data: bytes, *, by: Any, approve: Callable[[BookPlan], None] | None = None
) -> BookPlan:
    """Write what this workbook says, in one transaction. Raises SheetError, and has then written
    nothing; `approve` sees the plan and may raise too.
    """
    tables = read_tables(data)
    with transaction.atomic():
        plan = _done(book, tables, by=by)
        if plan.faults:
            raise SheetFaults(plan.faults, REFUSED)
        if approve:
            approve(plan)
    return plan


def _done(book: Book, tables: list[Table], *, by: Any) -> BookPlan:
    plan = _headed(book, tables)
    if not plan.faults:
        book.check(plan, by=by)
        try:
            with transaction.atomic():
                book.write(plan, by=by)
        except DatabaseError as error:
            if not plan.faults:
                message = _("These rows do not fit together; the database refused them: {error}")
                text = str(error).splitlines()[0][:200]
                raise SheetError("refused", format_lazy(message, error=text)) from error
    return plan


def _headed(book: Book, tables: list[Table]) -> BookPlan:
    """Which sheet is which, by its name, and where each column stands."""
    names = {folded(name): kind for kind in book.sheets for name in (kind.name, kind.label_ja)}
    plan = BookPlan(book)
    found: dict[str, Table] = {}
    for table in tables:
        kind = names.get(folded(table.sheet))
        if kind is None:
            if table.rows:
                plan.strange.append(_strange(table.sheet, _("This sheet is not known here.")))
        elif kind.name in found:
            plan.strange.append(_strange(table.sheet, _("This sheet is there twice.")))
        else:
            found[kind.name] = table
    for kind in book.sheets:
        sheet = found.get(kind.name)
        if kind.can_import and sheet is not None and sheet.rows:
            plan.plans[kind.name], body = headed(kind, sheet)
            lines = [_line(plan.plans[kind.name], row, sheet.system) for row in body]
            plan.lines[kind.name] = lines
        elif kind.name in book.needed:
            plan.strange.append(_strange(kind.label_ja, _("This sheet is missing.")))
    return plan


def _strange(sheet: str, reason: object) -> Fault:
    return Fault(sheet, 1, "A", "", "", both(reason))


def _line(plan: Plan, row: Row, system: int | None) -> Line:
    """The values of a row, with the reasons against cells that cannot be read."""
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
            line.reasons[column.key] = error.reason
    return line


def write_sheets(rows: Iterable[tuple[Kind, Iterable[Cells]]]) -> bytes:
    """The workbook of these sheets: the key, the Japanese heading, then the rows of each."""
    return write_book(
        ((kind.label_ja, _with_headings(kind, cells)) for kind, cells in rows), width=COLUMN_WIDTH
    )


def _with_headings(kind: Kind, rows: Iterable[Cells]) -> Iterator[Cells]:
    yield [column.key for column in kind.columns]
    yield [column.heading for column in kind.columns]
    yield from rows
