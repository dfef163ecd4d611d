"""Rehearse a whole year."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from desk.rehearsal.run import RehearsalError, YearError, check_folder, plan_of, rehearse
from schedule.lgotp import CODE


class Command(BaseCommand):
    help = (
        "Play a whole year on a throw-away database, through the real code and with invented "
        "people, and leave every mail, every letter and an index page in a folder. The portal's "
        "own database is only read. Example: manage.py rehearse 2028 --to rehearsal-2028"
    )

    def add_arguments(self, parser):
        parser.add_argument("year", type=int, help="fiscal year of arrival, for example 2028")
        parser.add_argument("--to", type=Path, required=True, help="a new or an empty folder")
        parser.add_argument("--seed", type=int, default=1, help="same seed, same year")
        parser.add_argument("--programme", default=CODE, help="code of the programme")
        parser.add_argument(
            "--language", choices=[code for code, _name in settings.LANGUAGES],
            help="the language of the index page; both without it",
        )  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="say it, write nothing")

    def handle(
        self,
        *args,
        year: int,
        to: Path,
        seed: int,
        programme: str,
        language: str | None,
        dry_run: bool,
        **options,
    ):
        to = to.absolute()
        languages = [language] if language else [code for code, _name in settings.LANGUAGES]
        try:
            plan = plan_of(year, programme, seed)
            check_folder(to)
            if dry_run:
                self.stdout.write(
                    f"The year {year} of '{programme}' would be played from {plan.first_day} with "
                    f"seed {seed}, and its mails, letters and index page left in {to}."
                )
                return
            rehearse(plan, to, languages=languages, say=self.stdout.write)
        except YearError as error:
            raise CommandError(str(error), returncode=2) from error
        except RehearsalError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Look at {to / 'index.html'}")
