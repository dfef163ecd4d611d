"""Hold every issued letter against its stored bytes and its register."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...letters import verify_letters
from ...models import Letter


class Command(BaseCommand):
    help = (
        "Reads the stored PDF of every issued letter and of every final letter of a relay, "
        "compares its SHA-256 with the one of the issue, and looks for gaps in the number "
        "registers. Prints one line per problem and exits 1 if there is one. "
        "Example: python manage.py verify_letters --series KK"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--series", help="only the letters and the register of this series")

    def handle(self, *args: Any, **options: Any) -> None:
        problems = 0
        for problem in verify_letters(series=options["series"]):
            problems += 1
            self.stderr.write(f"{problem.reference}: {problem.message}")
        if problems:
            raise CommandError(f"{problems} problem(s) found.", returncode=1)
        issued = Letter.objects.issued()
        if options["series"]:
            issued = issued.filter(series=options["series"])
        self.stdout.write(f"{issued.count()} letters are as they were issued.")
