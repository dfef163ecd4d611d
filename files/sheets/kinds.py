"""What can stand in a spreadsheet: each app declares its sheets in `resources.py`.

A declared sheet says its columns, which rows a person may take out, and what rows that come in
mean. What comes in is first checked as a whole and only then written, in one transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.module_loading import autodiscover_modules

from .columns import Column
from .faults import Bilingual, Fault, both, column_letter, shown

Values = dict[str, Any]


@dataclass
class Line:
    """One row that was read: where it stood, and its values by the keys of the columns.

    `values` has no key for a column that the file lacks, nor for one of `bad`, whose cell could not
    be read and has its fault already; in a book it has its reason in `reasons`, since a cell that
    nobody changed is no fault.
    """

    number: int
    values: Values
    raw: Values
    bad: set[str] = field(default_factory=set)
    reasons: dict[str, Bilingual] = field(default_factory=dict)


@dataclass
class Change:
    """What becomes of one row: new, changed (with what was and what is), gone, or the same."""

    line: Line
    name: str
    is_new: bool
    differences: dict[str, tuple[object, object]] = field(default_factory=dict)
    row: Any = None
    is_gone: bool = False

    @property
    def is_same(self) -> bool:
        return not self.is_new and not self.is_gone and not self.differences


@dataclass
class Plan:
    """What an import is going to do, or the faults for which it does nothing."""

    kind: "Kind"
    sheet: str
    places: dict[str, int]
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, line: Line, key: str, reason: object) -> None:
        """A fault at the cell of this column; at the row where the file has no such column."""
        place = self.places.get(key)
        column = self.kind.column(key)
        self.faults.append(
            Fault(
                sheet=self.sheet,
                row=line.number,
                column=column_letter(place) if place else "",
                heading=f"{column.key} / {column.heading}" if column else "",
                value=shown(line.raw.get(key)),
                reason=reason if isinstance(reason, Bilingual) else both(reason),
            )
        )

    @property
    def new(self) -> list[Change]:
        return [change for change in self.changes if change.is_new]

    @property
    def changed(self) -> list[Change]:
        return [change for change in self.changes if change.differences and not change.is_new]

    @property
    def unchanged(self) -> int:
        return sum(change.is_same for change in self.changes)


class Kind:
    """One declared sheet. A kind with a `check` can be taken in; every kind can be taken out."""

    name: str = ""
    aliases: Sequence[str] = ()  # names of before, which still find it
    label: object = ""
    label_ja: str = ""
    note: object = ""
    columns: Sequence[Column] = ()
    can_import = False

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)

    def rows_for(self, user: Any) -> QuerySet:
        """The rows that this person may take out."""
        raise NotImplementedError

    def with_relations(self, rows: QuerySet) -> QuerySet:
        """The same rows with all that the columns need, in a fixed number of queries."""
        return rows

    def values_of(self, row: Any) -> Values:
        """The value of each column for one row."""
        raise NotImplementedError

    def check(self, plan: Plan, lines: list[Line], *, by: Any) -> None:
        """Fill the plan: a change for each line, or faults. Locks what it compares; writes
        nothing.
        """
        raise NotImplementedError

    def write(self, plan: Plan, *, by: Any) -> None:
        """Do what the plan says, inside the caller's transaction."""
        raise NotImplementedError

    def sheet_rows(self, rows: Iterable[Any]) -> Iterator[list[object]]:
        """Both rows of headings, then a row for each."""
        yield [column.key for column in self.columns]
        yield [column.heading for column in self.columns]
        for row in rows:
            values = self.values_of(row)
            yield [column.write(values.get(column.key)) for column in self.columns]


_kinds: dict[str, Kind] = {}


def register(kind: type[Kind]) -> type[Kind]:
    """Make a sheet known by its name."""
    _kinds[kind.name] = kind()
    return kind


def all_kinds() -> list[Kind]:
    autodiscover_modules("resources")
    return [_kinds[name] for name in sorted(_kinds)]


def find_kind(name: str) -> Kind | None:
    return next((kind for kind in all_kinds() if name == kind.name or name in kind.aliases), None)
