"""What stands on a sheet as plain words, and the number by which a change of them is noticed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from notices.check_numbers import check_number_of

SHORT = 17  # characters that fit into half a row


@dataclass(frozen=True)
class Line:
    """One line of the sheet: what it is about, what it says, and the same for the trainee."""

    label: str
    value: str
    english: str = ""

    @property
    def is_short(self) -> bool:
        return len(self.value) <= SHORT and "\n" not in self.value and not self.english


@dataclass(frozen=True)
class Table:
    """Rows that stand side by side: the units of a programme, the municipalities of a relay."""

    title: str
    head: list[str]
    rows: list[list[str]]
    kind: str = ""  # a class of the style sheet, for the widths of its columns


@dataclass
class Part:
    """A part of the sheet under a heading of its own."""

    title: str = ""
    note: str = ""
    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    @property
    def rows(self) -> list[list[Line]]:
        """The lines as they are printed: two short ones share a row, so that a page holds more."""
        return side_by_side(self.lines)


def line(label: object, value: object, english: str = "") -> Line:
    """A line in the words of the language in force; what is not filled in stays a dash."""
    text = "" if value is None else str(value).strip()
    return Line(str(label), text.replace("\r\n", "\n") or "―", english.strip())


def side_by_side(lines: Iterable[Line]) -> list[list[Line]]:
    """Rows of one line, or of two neighbours that are both short."""
    rows: list[list[Line]] = []
    for each in lines:
        last = rows[-1] if rows else []
        if each.is_short and len(last) == 1 and last[0].is_short:
            last.append(each)
        else:
            rows.append([each])
    return rows


def check_number(parts: Iterable[Part]) -> str:
    """Twelve characters that follow from all that the sheet says and from nothing else, neither the
    day nor who prints: a sheet that went round can be compared with what is saved now.
    """
    said = [
        [
            part.title,
            [[each.value, each.english] for each in part.lines],
            [table.rows for table in part.tables],
        ]
        for part in parts
    ]
    return check_number_of(said)
