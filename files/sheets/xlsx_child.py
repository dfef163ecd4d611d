"""Reads one workbook from standard input and writes its rows as lines of JSON.

It runs as a process of its own, with limits on time and memory, because a workbook is compressed
XML from a stranger. It knows nothing of the portal and answers in codes; `workbooks.py` starts it
and has the words.
"""

import io
import json
import re
import resource
import sys
import zipfile

CPU_SECONDS = 10
MEMORY_BYTES = 300_000_000
UNPACKED_BYTES = 50_000_000
RATIO = 100
RATIO_FROM_BYTES = 200_000  # small parts may be packed tighter: a style sheet repeats itself
PARTS = 1_000
ROWS = 20_000
COLUMNS = 100
SHEETS = 40
CELL_CHARACTERS = 32_767
TEXT_CHARACTERS = 25_000_000
NAMED = 20

MACROS = re.compile(r"vbaProject|macrosheets/|dialogsheets/|activeX/", re.IGNORECASE)
MACRO_TYPES = re.compile(rb"macroEnabled|vbaProject|macrosheet|activeX", re.IGNORECASE)
LINKS = re.compile(r"externalLinks/|connections\.xml|queryTables/|embeddings/", re.IGNORECASE)
RELATION = re.compile(rb"<[^>]*Relationship [^>]*>")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell [^>]*?ref=[\"']([A-Z0-9:]{1,30})[\"']")
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Refused(Exception):
    """Why the workbook is not read: a code and what belongs into its sentence."""

    def __init__(self, code: str, **params):
        super().__init__(code)
        self.code, self.params = code, params


def limit_this_process() -> None:
    """From here on the kernel ends what takes too long or too much."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def check_parts(archive: zipfile.ZipFile) -> None:
    """What the directory of the archive and the small parts already tell."""
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("encrypted")
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED_BYTES:
        raise Refused("bomb")
    for part in parts:
        if part.file_size > max(RATIO_FROM_BYTES, RATIO * part.compress_size):
            raise Refused("bomb")
    if len(set(names)) != len(names):
        raise Refused("damaged")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Refused("other_archive")
    if any(MACROS.search(name) for name in names):
        raise Refused("macros")
    if MACRO_TYPES.search(archive.read("[Content_Types].xml")):
        raise Refused("macros")
    if any(LINKS.search(name) for name in names):
        raise Refused("links")
    for name in names:
        if name.endswith(".rels"):
            for relation in RELATION.findall(archive.read(name)):
                outside = b'"External"' in relation or b"'External'" in relation
                if outside and b"/hyperlink" not in relation:
                    raise Refused("links")


def check_merged(archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        if name.startswith("xl/worksheets/") and (found := MERGED.search(archive.read(name))):
            raise Refused("merged", cell=found[1].decode())


def shared_strings(source) -> list[str]:
    """openpyxl's own reader drops part of an escape; here the escapes are read as Excel does."""
    from openpyxl.cell.text import Text
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    strings, length = [], 0
    for _event, node in iterparse(source):
        if node.tag == f"{{{SHEET_MAIN_NS}}}si":
            text = Text.from_tree(node).content
            length += len(text)
            if length > TEXT_CHARACTERS:
                raise Refused("too_much_text")
            strings.append(text)
            node.clear()
    return strings


def plain(cell) -> object:
    """The value of a cell as JSON knows it; dates and errors are marked."""
    value = cell.value
    if cell.data_type == "e":
        return {"e": str(value)}
    if isinstance(value, bool):
        return {"b": value}
    if isinstance(value, str):
        if len(value) > CELL_CHARACTERS:
            raise Refused("cell_too_long", cell=cell.coordinate)
        return ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    if value is None or isinstance(value, int | float):
        return value
    return {"d": value.isoformat()} if hasattr(value, "isoformat") else {"e": str(value)}


class Limits:
    """What all sheets of a workbook may hold together, and the formulas found on the way."""

    def __init__(self) -> None:
        self.rows = self.length = 0
        self.formulas: list[str] = []

    def take_row(self, line: str) -> None:
        self.rows += 1
        self.length += len(line)
        if self.length > TEXT_CHARACTERS:
            raise Refused("too_much_text")

    def refuse_formulas(self) -> None:
        if self.formulas:
            raise Refused("formula", cells=self.formulas[:NAMED], count=len(self.formulas))


