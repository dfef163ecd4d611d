"""Encrypt every encrypted column anew with the first key of FIELD_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...rotating import CannotRotate, encrypted_models, rotate


class Command(BaseCommand):
    help = (
        "Encrypts what an older key of FIELD_KEYS has encrypted with the first one, and makes the "
        "columns anew by which equal values are found. It may run beside the portal, be stopped "
        "and be started again. Example: manage.py rotate_field_keys --dry-run"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, write nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        old = 0
        for model in encrypted_models():
            try:
                done = rotate(model, dry_run=dry_run)
            except CannotRotate as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{done.label:<40} {done.old} of {done.rows}")
            old += done.old
        if dry_run:
            self.stdout.write(f"{old} rows have a value of an older key; nothing was written.")
        else:
            self.stdout.write(f"{old} rows were encrypted anew. Nothing is left of an older key.")
