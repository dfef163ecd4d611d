"""Propose placements for a cycle, or solve a given instance."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import cast

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from placements.matching import InstanceError
from placements.matching.files import run_file
from placements.matching.solver import Mode
from placements.services import PlacementError, propose
from schedule.lgotp import CODE
from schedule.models import Cycle, MatchingMode


class Command(BaseCommand):
    help = (
        "Propose placements for the cycle of a fiscal year, or solve an instance from a file. "
        "Examples: manage.py match 2027 --dry-run; manage.py match --input P.json --output S.json"
    )

    def add_arguments(self, parser):
        parser.add_argument("year", type=int, nargs="?", help="fiscal year of arrival")
        parser.add_argument("--programme", default=CODE, help="code of the programme")
        parser.add_argument("--dry-run", action="store_true", help="print it, write nothing")
        parser.add_argument("--input", type=Path, help="an instance as JSON")
        parser.add_argument("--output", type=Path, help="where its solution is written")
        parser.add_argument("--mode", choices=MatchingMode.values, help="optimal, or stable")

    def handle(self, *args, year, programme, dry_run, input, output, mode, **options):
        if input or output:
            if not (input and output) or year:
                raise CommandError("Give --input and --output together, and no year.", returncode=2)
            self._solve_file(input, output, mode or MatchingMode.OPTIMAL)
        elif year:
            self._propose(programme, year, mode, dry_run=dry_run)
        else:
            raise CommandError("Give a fiscal year, or --input and --output.", returncode=2)

    def _solve_file(self, source: Path, target: Path, mode: str) -> None:
        try:
            run_file(source, target, cast(Mode, mode))
        except InstanceError as error:
            for fault in error.faults:
                self.stderr.write(fault)
            sys.exit(2)
        except OSError as error:
            raise CommandError(str(error)) from error

    def _propose(self, programme: str, year: int, mode: str | None, *, dry_run: bool) -> None:
        cycle = Cycle.objects.of(programme, year).first()
        if cycle is None:
            raise CommandError(f"There is no cycle of '{programme}' in fiscal year {year}.")
        # A dry run is taken back as a whole; else others go on working while the solver does.
        with transaction.atomic() if dry_run else nullcontext():
            try:
                run = propose(cycle, by=None, mode=mode)
            except PlacementError as error:
                raise CommandError(str(error)) from error
            for row in run.output["placements"]:
                self.stdout.write(f"{row['application']} → {row['request']}")
            for row in run.output["unplaced"]:
                self.stdout.write(f"{row['application']} unplaced: {row['detail']}")
            for row in run.output["unfilled"]:
                self.stdout.write(f"{row['request']} {row['seats']} empty: {row['detail']}")
            if dry_run:
                transaction.set_rollback(True)
        self.stdout.write(f"{len(run.output['placements'])} placements proposed, mode {run.mode}.")
