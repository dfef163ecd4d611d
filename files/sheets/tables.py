"""A file that was read: its rows as they stand, before anybody asks what they mean."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

Value = None | str | int | float | bool | date | datetime | time


@dataclass(frozen=True)
class CellFault:
    """An error value that stands in a cell, such as #N/A."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass
class Row:
    """One row of the file: its number there, and its cells from the first column on."""

    number: int
    cells: list


@dataclass
class Table:
    """The rows of one sheet of a file. `system` is the calendar of a workbook's day numbers."""

    sheet: str = ""
    system: int | None = None
    rows: list[Row] = field(default_factory=list)
