"""Load the demonstration."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError

from desk.demo import demo_exists, load_demo
from desk.demo.load import DemoError

AS_OF = date(2026, 11, 22)


class Command(BaseCommand):
    help = (
        "Load a believable programme into an empty database; same arguments, same rows. "
        "Example: manage.py demo --on 2026-11-22"
    )

    def add_arguments(self, parser):
        parser.add_argument("--on", type=date.fromisoformat, default=AS_OF, help="as of this day")
        parser.add_argument("--scale", type=int, default=1, help="N times as much")
        parser.add_argument("--seed", type=int, default=1, help="another draw of the same kind")
        parser.add_argument("--if-missing", action="store_true", help="do nothing if it is there")

    def handle(self, *args, on: date, scale: int, seed: int, if_missing: bool, **options):
        if if_missing and demo_exists():
            self.stdout.write("The demonstration is there.")
            return
        if scale < 1:
            raise CommandError("--scale is 1 or more.", returncode=2)
        try:
            counts = load_demo(on=on, scale=scale, seed=seed)
        except DemoError as error:
            raise CommandError(str(error)) from error
        for word, number in counts.items():
            self.stdout.write(f"{number:>6} {word}")
