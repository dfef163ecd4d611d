"""Staff take a government off the survey at the moment at which it begins to answer."""

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
import time_machine
from django.test import Client

from hosts import composing, services
from hosts.composing import Way, change_asked
from hosts.models import DemandSurvey, HostRequest, LocalGovernment, SurveyAnswer
from hosts.opening import compose_survey, open_survey
from hosts.services import NotAskedError, start_request
from schedule.models import Cycle
from tests.factories import CycleFactory, LocalGovernmentFactory, coordinator_of
from tests.faults.barrier import at_once
from tests.faults.locks import without_row_locks
from tests.hosts.views.ground import FRIDAY

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4
PATIENCE = 0.5  # seconds: whoever is locked out does not come to the meeting


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(FRIDAY, tick=True):
        yield


def asked(town: LocalGovernment) -> SurveyAnswer:
    """Untouched, in an open survey that asks its prefecture as well."""
    cycle = CycleFactory(fiscal_year=2027)
    compose_survey(cycle)
    survey = DemandSurvey.objects.get(cycle=cycle)
    open_survey(survey, by=None)
    return SurveyAnswer.objects.get(survey=survey, government=town)


def take_off(answer: SurveyAnswer) -> None:
    change_asked(answer.survey, [answer.government], Way.REMOVE, by=None)


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def meeting(monkeypatch: pytest.MonkeyPatch, patience: float) -> None:
    """Both sides wait for each other where they have read and not yet written."""
    both = threading.Barrier(2)

    def met(act: Callable, *, before: bool) -> Callable:
        def acting(*args: Any, **kwargs: Any) -> Any:
            found = None if before else act(*args, **kwargs)
            with suppress(threading.BrokenBarrierError):
                both.wait(patience)
            return act(*args, **kwargs) if before else found

        return acting

    monkeypatch.setattr(composing, "plan_asked", met(composing.plan_asked, before=False))
    monkeypatch.setattr(services, "_move_answer", met(services._move_answer, before=True))


def removed_and_started_at_once(
    town: LocalGovernment, person: Any, patience: float = PATIENCE
) -> tuple[Any, bool, bool, bool]:
    """What became of the start, whether the removal broke, whether the answer is still there, and
    whether it has a request.
    """
    answer = asked(town)
    with pytest.MonkeyPatch.context() as monkeypatch:
        meeting(monkeypatch, patience)
        started, removed = at_once(
            partial(start_request, SurveyAnswer.objects.get(pk=answer.pk), by=person),
            partial(take_off, SurveyAnswer.objects.get(pk=answer.pk)),
        )
    is_there = SurveyAnswer.objects.filter(pk=answer.pk).exists()
    has_begun = HostRequest.objects.filter(answer=answer.pk).exists()
    Cycle.objects.filter(pk=answer.survey.cycle_id).update(
        fiscal_year=1997 + answer.survey_id % 29, state=Cycle.State.CLOSED
    )
    return type(started), isinstance(removed, Exception), is_there, has_begun


BEGUN_OR_TOLD = [(HostRequest, False, True, True), (NotAskedError, False, False, False)]


def test_removed_and_started_at_once_is_either_begun_or_told_that_it_is_not_asked():
    town = LocalGovernmentFactory()
    person = coordinator_of(town)
    for _round in range(ROUNDS):
        assert removed_and_started_at_once(town, person) in BEGUN_OR_TOLD


def test_without_the_lock_a_begun_answer_is_lost_or_one_of_the_two_breaks_control():
    town = LocalGovernmentFactory()
    person = coordinator_of(town)
    with without_row_locks():
        found = removed_and_started_at_once(town, person, patience=30)

    assert found not in BEGUN_OR_TOLD
