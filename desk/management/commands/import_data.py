"""Take a spreadsheet in, all of it or nothing."""

import locale
import os
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import translation

from accounts.models import User
from files.sheets.faults import SheetError, SheetFaults
from files.sheets.importing import check_file, take_in
from files.sheets.kinds import Kind, all_kinds, find_kind
from files.sheets.reading import FILE_BYTES

LANGUAGES = ["ja", "en", "both"]


def own_language() -> str:
    """The language of whoever types the command."""
    words = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return "ja" if (words or locale.getlocale()[0] or "").startswith("ja") else "en"


def list_kinds(write) -> None:
    """Each kind with its columns: the English keys, then the Japanese headings."""
    for kind in all_kinds():
        write(f"{kind.name}: {kind.label} / {kind.label_ja}")
        write("  " + ",".join(column.key for column in kind.columns))
        write("  " + ",".join(column.heading for column in kind.columns))


def kind_of(name: str) -> Kind:
    """The kind of this name; exit 2 with the names that there are."""
    kind = find_kind(name)
    if kind is None:
        names = ", ".join(each.name for each in all_kinds())
        raise CommandError(f"There is no kind “{name}”. There are: {names}.", returncode=2)
    return kind


class Command(BaseCommand):
    help = (
        "Take in a spreadsheet (XLSX; CSV in UTF-8 or Shift_JIS), all of it or nothing. Without "
        "arguments it lists the kinds with their columns. "
        "Example: manage.py import_data local_governments corrections.xlsx --dry-run"
    )

    def add_arguments(self, parser):
        parser.add_argument("kind", nargs="?", help="what the rows are")
        parser.add_argument("file", nargs="?", type=Path, help="the spreadsheet")
        parser.add_argument("--dry-run", action="store_true", help="say what it would do")
        parser.add_argument("--by", metavar="EMAIL", help="who answers for it in the change log")
        parser.add_argument(
            "--language", choices=LANGUAGES, help="of the faults; the machine's by default"
        )

    def handle(self, *args, kind, file, dry_run, by, language, **options):
        language = language or own_language()
        with translation.override("ja" if language == "ja" else "en"):
            if kind is None:
                return list_kinds(self.stdout.write)
            found = kind_of(kind)
            if file is None:
                raise CommandError("Name the file as well.", returncode=2)
            return self._take(found, _bytes(file), _person(by), dry_run, language)

    def _take(self, kind: Kind, data: bytes, person: User | None, dry_run: bool, language: str):
        try:
            plan = (check_file if dry_run else take_in)(kind, data, by=person)
        except SheetFaults as error:
            for fault in error.faults:
                self.stderr.write(fault.in_words())
                if language == "both":
                    with translation.override("ja"):
                        self.stderr.write(f"  {fault.reason}")
            self.stderr.write(f"{len(error.faults)}: {error}")
            sys.exit(2)
        except SheetError as error:
            said = " / ".join(error.message) if language == "both" else str(error)
            raise CommandError(said, returncode=2) from error
        except DatabaseError as error:
            raise CommandError(f"The database refused; nothing was taken in. {error}") from error
        verb = "would be" if dry_run else "were"
        for change in plan.changed:
            shown = "; ".join(
                f"{key}: {before or ''} → {after or ''}"
                for key, (before, after) in change.differences.items()
            )
            self.stdout.write(f"{change.line.number} {change.name}: {shown}")
        self.stdout.write(
            f"{len(plan.new)} rows {verb} added, {len(plan.changed)} changed, "
            f"{plan.unchanged} left as they are."
        )


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as source:
            return source.read(FILE_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error


def _person(email: str | None) -> User | None:
    if email is None:
        return None
    person = User.objects.filter(email__iexact=email).first()
    if person is None or not person.is_staff:
        raise CommandError(f"{email} is nobody of the staff.", returncode=2)
    return person
