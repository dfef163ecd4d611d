"""Load the demonstration."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError

from desk.demo import demo_exists, load_demo
from desk.demo.load import DemoError, check_demo
from desk.demo.scale import APPLICATIONS

AS_OF = date(2026, 11, 22)
LARGEST = 1000


class Command(BaseCommand):
    help = (
        "Load a believable programme into an empty database; same arguments, same rows. "
        "Example: manage.py demo --on 2026-11-22 --scale 10"
    )

    def add_arguments(self, parser):
        parser.add_argument("--on", type=date.fromisoformat, default=AS_OF, help="as of this day")
        parser.add_argument(
            "--scale", type=int, default=1, help=f"N times as much, at most {LARGEST}"
        )
        parser.add_argument("--seed", type=int, default=1, help="another draw of the same kind")
        parser.add_argument("--dry-run", action="store_true", help="say it, write nothing")
        parser.add_argument("--if-missing", action="store_true", help="do nothing if it is there")

    def handle(
        self,
        *args,
        on: date,
        scale: int,
        seed: int,
        if_missing: bool,
        dry_run: bool,
        **options,
    ):
        if if_missing and demo_exists():
            self.stdout.write("The demonstration is there.")
            return
        if not 1 <= scale <= LARGEST:
            raise CommandError(f"--scale is a number from 1 to {LARGEST}.", returncode=2)
        try:
            if dry_run:
                check_demo()
                self.stdout.write(
                    f"The demonstration as of {on} would be loaded, {scale} times as large, "
                    f"with about {APPLICATIONS * (scale - 1) + 25} applications."
                )
                return
            counts = load_demo(on=on, scale=scale, seed=seed, say=self.stdout.write)
        except DemoError as error:
            raise CommandError(str(error)) from error
        for word, number in counts.items():
            self.stdout.write(f"{number:>6} {word}")
