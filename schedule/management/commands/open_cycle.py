"""Open the cycle of a fiscal year."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from schedule.lgotp import CODE, ensure_lgotp
from schedule.models import Programme
from schedule.services import ScheduleError, open_cycle


class Command(BaseCommand):
    help = (
        "Open the cycle of a fiscal year from the programme's usual year and print its phases and "
        "deadlines. Example: manage.py open_cycle 2028"
    )

    def add_arguments(self, parser):
        parser.add_argument("year", type=int, help="fiscal year of arrival, for example 2028")
        parser.add_argument("--programme", default=CODE, help="code of the programme")
        parser.add_argument("--dry-run", action="store_true", help="print the days, write nothing")

    def handle(self, *args, year: int, programme: str, dry_run: bool, **options):
        with transaction.atomic():
            if programme == CODE:
                ensure_lgotp()
            found = Programme.objects.filter(code=programme).first()
            if found is None:
                raise CommandError(f"There is no programme '{programme}'.")
            try:
                cycle = open_cycle(found, year, on=timezone.localdate())
            except ScheduleError as error:
                raise CommandError(str(error)) from error
            for phase in cycle.phases.order_by("starts_on"):
                self.stdout.write(f"phase     {phase.kind:<20} {phase.starts_on} {phase.ends_on}")
            for deadline in cycle.deadlines.order_by("due_on", "code"):
                self.stdout.write(f"deadline  {deadline.code:<20} {deadline.due_on}")
            if dry_run:
                transaction.set_rollback(True)
        done = "would be open" if dry_run else "is open"
        self.stdout.write(f"The cycle of fiscal year {year} {done}; arrival on {cycle.arrival_on}.")
        named = "" if programme == CODE else f" --programme {programme}"
        self.stdout.write(
            "Its demand survey is being composed, seen by the staff alone. Open it on the staff "
            f"desk, or with: manage.py open_survey {year}{named}"
        )