def rows_of(sheet, out, limits: Limits, *, headings: int = 2, prefix: str = "") -> None:
    """Write the rows that hold something; refuse what is too large, and note formulas."""
    sheet.reset_dimensions()
    most = ROWS + headings
    for cells in sheet.iter_rows():
        row = []
        for cell in cells:
            if cell.data_type == "f":
                limits.formulas.append(f"{prefix}{cell.coordinate}")
            row.append(plain(cell) if cell.data_type != "f" else None)
        while row and (row[-1] is None or row[-1] == ""):
            row.pop()
        if not row:
            continue
        if len(row) > COLUMNS:
            raise Refused("too_many_columns", count=len(row), most=COLUMNS)
        number = next(cell.row for cell in cells if cell.value is not None)
        if limits.rows >= most:
            raise Refused("too_many_rows", most=ROWS)
        line = json.dumps([number, row])
        limits.take_row(line)
        out.write(line + "\n")


def open_book(data: bytes):
    """The workbook, its parts checked before openpyxl sees them; hidden sheets are refused."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        check_parts(archive)
        import openpyxl.reader.excel as excel

        excel.read_string_table = shared_strings
        book = excel.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        if hidden:
            raise Refused("hidden_sheet", sheets=hidden[:NAMED])
        if not book.worksheets:
            raise Refused("empty")
        check_merged(archive)
    return book, 1904 if book.epoch.year == 1904 else 1900


def read(data: bytes, out) -> None:
    """Write the first line with the sheet and its calendar, then the rows of the one sheet."""
    book, system = open_book(data)
    filled = [sheet for sheet in book.worksheets if has_values(sheet)]
    if len(filled) > 1:
        raise Refused("several_sheets", sheets=[sheet.title for sheet in filled[:NAMED]])
    if not filled:
        raise Refused("empty")
    out.write(json.dumps({"sheet": filled[0].title, "system": system}) + "\n")
    limits = Limits()
    rows_of(filled[0], out, limits)
    limits.refuse_formulas()


def read_all(data: bytes, out) -> None:
    """For each sheet a line with its name and calendar, then its rows; the limits hold for all."""
    book, system = open_book(data)
    if len(book.worksheets) > SHEETS:
        raise Refused("too_many_sheets", count=len(book.worksheets), most=SHEETS)
    limits = Limits()
    for sheet in book.worksheets:
        out.write(json.dumps({"sheet": sheet.title, "system": system}) + "\n")
        rows_of(sheet, out, limits, headings=2 * SHEETS, prefix=f"{sheet.title}!")
    limits.refuse_formulas()
    if not limits.rows:
        raise Refused("empty")


def has_values(sheet) -> bool:
    sheet.reset_dimensions()
    return any(cell.value is not None for cells in sheet.iter_rows() for cell in cells)


def told(error: BaseException | None) -> dict[str, object]:
    """The code of an error; openpyxl hides the first cause behind errors of its own."""
    from defusedxml.common import DefusedXmlException, EntitiesForbidden

    while error is not None:
        if isinstance(error, Refused):
            return {"error": error.code, "params": error.params}
        if isinstance(error, EntitiesForbidden):
            return {"error": "external_entity" if error.sysid or error.pubid else "entities"}
        if isinstance(error, DefusedXmlException):
            return {"error": "external_entity"}
        if isinstance(error, MemoryError):
            return {"error": "too_heavy"}
        error = error.__cause__ or error.__context__
    return {"error": "damaged"}


def main() -> None:
    # Neither is needed to read cells, and both ask for much memory at once.
    sys.modules["numpy"] = sys.modules["PIL"] = None  # type: ignore[assignment]
    data = sys.stdin.buffer.read()
    limit_this_process()
    out = io.StringIO()
    answer: dict[str, object] = {"end": True}
    try:
        (read_all if "all" in sys.argv[1:] else read)(data, out)
    except (Exception, MemoryError) as error:  # whatever a library says of a broken workbook
        answer = told(error)
    if "error" in answer:
        out = io.StringIO()
    sys.stdout.write(out.getvalue() + json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
