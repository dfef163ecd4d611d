"""Open the demand survey of a fiscal year."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from hosts.models import DemandSurvey
from hosts.opening import asked_by, open_survey, recipients_of
from hosts.services import HostError
from schedule.lgotp import CODE
from schedule.vocabulary import DeadlineCode

DEADLINES = [
    DeadlineCode.SURVEY_MUNICIPALITY,
    DeadlineCode.SURVEY_RELAY,
    DeadlineCode.SURVEY_DIRECT,
]


class Command(BaseCommand):
    help = (
        "Open the demand survey of a fiscal year: the governments that it asks see it, and their "
        "coordinators and relays are mailed. Example: manage.py open_survey 2028"
    )

    def add_arguments(self, parser):
        parser.add_argument("year", type=int, help="fiscal year of arrival, for example 2028")
        parser.add_argument("--programme", default=CODE, help="code of the programme")
        parser.add_argument("--dry-run", action="store_true", help="print it, write nothing")

    def handle(self, *args, year: int, programme: str, dry_run: bool, **options):
        with transaction.atomic():
            survey = (
                DemandSurvey.objects.select_related("cycle__programme")
                .filter(cycle__programme__code=programme, cycle__fiscal_year=year)
                .first()
            )
            if survey is None:
                raise CommandError(
                    f"There is no cycle of fiscal year {year}. Open it: manage.py open_cycle {year}"
                )
            if survey.opened_at is not None:
                day = timezone.localdate(survey.opened_at)
                raise CommandError(f"The survey was opened on {day} already.")
            asked = asked_by(survey)
            people = recipients_of(survey, asked, timezone.localdate())
            try:
                open_survey(survey, by=None)
            except HostError as error:
                raise CommandError(str(error)) from error
            for deadline in survey.cycle.deadlines.filter(code__in=DEADLINES).order_by("due_on"):
                self.stdout.write(f"deadline  {deadline.code:<20} {deadline.due_on}")
            if dry_run:
                transaction.set_rollback(True)
        done = "would be open" if dry_run else "is open"
        self.stdout.write(
            f"The survey of fiscal year {year} {done}: {len(asked)} local governments are asked, "
            f"{len(people)} people mailed."
        )
