"""Taking rows out: the same columns and the same writer for every page and command."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .kinds import Kind
from .writing import write_csv, write_xlsx

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Format:
    """One way to write a sheet."""

    name: str
    label: Any
    extension: str
    content_type: str
    write: Callable[[Kind, Iterable[list[object]]], bytes]


FORMATS = {
    each.name: each
    for each in (
        Format(
            "xlsx",
            _("Excel workbook (XLSX)"),
            "xlsx",
            XLSX_TYPE,
            lambda kind, rows: write_xlsx(rows, title=kind.label_ja),
        ),
        Format(
            "csv",
            _("CSV (UTF-8)"),
            "csv",
            "text/csv; charset=utf-8",
            lambda kind, rows: write_csv(rows),
        ),
        Format(
            "csv-cp932",
            _("CSV (Shift_JIS)"),
            "csv",
            "text/csv; charset=Shift_JIS",
            lambda kind, rows: write_csv(rows, encoding="cp932"),
        ),
        Format(
            "csv-cp932-geta",
            _("CSV (Shift_JIS, missing characters as 〓)"),
            "csv",
            "text/csv; charset=Shift_JIS",
            lambda kind, rows: write_csv(rows, encoding="cp932", replace=True),
        ),
    )
}


def export(kind: Kind, rows: QuerySet, form: Format) -> bytes:
    """These rows as a file, in a number of queries that does not grow with them. Raises
    SheetError.
    """
    return form.write(kind, kind.sheet_rows(kind.with_relations(rows)))


def file_name(kind: Kind, form: Format) -> str:
    """受入要望書_2026-11-22.xlsx: people find it by its Japanese name."""
    return f"{kind.label_ja}_{timezone.localdate().isoformat()}.{form.extension}"
