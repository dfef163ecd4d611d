"""Reading what people upload: the content decides what it is, never the name of the file."""

import codecs
import csv
import io
import re

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .faults import SheetError, column_letter
from .tables import Row, Table
from .workbooks import read_every_sheet, read_workbook, refuse
from .xlsx_child import CELL_CHARACTERS, COLUMNS, ROWS

FILE_BYTES = 5_000_000
PACKED = (b"PK\x03\x04", b"PK\x05\x06")

# What other files begin with, and what they are.
OTHERS = [
    (b"%PDF", _("a PDF")),
    (b"\x89PNG", _("a picture")),
    (b"\xff\xd8\xff", _("a picture")),
    (b"GIF8", _("a picture")),
    (b"{\\rtf", _("a text document")),
    (b"\x7fELF", _("a program")),
    (b"MZ", _("a program")),
    (b"\x1f\x8b", _("a packed file")),
    (b"7z\xbc\xaf", _("a packed file")),
    (b"Rar!", _("a packed file")),
]
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKUP = re.compile(rb"\s*<(?:!doctype|html|\?xml|table|svg|head)", re.IGNORECASE)
# What no text file has. The tab and the line breaks are not among them.
BINARY = re.compile("[\x00-\x08\x0e-\x1f]")


def read_table(data: bytes) -> Table:
    """The rows of a CSV (UTF-8, CP932, UTF-16; comma or tab) or of a workbook. Raises
    SheetError.
    """
    _refuse_size(data)
    if data.startswith(PACKED):
        return read_workbook(data)
    _refuse_other_kinds(data)
    return _read_csv(_decoded(data))


def read_tables(data: bytes) -> list[Table]:
    """The rows of every sheet of a workbook. Raises SheetError, also for a CSV: it has one sheet
    only.
    """
    _refuse_size(data)
    if data.startswith(PACKED):
        return read_every_sheet(data)
    _refuse_other_kinds(data)
    _decoded(data)
    message = _("This is a CSV file. Send the workbook (XLSX) with all its sheets.")
    raise SheetError("no_workbook", message)


def _refuse_size(data: bytes) -> None:
    if len(data) > FILE_BYTES:
        most = FILE_BYTES // 1_000_000
        message = _("This file is larger than {most} MB. Divide it.")
        raise SheetError("too_large", format_lazy(message, most=most))
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise refuse("empty")


def _refuse_other_kinds(data: bytes) -> None:
    if data.startswith(COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise refuse("encrypted")
        message = _("This is an old Excel or Word file. Save it as an Excel workbook (XLSX).")
        raise SheetError("old_format", message)
    if data.startswith(b"PK"):
        raise refuse("damaged")
    for signature, name in OTHERS:
        if data.startswith(signature):
            message = _("This is {kind}, not a spreadsheet. Send an XLSX or a CSV file.")
            raise SheetError("other_kind", format_lazy(message, kind=name))
    if MARKUP.match(data.removeprefix(codecs.BOM_UTF8)):
        message = _("This is a web page or XML, not a spreadsheet. Send an XLSX or a CSV file.")
        raise SheetError("markup", message)


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp932"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            continue
        if BINARY.search(text):
            break
        return text
    else:
        message = _("Line {line} is neither UTF-8 nor Shift_JIS. Save the file as CSV UTF-8.")
        raise SheetError("encoding", format_lazy(message, line=line))
    message = _("This is not a text file. Send an XLSX or a CSV file.")
    raise SheetError("binary", message)


def _read_csv(text: str) -> Table:
    first = text.split("\n", 1)[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    table = Table()
    line = 1
    try:
        for number, cells in enumerate(reader, start=1):
            line = reader.line_num + 1
            while cells and not cells[-1]:
                cells.pop()
            if not cells:
                continue
            if len(cells) > COLUMNS:
                raise refuse("too_many_columns", count=len(cells), most=COLUMNS)
            if len(table.rows) >= ROWS + 2:
                raise refuse("too_many_rows", most=ROWS)
            for place, cell in enumerate(cells, start=1):
                if len(cell) > CELL_CHARACTERS:
                    raise refuse("cell_too_long", cell=f"{column_letter(place)}{number}")
            table.rows.append(Row(number, [revived(cell) or None for cell in cells]))
    except csv.Error as error:
        message = _("Line {line} is no CSV: check its quotation marks.")
        raise SheetError("csv", format_lazy(message, line=line)) from error
    if not table.rows:
        raise refuse("empty")
    return table


# The signs with which a cell begins that a spreadsheet runs, also after what cannot be seen.
LIVE = re.compile(r"[\s\ufeff\u200b-\u200f\u2060\x00-\x1f\x7f-\x9f]*[=+\-@＝＋－＠]|[\t\r\n]")
_QUOTED = re.compile(r"'+")


def dead(text: str) -> str:
    """A text that a spreadsheet would run gets an apostrophe before it; `revived` takes it off.

    A text that begins with an apostrophe and goes on that way gets one more, so that what comes
    back is what went out.
    """
    rest = text[quoted.end() :] if (quoted := _QUOTED.match(text)) else text
    return f"'{text}" if LIVE.match(rest) else text


def revived(text: str) -> str:
    """The text without the apostrophe of `dead`."""
    quoted = _QUOTED.match(text)
    return text[1:] if quoted and LIVE.match(text[quoted.end() :]) else text
