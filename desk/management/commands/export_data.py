"""Take rows out as a spreadsheet."""

import os
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from files.sheets.exporting import FORMATS, export
from files.sheets.faults import SheetError

from .import_data import kind_of, list_kinds, own_language


class Command(BaseCommand):
    help = (
        "Write all rows of a kind to an XLSX or CSV file. Without arguments it lists the kinds "
        "with their columns. Example: manage.py export_data requests requests.xlsx"
    )

    def add_arguments(self, parser):
        parser.add_argument("kind", nargs="?", help="what the rows are")
        parser.add_argument("file", nargs="?", type=Path, help="ends in .xlsx or .csv")
        parser.add_argument(
            "--encoding", choices=["utf-8", "cp932"], default="utf-8", help="of a CSV"
        )
        parser.add_argument(
            "--replace", action="store_true", help="write 〓 for what CP932 lacks, not refuse it"
        )
        parser.add_argument("--dry-run", action="store_true", help="count the rows, write no file")

    def handle(self, *args, kind, file, encoding, replace, dry_run, **options):
        with translation.override(own_language()):
            if kind is None:
                return list_kinds(self.stdout.write)
            found = kind_of(kind)
            if file is None:
                raise CommandError("Name the file as well.", returncode=2)
            form = _format(file, encoding, replace)
            rows = found.rows_for(None)
            try:
                content = export(found, rows, form)
            except SheetError as error:
                raise CommandError(str(error)) from error
            if not dry_run:
                _write(file, content)
            verb = "would be" if dry_run else "were"
            self.stdout.write(f"{rows.count()} rows {verb} written to {file}.")


def _format(file: Path, encoding: str, replace: bool):
    extension = file.suffix.casefold()
    if extension not in {".xlsx", ".csv"}:
        raise CommandError("The file's name must end in .xlsx or .csv.", returncode=2)
    if extension == ".xlsx":
        return FORMATS["xlsx"]
    if encoding == "utf-8":
        return FORMATS["csv"]
    return FORMATS["csv-cp932-geta" if replace else "csv-cp932"]


def _write(file: Path, content: bytes) -> None:
    """The whole file or none: it takes its name once it is complete."""
    partial = ""
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as target:
            partial = target.name
            target.write(content)
        os.replace(partial, file)
    except OSError as error:
        if partial:
            Path(partial).unlink(missing_ok=True)
        raise CommandError(f"{file}: {error.strerror}") from error
