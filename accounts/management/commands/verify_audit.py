"""Hold the audit trail against its own chain and against anchors kept outside."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...anchors import anchor_file, anchors_in
from ...models import AuditRecord
from ...trail import Anchor, end_of_chain, faults


def _anchor(text: str) -> Anchor:
    try:
        return Anchor.read(text)
    except ValueError:
        raise CommandError(f"“{text}” is not an anchor (NUMBER:SHA256).", returncode=2) from None


class Command(BaseCommand):
    help = (
        "Recomputes the chain of the audit trail from its first record, compares the change log "
        "with it, and looks for the anchors that were mailed or written to audit-anchors.txt. "
        "Prints one line per fault, the first bad record first, and exits 1 if there is one. "
        "Example: python manage.py verify_audit --anchor 1234:5f0c…"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor", action="append", default=[], help="an anchor from a mail; may be repeated"
        )
        parser.add_argument(
            "--anchors", type=Path, help="a file of anchors (default: the one in the data folder)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        anchors = [_anchor(text) for text in options["anchor"]]
        file = options["anchors"] or anchor_file()
        if options["anchors"] and not file.is_file():
            raise CommandError(f"{file} is not a file.", returncode=2)
        if file.is_file():
            try:
                anchors += anchors_in(file)
            except ValueError as error:
                raise CommandError(f"{file}: “{error}” is not an anchor.", returncode=2) from None
        found = 0
        for fault in faults(anchors):
            found += 1
            self.stderr.write(f"{fault.place}: {fault.text}")
        if found:
            raise CommandError(f"{found} fault(s) found.", returncode=1)
        waiting = AuditRecord.objects.unsealed().count()
        self.stdout.write(
            f"{end_of_chain().number} records are as they were written; {waiting} wait to be "
            f"chained; {len(anchors)} anchors hold.\n{end_of_chain()}"
        )
