"""Nothing outside `files` reads or writes a spreadsheet."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = "accounts desk files funding hosts japan lgotp notices outreach placements schedule trainees"
APPS = [ROOT / name for name in OURS.split()]
BANNED = {"csv", "openpyxl", "tablib", "xlrd", "xlwt", "xlsxwriter", "pandas", "odf"}
HOME = ROOT / "files" / "sheets"


def imports_of(source: str) -> set[str]:
    """The packages that this source imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {each.name.split(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in {"import_module", "__import__"}:
                found.add(str(node.args[0].value).split(".")[0])
    return found


def check_source(source: str) -> None:
    assert imports_of(source) & BANNED == set()


def test_spreadsheets_are_read_and_written_in_one_place():
    for app in APPS:
        for path in app.rglob("*.py"):
            if not path.is_relative_to(HOME):
                check_source(path.read_text())


@pytest.mark.parametrize(
    "source",
    [
        "import csv",
        "def f():\n    from openpyxl.cell import Cell",
        "import tablib.core as t",
        "__import__('csv')",
        "import importlib\nimportlib.import_module('openpyxl')",
    ],
)
def test_a_second_reader_is_found_control(source: str):
    with pytest.raises(AssertionError):
        check_source(source)


def test_the_package_writes_in_no_format_of_its_own():
    """django-import-export brings formats, which go through tablib; the desk offers none."""
    from django.contrib import admin
    from import_export.admin import ExportMixin, ImportMixin

    from desk.spreadsheets import SHEET_FORMATS

    admins = admin.site._registry.values()
    exporting = [each for each in admins if isinstance(each, ExportMixin)]

    assert len(exporting) >= 3
    assert [each for each in admins if isinstance(each, ImportMixin)] == []
    assert all(each.get_export_formats() == SHEET_FORMATS for each in exporting)
