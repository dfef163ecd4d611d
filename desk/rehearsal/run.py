"""Starting a rehearsal, in a process that knows neither the portal's database nor its files."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import serializers
from django.db import DatabaseError, transaction

from accounts.models import Organisation
from japan.business_days import roll
from schedule.lgotp import CODE, ensure_lgotp
from schedule.models import FIRST_YEAR, LAST_YEAR, Programme

# All that the process inherits of its caller: where programs and words are found.
INHERITED = ["PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV"]
NOWHERE = "https://rehearsal.invalid"  # a link or a letter of a rehearsal leads to no portal


class RehearsalError(Exception):
    """The rehearsal cannot be held, or a rule was broken in it. The message is for the operator."""


class YearError(RehearsalError):
    """What was asked for is wrong in itself."""


@dataclass(frozen=True)
class Plan:
    """What is going to be played."""

    year: int
    programme: str
    seed: int
    first_day: date
    rows: list[dict[str, Any]]


def plan_of(year: int, programme: str, seed: int) -> Plan:
    """Read the programme as it is set up in the portal; nothing is written."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearError(f"The fiscal year must lie between {FIRST_YEAR} and {LAST_YEAR}.")
    try:
        rows, days = _read(programme, year)
    except DatabaseError as error:
        raise RehearsalError(
            "The portal's database cannot be read; the programme is taken from it."
        ) from error
    if not days:
        raise RehearsalError(f"The programme '{programme}' has no usual year.")
    return Plan(year, programme, seed, min(days), rows)


def _read(programme: str, year: int) -> tuple[list[dict[str, Any]], list[date]]:
    """The programme and the first days of its phases; one that was never set up as it ships."""
    with transaction.atomic():
        if programme == CODE:
            ensure_lgotp()
        found = Programme.objects.filter(code=programme).first()
        if found is None:
            raise RehearsalError(f"There is no programme '{programme}'.")
        phases = list(found.phase_templates.all())
        days = [roll(phase.day_in(year), "after") for phase in phases]
        rows = [
            Organisation.objects.get(pk=found.operator.pk),
            found,
            *phases,
            *found.deadline_templates.all(),
        ]
        plain = json.loads(serializers.serialize("json", rows))
        transaction.set_rollback(True)
    return plain, days


def rehearse(
    plan: Plan,
    to: Path,
    *,
    languages: Sequence[str] = ("ja", "en"),
    modules: Sequence[str] = (),
    say: Callable[[str], None] = print,
) -> None:
    """Play the year and leave its folder at `to`, whole or not at all.

    `modules` are loaded beside the parts of the year, so that a further part (or, in a test, a
    fault) can take part. Raises RehearsalError where `to` cannot be used or a rule was broken; in
    the second case the folder is there, up to that day.
    """
    check_folder(to)
    with _working_folder(to) as work:
        asked = {
            "year": plan.year,
            "seed": plan.seed,
            "first_day": plan.first_day.isoformat(),
            "programme": plan.rows,
            "languages": list(languages),
            "modules": list(modules),
            "work": str(work),
            "out": str(work / "out"),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "desk.rehearsal.child"],
            cwd=settings.BASE_DIR,
            env=environment(work, plan.seed),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(work / "errors").open("w"),
            text=True,
        )
        try:
            _talk(process, asked, say)
            code = process.wait()
        finally:
            process.kill()
            process.wait()
        told = (work / "errors").read_text().strip()
        if not (work / "out").is_dir():
            last = told.splitlines()[-1] if told else f"ended with {code}"
            raise RehearsalError(f"The rehearsal broke off: {last}")
        os.replace(work / "out", to)  # an empty folder of that name is replaced
    if code:
        raise RehearsalError(told)


def _talk(process: subprocess.Popen, asked: dict[str, Any], say: Callable[[str], None]) -> None:
    if process.stdin is None or process.stdout is None:
        raise RehearsalError("The process cannot be talked to.")
    with process.stdin:
        json.dump(asked, process.stdin)
    for line in process.stdout:
        say(line.rstrip())


def environment(work: Path, seed: int) -> dict[str, str]:
    """The whole environment of the process: nothing of the portal's own settings is in it."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return inherited | {
        "LGOTP_ENV": "embedded",
        "PORTAL_DATA_DIR": str(work / "data"),
        "DATABASE_URL": f"sqlite:///{work / 'data' / 'rehearsal.sqlite3'}",
        "SECRET_KEY": f"rehearsal-{seed}",
        "SITE_URL": NOWHERE,
        "DEFAULT_FROM_EMAIL": settings.DEFAULT_FROM_EMAIL,
        "PYTHONHASHSEED": "0",
    }


def check_folder(to: Path) -> None:
    """Refuse a folder that is not empty, or that cannot be made."""
    if to.is_symlink() or (to.exists() and not to.is_dir()):
        raise RehearsalError(f"{to} is no folder.")
    if to.exists() and any(to.iterdir()):
        raise RehearsalError(f"{to} is not empty. Name a new or an empty folder.")
    if not to.parent.is_dir():
        raise RehearsalError(f"There is no folder {to.parent}.")
    if not os.access(to.parent, os.W_OK | os.X_OK):
        raise RehearsalError(f"Nothing can be written into {to.parent}.")


@contextmanager
def _working_folder(to: Path) -> Iterator[Path]:
    """A folder beside the result, for the throw-away database; nothing of it is left."""
    work = Path(tempfile.mkdtemp(prefix=".rehearsal-", dir=to.parent)).resolve()
    (work / "data").mkdir()
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
