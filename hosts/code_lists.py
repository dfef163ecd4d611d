"""Lists of government codes as people paste or upload them: every fault told with its line."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from files.sheets.reading import read_table
from japan.codes import CodeError, normalise_code, validate_code

from .models import LocalGovernment

MAX_LINES = 5_000
SHOWN = 40  # as much of a line as its fault repeats
DIRECT = {"直接", "direct", "clair"}
USUAL = {"通常", "usual"}
_SPLIT = re.compile(r"[,\t、，;；]|\s+")

Line = tuple[int, list[str]]


@dataclass(frozen=True)
class LineFault:
    """What is wrong in one line."""

    line: int
    typed: str
    reason: str


@dataclass
class Codes:
    """The governments of a list in its order, or the faults that keep it from being used; and the
    lines whose old code stands for what the government has become.
    """

    governments: list[LocalGovernment] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)
    renewed: list[LineFault] = field(default_factory=list)


@dataclass
class RelayCodes:
    """Who is to relay for whom (None: nobody), or the faults that keep it from being used."""

    relays: dict[LocalGovernment, LocalGovernment | None] = field(default_factory=dict)
    faults: list[LineFault] = field(default_factory=list)


def lines_of_text(text: str) -> list[Line]:
    """The lines of a pasted list with their numbers, empty ones left out."""
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        if cells := [cell for cell in _SPLIT.split(line.strip()) if cell]:
            lines.append((number, cells))
    return lines


def lines_of_file(data: bytes) -> list[Line]:
    """The rows of an uploaded CSV, workbook or plain text. Raises SheetError."""
    found = []
    for row in read_table(data).rows:
        cells = [_cell(value) for value in row.cells if value not in (None, "")]
        if len(cells) == 1:
            cells = [cell for cell in _SPLIT.split(cells[0].strip()) if cell]
        if cells:
            found.append((row.number, cells))
    return found


def text_of(lines: Iterable[Line]) -> str:
    """The lines as a text that can be pasted, each at its own number."""
    text: list[str] = []
    for number, cells in lines:
        text += [""] * (number - len(text) - 1)
        text.append(", ".join(cell.replace("\n", " ").replace("\r", " ") for cell in cells))
    return "\n".join(text)


def read_codes(lines: list[Line], *, on: date, themselves: Collection[str] = ()) -> Codes:
    """One government in each line, named by its code; what stands beside the code is its name. The
    code of one that was merged stands for its successor, however many came together in that; those
    of `themselves` stand for what they were.
    """
    found = Codes()
    known = _Register(on, themselves)
    seen: dict[str, int] = {}
    taken: dict[str, LocalGovernment] = {}
    for number, cells in _without_heading(lines, found.faults):
        cell = next((each for each in cells if _looks_like_code(each)), cells[0])
        fault, government = known.find(cell)
        successor = known.successor_of(cell)
        if successor is not None:
            found.renewed.append(_fault(number, cells, f"{fault} {_in_its_place(successor)}"))
            taken.setdefault(successor.code, successor)
            continue
        if government is not None and (before := seen.get(government.code)):
            fault = _("Stands in line {line} already.").format(line=before)
        if fault:
            found.faults.append(_fault(number, cells, fault))
        elif government is not None:
            seen[government.code] = number
            taken.setdefault(government.code, government)
    found.governments = list(taken.values())
    return found


def read_relay_codes(lines: list[Line], *, on: date) -> RelayCodes:
    """In each line a government and its relay: a code, “直接” (direct) or “通常” (usual)."""
    found = RelayCodes()
    known = _Register(on)
    seen: dict[str, int] = {}
    for number, cells in _without_heading(lines, found.faults):
        fault, government = known.find(cells[0])
        relay = None
        if government is not None:
            if before := seen.get(government.code):
                fault = _("Stands in line {line} already.").format(line=before)
            else:
                fault, relay = _relay_in(cells[1:], government, known)
        if fault:
            found.faults.append(_fault(number, cells, fault))
        elif government is not None:
            seen[government.code] = number
            found.relays[government] = relay
    return found


class _Register:
    """Every government by its code, read once."""

    def __init__(self, on: date, themselves: Collection[str] = ()) -> None:
        self.on, self.themselves = on, themselves
        rows = list(
            LocalGovernment.objects.select_related("organisation", "prefecture__organisation")
        )
        by_key = {row.pk: row for row in rows}
        for row in rows:
            if row.successor_id is not None:  # as far as the chain goes, without a query
                row.successor = by_key[row.successor_id]
        self.by_code = {row.code: row for row in rows}

    def find(self, typed: str) -> tuple[str, LocalGovernment | None]:
        """(what is wrong, nobody) or (nothing, the government)."""
        try:
            code = validate_code(typed[:100])
        except CodeError as error:
            return str(error.args[0]), None
        row = self.by_code.get(code)
        if row is None:
            return _("The register has no local government with the code {code}.").format(
                code=code
            ), None
        if self._is_former(row):
            return self._in_words(row), None
        return "", row

    def successor_of(self, typed: str) -> LocalGovernment | None:
        """What a former government is today; nobody where it is none, or was abolished."""
        try:
            row = self.by_code.get(validate_code(typed[:100]))
        except CodeError:
            return None
        if row is None or not self._is_former(row):
            return None
        final = row.final_successor
        return None if final is None or self._is_former(final) else final

    def _is_former(self, row: LocalGovernment) -> bool:
        has_ended = row.valid_until is not None and row.valid_until < self.on
        return has_ended and row.code not in self.themselves

    def _in_words(self, row: LocalGovernment) -> str:
        """What became of a former government."""
        words = _("{name} existed until {day}.")
        said = words.format(name=row.full_name, day=_day(row))
        final = row.final_successor
        if final is None:
            return said
        if self._is_former(final):
            return f"{said} {words.format(name=final.full_name, day=_day(final))}"
        return _("{name} existed until {day}; its successor is {successor} ({code}).").format(
            name=row.full_name, day=_day(row), successor=final.full_name, code=final.code
        )


def _day(row: LocalGovernment) -> str:
    return date_format(row.valid_until) if row.valid_until else ""


def _in_its_place(successor: LocalGovernment) -> str:
    return _("{name} is taken in its place.").format(name=successor.full_name)


def _relay_in(
    cells: list[str], government: LocalGovernment, known: _Register
) -> tuple[str, LocalGovernment | None]:
    words = [cell.strip().casefold() for cell in cells]
    if any(word in DIRECT for word in words):
        return "", None
    if any(word in USUAL for word in words):
        return "", government.usual_relay
    cell = next((each for each in cells if _looks_like_code(each)), "")
    if not cell:
        return _("Write the code of the relay beside it, or “direct” or “usual”."), None
    fault, relay = known.find(cell)
    if relay is not None and relay == government:
        return _("A local government does not relay for itself."), None
    return fault, relay


def _without_heading(lines: list[Line], faults: list[LineFault]) -> list[Line]:
    """The lines without a first one that holds words only; too many of them are a fault."""
    if len(lines) > MAX_LINES:
        text = _("This list has more than {most} lines. Divide it.").format(most=MAX_LINES)
        faults.append(LineFault(MAX_LINES + 1, "", text))
        return []
    is_headed = bool(lines) and not any(re.search(r"\d", cell) for cell in lines[0][1])
    return lines[1:] if is_headed and len(lines) > 1 else lines


def _looks_like_code(cell: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{5,6}", normalise_code(cell[:100])))


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    # A workbook takes the leading zero of a code in Hokkaido to Tochigi for none.
    is_short = isinstance(value, int) and not isinstance(value, bool) and len(text) == 5
    return f"0{text}" if is_short else text


def _fault(number: int, cells: list[str], reason: str) -> LineFault:
    typed = " ".join(cells)
    return LineFault(number, typed if len(typed) <= SHOWN else typed[: SHOWN - 1] + "…", reason)
