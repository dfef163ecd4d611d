"""Queue the reminders of a day."""

from datetime import date

from django.core.management.base import BaseCommand
from django.utils import timezone

from schedule.reminders import queue_reminders


class Command(BaseCommand):
    help = (
        "Queue the reminders that are due; what was queued before is left alone. "
        "Example: manage.py send_reminders --on 2026-11-23 --dry-run"
    )

    def add_arguments(self, parser):
        parser.add_argument("--on", type=date.fromisoformat, help="the day, today if left out")
        parser.add_argument("--dry-run", action="store_true", help="show them, write nothing")

    def handle(self, *args, on: date | None, dry_run: bool, **options):
        on = on or timezone.localdate()
        reminders = queue_reminders(on, dry_run=dry_run)
        for duty, stage in reminders:
            self.stdout.write(f"{duty.user.email} {duty.code} {duty.due_on} {stage}")
        done = "would be queued" if dry_run else "queued"
        self.stdout.write(f"{on}: {len(reminders)} reminders {done}.")
