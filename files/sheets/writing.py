"""Writing spreadsheets in which nothing is live: texts stay texts, numbers and days stay such."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from .faults import SheetError, column_letter
from .reading import dead
from .workbooks import refuse
from .xlsx_child import CELL_CHARACTERS

Cells = Sequence[object]
GETA = "〓"  # what Japanese printers set where a character is missing
# Signs that CP932 has under a neighbouring code point: the same to the eye, and on every printer.
CP932_TWINS = str.maketrans("〜−—‖¢£¬", "～－―∥￠￡￢")
# What XML cannot hold, and what would be read as the escape of such a sign.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)|[\ud800-\udfff]"
)

_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff]")  # no text file has them


def write_csv(
    rows: Iterable[Cells],
    *,
    encoding: Literal["utf-8-sig", "cp932"] = "utf-8-sig",
    replace: bool = False,
) -> bytes:
    """A CSV that Excel opens by a double click.

    CP932 lacks many characters: SheetError names the first one and its cell, or, with `replace`,
    each becomes 〓.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for number, cells in enumerate(rows, start=1):
        written = [_csv_cell(cell) for cell in cells]
        if encoding == "cp932":
            written = [
                _in_cp932(text, f"{column_letter(place)}{number}", replace=replace)
                for place, text in enumerate(written, start=1)
            ]
        writer.writerow(written)
    return out.getvalue().encode(encoding, "replace")


def _csv_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return dead(_UNSEEN.sub("\ufffd", lines_of(value)))
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def _in_cp932(text: str, cell: str, *, replace: bool) -> str:
    text = text.translate(CP932_TWINS)
    try:
        text.encode("cp932")
    except UnicodeEncodeError as error:
        if not replace:
            message = _("Shift_JIS has no “{sign}” (cell {cell}). Choose UTF-8 or XLSX.")
            sign = text[error.start]
            raise SheetError("not_in_cp932", format_lazy(message, sign=sign, cell=cell)) from error
        return "".join(sign if _is_in_cp932(sign) else GETA for sign in text)
    return text


def _is_in_cp932(sign: str) -> bool:
    try:
        sign.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def write_xlsx(rows: Iterable[Cells], *, title: str) -> bytes:
    """A workbook of one sheet, its headings fixed; every text is typed as text."""
    return write_book([(title, rows)])


def write_book(sheets: Iterable[tuple[str, Iterable[Cells]]], *, width: int | None = None) -> bytes:
    """A workbook of these sheets, each by its title. `width` is that of every column."""
    book = Workbook(write_only=True)
    for title, rows in sheets:
        sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31] or "Sheet")
        sheet.freeze_panes = "A3"
        if width:
            sheet.sheet_format.defaultColWidth = width
        try:
            _append(sheet, rows)
        except SheetError:
            for begun in book.worksheets:  # nobody is going to save it
                begun.close()
                begun._writer.cleanup()
            raise
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _append(sheet, rows: Iterable[Cells]) -> None:
    for number, cells in enumerate(rows, start=1):
        sheet.append(
            [
                _xlsx_cell(sheet, value, f"{column_letter(place)}{number}")
                for place, value in enumerate(cells, start=1)
            ]
        )


def _xlsx_cell(sheet, value: object, place: str) -> object:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        text = _UNWRITABLE.sub(_escape, lines_of(value))
        if len(text) > CELL_CHARACTERS:
            raise refuse("cell_too_long", cell=place)
        cell = WriteOnlyCell(sheet, "")
        cell._value, cell.data_type = text, "s"
        cell.number_format = "@"  # stays a text also when somebody opens the cell and leaves it
        return cell
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    return value


def _escape(found: re.Match[str]) -> str:
    sign = found[0]
    return "\ufffd" if "\ud800" <= sign <= "\udfff" else f"_x{ord(sign):04X}_"


def lines_of(text: str) -> str:
    """The text with one kind of line break: a workbook keeps no other."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
