"""Issue what is decided and not yet issued."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Count

from notices.models import NoticeError
from placements.letters import draft_notices
from placements.models import Placement
from placements.services import issue_decided
from placements.states import PlacementState
from schedule.lgotp import CODE
from schedule.models import Cycle

PLACEMENT_NOTICE = "placement-notice"
KINDS = [PLACEMENT_NOTICE]


class Command(BaseCommand):
    help = (
        "Issue the letters of a cycle that are decided and not yet issued, and mail them. "
        "Example: manage.py issue_letters 2027 --kind placement-notice"
    )

    def add_arguments(self, parser):
        parser.add_argument("year", type=int, help="fiscal year of arrival")
        parser.add_argument("--programme", default=CODE, help="code of the programme")
        parser.add_argument("--kind", choices=KINDS, help="which letters; all without it")
        parser.add_argument("--dry-run", action="store_true", help="count them, write nothing")

    def handle(self, *args, year: int, programme: str, kind: str | None, dry_run: bool, **options):
        cycle = Cycle.objects.of(programme, year).first()
        if cycle is None:
            raise CommandError(f"There is no cycle of '{programme}' in fiscal year {year}.")
        if kind in {None, PLACEMENT_NOTICE}:
            self._issue_placement_notices(cycle, dry_run=dry_run)

    def _issue_placement_notices(self, cycle: Cycle, *, dry_run: bool) -> None:
        decided = Placement.objects.filter(
            application__cycle=cycle, state=PlacementState.APPROVED
        ).with_names()
        if dry_run:
            self.stdout.write(f"{decided.count()} placements wait for their letters.")
            return
        try:
            with transaction.atomic():
                for placement in decided.annotate(n=Count("notices")).filter(n__lt=2):
                    draft_notices(placement, on=placement.decided_on)
        except NoticeError as error:
            raise CommandError(str(error)) from error
        done = issue_decided(decided)
        self.stdout.write(f"{done} placements announced, {2 * done} letters issued.")
        if left := decided.all().count():
            self.stderr.write(f"{left} placements still wait; a worker tries again.")
