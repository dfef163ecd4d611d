"""Reading a workbook in a process of its own: what it costs is bounded, what it says is checked."""

import json
import os
import subprocess
import sys
from datetime import date, datetime, time
from pathlib import Path

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .faults import SheetError
from .tables import CellFault, Row, Table

CHILD = Path(__file__).with_name("xlsx_child.py")
WAIT_SECONDS = 30

MESSAGES = {
    "encrypted": _("This workbook is protected with a password. Save it without one."),
    "bomb": _("This workbook is far larger unpacked than packed. It is not opened."),
    "damaged": _("This workbook is damaged or cut off. Open it in Excel and save it anew."),
    "other_archive": _("This is not an Excel workbook (XLSX) but another packed file."),
    "macros": _("This workbook contains macros. Save it as a workbook without macros (XLSX)."),
    "links": _("This workbook is linked to other files or holds them. Remove the links."),
    "entities": _("This workbook contains XML entities, as no spreadsheet writes them."),
    "external_entity": _("This workbook refers to an outside file. It is not opened."),
    "merged": _("The cells {cell} are merged. Unmerge them, so that each row has its own cells."),
    "hidden_sheet": _("This workbook has hidden sheets: {sheets}. Show or delete them."),
    "several_sheets": _("More than one sheet holds data: {sheets}. Keep one of them in the file."),
    "too_many_sheets": _("This workbook has {count} sheets; at most {most} are read."),
    "empty": _("There is nothing in this file."),
    "too_many_rows": _("This file has more than {most} rows. Divide it."),
    "too_many_columns": _("This file has {count} columns; at most {most} are read."),
    "too_much_text": _("This file holds too much text. Divide it."),
    "cell_too_long": _("The text in cell {cell} is too long for a spreadsheet."),
    "formula": _("{count} cells hold formulas: {cells}. Copy them and paste the values."),
    "too_heavy": _("This workbook takes too long or too much memory to open. Divide it."),
}


def refuse(code: str, **params: object) -> SheetError:
    """The error of this code, its sentence filled in."""
    words = {
        name: ", ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in params.items()
    }
    return SheetError(code, format_lazy(MESSAGES[code], **words))


def read_workbook(data: bytes) -> Table:
    """The rows of the one filled sheet. Raises SheetError."""
    return _tables(_answer(data))[0]


def read_every_sheet(data: bytes) -> list[Table]:
    """The rows of each sheet, in the order of the workbook. Raises SheetError."""
    return _tables(_answer(data, "all"))


def _answer(data: bytes, *words: str) -> list[str]:
    """The lines that the child writes of this workbook."""
    command = [sys.executable, "-I", "-B", "-W", "ignore", str(CHILD), *words]
    environment = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            env=environment,
            timeout=WAIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise refuse("too_heavy") from error
    lines = done.stdout.decode("ascii", "replace").splitlines()
    if done.returncode or not lines:
        raise refuse("too_heavy")
    answer = json.loads(lines.pop())
    if "error" in answer:
        raise refuse(answer["error"], **answer.get("params", {}))
    return lines


def _tables(lines: list[str]) -> list[Table]:
    """A line that is an object begins a sheet, one that is a list is a row of it."""
    tables: list[Table] = []
    for line in map(json.loads, lines):
        if isinstance(line, dict):
            tables.append(Table(sheet=line["sheet"], system=line["system"]))
        else:
            number, cells = line
            tables[-1].rows.append(Row(number, [_value(each) for each in cells]))
    return tables


def _value(cell: object) -> object:
    if not isinstance(cell, dict):
        return cell
    if "b" in cell:
        return cell["b"]
    if "d" in cell:
        return _moment(cell["d"])
    return CellFault(cell["e"])


def _moment(text: str) -> date | datetime | time | CellFault:
    if text[2:3] == ":":
        return time.fromisoformat(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return CellFault(text)  # a duration
    return moment.date() if moment.time() == time() else moment
