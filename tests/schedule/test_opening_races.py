"""A cycle opened twice at once, or by somebody who dies over it: one complete cycle, or none."""

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from hosts.models import LocalGovernment, SurveyAnswer
from schedule.lgotp import ensure_lgotp
from schedule.models import Cycle, Deadline, Phase, Programme
from schedule.services import ScheduleError, open_cycle
from tests.factories import LocalGovernmentFactory
from tests.faults.barrier import at_once, failures
from tests.faults.locks import without_row_locks
from tests.faults.processes import environment
from tests.servers import ROOT, database_url

pytestmark = pytest.mark.django_db(transaction=True)

YEAR = 2030


class Died(BaseException):
    """The process ends here; nothing of ours catches it."""


def digest(year: int) -> str:
    """What a cycle consists of, without the numbers of its rows and the moment of its opening."""
    rows: list[Any] = list(
        Cycle.objects.filter(fiscal_year=year).values_list("fiscal_year", "state", "arrival_on")
    )
    rows += (
        Phase.objects.filter(cycle__fiscal_year=year)
        .order_by("kind")
        .values_list("kind", "starts_on", "ends_on")
    )
    rows += (
        Deadline.objects.filter(cycle__fiscal_year=year)
        .order_by("code")
        .values_list("code", "phase", "audience", "name_ja", "name_en", "due_on", "version")
    )
    rows += (
        SurveyAnswer.objects.filter(survey__cycle__fiscal_year=year)
        .order_by("government__code")
        .values_list("government__code", "state", "has_demand")
    )
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()


def undisturbed(programme: Programme) -> str:
    """The digest of a cycle that opened in peace; nothing of it is left."""
    with transaction.atomic():
        open_cycle(programme, YEAR)
        found = digest(YEAR)
        transaction.set_rollback(True)
    return found


@contextmanager
def dying_at(number: int) -> Iterator[None]:
    """The process dies before its n-th query."""
    seen = 0

    def count(execute: Callable, *arguments: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == number:
            raise Died
        return execute(*arguments)

    with connection.execute_wrapper(count):
        yield


def check_complete_after_deaths(opening: Callable[[Programme, int], Any]) -> int:
    """Die at every query in turn, open again: always the cycle of an undisturbed run."""
    programme = ensure_lgotp()
    LocalGovernmentFactory.create_batch(3)
    expected = undisturbed(programme)
    number = 0
    while True:
        number += 1
        try:
            with dying_at(number):
                opening(programme, YEAR)
        except Died:
            pass
        else:
            assert digest(YEAR) == expected
            return number - 1
        assert not Cycle.objects.filter(fiscal_year=YEAR).exists(), f"half a cycle at {number}"
        open_cycle(programme, YEAR)
        assert digest(YEAR) == expected, f"another cycle after a death at query {number}"
        forget_cycles()


def forget_cycles() -> None:
    for cycle in Cycle.objects.all():
        SurveyAnswer.objects.filter(survey__cycle=cycle).delete()
        cycle.survey.delete()
        cycle.delete()


def test_dying_at_any_query_leaves_no_cycle_and_the_next_run_opens_the_same():
    assert check_complete_after_deaths(open_cycle) >= 6


def test_without_the_transaction_a_death_leaves_half_a_cycle():
    with without_row_locks(), pytest.raises(AssertionError, match="half a cycle"):
        check_complete_after_deaths(open_cycle.__wrapped__)


def check_opened_once(results: list[Any], programme: Programme, year: int) -> None:
    """One has opened it, the other is told in words; there is one complete cycle."""
    refused = failures(results)
    assert len(refused) == len(results) - 1
    assert {type(error) for error in refused} == {ScheduleError}
    (cycle,) = Cycle.objects.filter(fiscal_year=year)
    assert cycle.phases.count() == programme.phase_templates.count()
    assert cycle.deadlines.count() == programme.deadline_templates.count()
    assert cycle.survey.answers.count() == LocalGovernment.objects.count()


def test_a_cycle_opened_twice_at_once_is_one_complete_cycle():
    programme = ensure_lgotp()
    LocalGovernmentFactory.create_batch(3)
    for year in range(2030, 2050):
        results = at_once(*[partial(open_cycle, programme, year)] * 2)

        check_opened_once(results, programme, year)


def test_without_the_lock_the_second_opening_meets_an_error_of_the_database():
    programme = ensure_lgotp()
    broken = 0
    with without_row_locks():
        for year in range(2030, 2040):
            results = at_once(*[partial(open_cycle, programme, year)] * 2)
            try:
                check_opened_once(results, programme, year)
            except AssertionError:
                broken += 1

    assert broken > 0


def test_the_command_run_twice_at_once_on_an_empty_database_ships_one_programme():
    results = at_once(*[lambda: call_command("open_cycle", "2030")] * 2)

    assert [type(error) for error in failures(results)] == [CommandError]
    assert (Programme.objects.count(), Cycle.objects.count()) == (1, 1)


OPEN_AND_DIE = """
import os, signal, sys
import django; django.setup()
from django.core.management import call_command
from django.db import connection
left = int(sys.argv[1])
def count(execute, *arguments):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(*arguments)
with connection.execute_wrapper(count):
    call_command("open_cycle", "2030")
"""


def test_a_killed_command_run_again_opens_the_cycle_of_an_undisturbed_run():
    expected = undisturbed(ensure_lgotp())
    env = environment(DATABASE_URL=database_url(), DJANGO_SETTINGS_MODULE="lgotp.settings")
    ends = []
    for number in (5, 9):
        command = [sys.executable, "-c", OPEN_AND_DIE, str(number)]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False)
        ends.append(done.returncode)
        assert not Cycle.objects.exists()

    call_command("open_cycle", str(YEAR))

    assert ends == [-signal.SIGKILL] * 2
    assert digest(YEAR) == expected
