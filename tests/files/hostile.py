"""Files that no reader should open: name, expected code, bytes."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook(fill: Callable[[Workbook], None] = lambda book: None) -> bytes:
    """A real workbook with one row of headings and one of values, then what `fill` does."""
    book = Workbook()
    book.active.append(["code", "name", "valid_until"])
    book.active.append(["382060", "西条市", date(2027, 5, 17)])
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(found: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    return packed({**parts(workbook()), name: content})


def with_sheet(rows: str, before: str = "", after: str = "") -> bytes:
    text = f"{HEAD}{before}<worksheet {MAIN}><sheetData>{rows}</sheetData>{after}</worksheet>"
    return with_part(SHEET, text.encode())


def number_rows(count: int) -> str:
    return "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, count + 1))


def encrypted_flag() -> bytes:
    data = bytearray(workbook())
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        flags = struct.unpack_from("<H", data, place + 8)[0]
        struct.pack_into("<H", data, place + 8, flags | 1)
        place = data.find(b"PK\x01\x02", place + 1)
    return bytes(data)


def lying_sizes() -> bytes:
    """The directory says that the sheet is small; unpacked it is not."""
    data = bytearray(with_sheet(" " * 60_000_000))
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        struct.pack_into("<I", data, place + 24, 1000)
        place = data.find(b"PK\x01\x02", place + 1)
    return bytes(data)


LAUGHS = "<!DOCTYPE x [" + '<!ENTITY a0 "ha">'
for _n in range(1, 12):
    LAUGHS += f'<!ENTITY a{_n} "{f"&a{_n - 1};" * 10}">'
LAUGHS += "]>"
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
OUTSIDE_DTD = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
ENTITY_CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>&{};</t></is></c></row>'
LINK = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId9" TargetMode="External" Target="file:///c:/x.xlsx" Type="http://'
    'schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"/>'
    "</Relationships>"
)


def hidden(state: str) -> bytes:
    def fill(book: Workbook) -> None:
        book.create_sheet("秘密").sheet_state = state

    return workbook(fill)


def with_strings(data: bytes, strings: str) -> bytes:
    """The workbook with a table of shared strings, as Excel itself writes them."""
    found = parts(data)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    types = found["[Content_Types].xml"].replace(b"</Types>", override.encode())
    table = f"{HEAD}<sst {MAIN}>{strings}</sst>".encode()
    return packed({**found, "[Content_Types].xml": types, "xl/sharedStrings.xml": table})


def many_shared(count: int) -> bytes:
    """One long text, shared by very many cells: small on disk, endless once written out."""
    long = "x" * 30_000
    cells = "".join(f'<c r="A{n}" t="s"><v>0</v></c>' for n in range(1, count + 1))
    rows = cells.replace("<c ", "<row><c ").replace("</c>", "</c></row>")
    return with_strings(with_sheet(rows), f"<si><t>{long}</t></si>")


def pack() -> dict[str, tuple[str, bytes]]:
    """Every hostile file by name, with the code that is expected of it."""
    real = workbook()
    types = parts(real)["[Content_Types].xml"]
    macro_types = types.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
    return {
        "zip bomb": ("bomb", with_sheet(" " * 60_000_000)),
        "bomb of ratio": ("bomb", with_sheet(" " * 40_000_000)),
        "lying sizes": ("damaged", lying_sizes()),
        "too many parts": (
            "bomb",
            packed({**parts(real), **{f"xl/x{n}.xml": b"" for n in range(1001)}}),
        ),
        "million rows": ("too_many_rows", with_sheet(number_rows(300_000))),
        "last row alone": (
            "read",
            with_sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
        ),
        "16,384 columns": (
            "too_many_columns",
            with_sheet('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'),
        ),
        "lying dimension": (
            "read",
            with_sheet(
                '<row r="1"><c r="A1"><v>1</v></c></row>',
                after="",
            ).replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>'),
        ),
        "entity bomb": ("entities", with_sheet(ENTITY_CELL.format("a11"), LAUGHS)),
        "external entity": ("external_entity", with_sheet(ENTITY_CELL.format("e"), OUTSIDE)),
        "external DTD": ("read", with_sheet(number_rows(1), OUTSIDE_DTD)),
        "entity in the types": (
            "entities",
            with_part("[Content_Types].xml", types.replace(b"<Types", LAUGHS.encode() + b"<Types")),
        ),
        "formula": ("formula", workbook(lambda book: book.active.append(["=1+1", "x"]))),
        "array formula": (
            "formula",
            with_sheet('<row r="1"><c r="A1"><f t="array" ref="A1">SUM(B1)</f><v>1</v></c></row>'),
        ),
        "data link formula": (
            "formula",
            workbook(lambda book: book.active.append(["=cmd|' /C calc'!A0"])),
        ),
        "macro part": ("macros", with_part("xl/vbaProject.bin", b"macro")),
        "macro type": ("macros", with_part("[Content_Types].xml", macro_types)),
        "macro sheet": ("macros", with_part("xl/macrosheets/sheet1.xml", b"<x/>")),
        "active control": ("macros", with_part("xl/activeX/activeX1.xml", b"<x/>")),
        "external link": ("links", with_part("xl/externalLinks/externalLink1.xml", b"<x/>")),
        "outside relation": ("links", with_part("xl/_rels/x.rels", LINK.encode())),
        "data connection": ("links", with_part("xl/connections.xml", b"<x/>")),
        "embedded file": ("links", with_part("xl/embeddings/oleObject1.bin", b"x")),
        "merged cells": ("merged", workbook(lambda book: book.active.merge_cells("A4:B4"))),
        "hidden sheet": ("hidden_sheet", hidden("hidden")),
        "very hidden sheet": ("hidden_sheet", hidden("veryHidden")),
        "two sheets": (
            "several_sheets",
            workbook(lambda book: book.create_sheet("二枚目").append([1])),
        ),
        "empty workbook": ("empty", with_sheet("")),
        "shared text": ("too_much_text", many_shared(19_000)),
        "encrypted zip": ("encrypted", encrypted_flag()),
        "encrypted workbook": (
            "encrypted",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        ),
        "old workbook": ("old_format", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        "truncated": ("damaged", real[: len(real) // 2]),
        "last bytes missing": ("damaged", real[:-30]),
        "flipped bytes": ("damaged", real[:200] + bytes(300) + real[500:]),
        "another packed file": ("other_archive", packed({"word/document.xml": b"<x/>"})),
        "PDF": ("other_kind", b"%PDF-1.7\n" + bytes(100)),
        "picture": ("other_kind", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        "program": ("other_kind", b"MZ" + bytes(100)),
        "web page": ("markup", "\ufeff<!DOCTYPE html><table>".encode()),
        "binary": ("binary", b"a,b\r\n\x00,\x01"),
        "no encoding": ("encoding", b"a,b\r\n\x81,\xff"),
        "broken quotes": ("csv", b'a,b\r\n"x"y,1'),
        "CSV of too many columns": ("too_many_columns", b"," * 200 + b"x\r\n"),
        "CSV of too many rows": ("too_many_rows", b"x\r\n" * 20_003),
        "CSV with an endless cell": ("cell_too_long", b"a\r\n" + b"x" * 40_000),
        "CSV with a huge cell": ("csv", b"a\r\n" + b"x" * 140_000),
        "too large": ("too_large", b"a,b\r\n" * 1_100_000),
        "empty": ("empty", b""),
        "only a mark": ("empty", b"\xef\xbb\xbf\r\n"),
    }
