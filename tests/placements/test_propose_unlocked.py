"""The solver works while others go on working on the same cycle."""

from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connection, transaction

from placements.models import MatchRun, Placement
from placements.services import board, place_by_hand, propose
from placements.services.ground import PlacementError, lock_open
from schedule.models import Cycle
from tests.factories import CycleFactory, open_request, staff_member, submitted_application
from trainees.models import Application

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 4


@pytest.fixture
def cycle() -> Cycle:
    cycle = CycleFactory()
    for _n in range(2):
        open_request(cycle, number=1)
        submitted_application(cycle, field="environment", english_level=4)
    return cycle


def while_solving(monkeypatch, cycle: Cycle) -> Callable[[], bool]:
    """Let a colleague place somebody by hand while the solver works; whether they had to wait."""
    staff = staff_member()
    waited: list[bool] = []
    threads: list[Thread] = []
    solve = board.solve

    def colleague() -> None:
        request = cycle.survey.answers.first().requests.get()
        person = Application.objects.filter(cycle=cycle).order_by("number").last()
        try:
            place_by_hand(person, request, reason="They know each other.", by=staff)
        except PlacementError:
            pass  # the control: the proposal came first
        finally:
            connection.close()

    def solve_slowly(*args):
        if not threads:
            threads.append(Thread(target=colleague))
            threads[0].start()
            threads[0].join(SECONDS)
            waited.append(threads[0].is_alive())
        return solve(*args)

    def had_to_wait() -> bool:
        threads[0].join()
        return waited[0]

    monkeypatch.setattr(board, "solve", solve_slowly)
    return had_to_wait


def check_nobody_waits(had_to_wait: Callable[[], bool]) -> None:
    assert not had_to_wait()


def test_nobody_waits_for_the_solver_and_what_they_did_is_in_the_proposal(monkeypatch, cycle):
    had_to_wait = while_solving(monkeypatch, cycle)

    run = propose(cycle, by=None)

    check_nobody_waits(had_to_wait)
    by_hand = Placement.objects.get(run=None)
    fixed = {
        "application": f"A{by_hand.application_id}",
        "request": f"R{by_hand.host_request_id}",
    }
    assert run.input["fixed"] == [fixed]
    assert MatchRun.objects.count() == 1
    assert Placement.objects.seated().count() == 2


def test_under_the_lock_they_wait_control(monkeypatch, cycle):
    """Solving inside the transaction that holds the cycle, as one would write it first."""
    had_to_wait = while_solving(monkeypatch, cycle)

    with transaction.atomic():
        lock_open(cycle)
        propose(cycle, by=None)

    with pytest.raises(AssertionError):
        check_nobody_waits(had_to_wait)


def test_a_problem_that_changes_each_time_is_solved_under_the_lock_at_last(monkeypatch, cycle):
    solve, count = board.solve, []

    def solve_and_change(*args):
        if not connection.in_atomic_block:
            count.append(1)
            submitted_application(cycle, field="environment", english_level=4)
        return solve(*args)

    monkeypatch.setattr(board, "solve", solve_and_change)

    run = propose(cycle, by=None)

    assert len(count) == board.SOLVED_UNLOCKED
    assert len(run.input["applications"]) == 2 + len(count)


def test_the_solver_of_a_closed_cycle_is_refused(cycle):
    Cycle.objects.update(state=Cycle.State.CLOSED)

    with pytest.raises(PlacementError):
        propose(cycle, by=None)

    assert not MatchRun.objects.exists()
