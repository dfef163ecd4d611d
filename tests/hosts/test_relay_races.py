"""Two officers of one relay at the same moment: an answer goes on or comes back, never both."""

from functools import partial
from typing import Any

import pytest
from django.db import OperationalError

from hosts.models import FieldComment, RelayRound, SurveyAnswer
from hosts.relaying import forward_many, set_priorities
from hosts.services import HostError, forward_answer, return_by_relay, submit_no_demand
from notices.models import Mail
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    LocalGovernmentFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
    UserFactory,
    coordinator_of,
)
from tests.faults.barrier import at_once, failures
from tests.faults.locks import without_row_locks

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 6


def waiting(number: int, year: int) -> list[SurveyAnswer]:
    """Answers of one relay that wait for its officers."""
    prefecture = PrefectureFactory()
    survey = DemandSurveyFactory(cycle=CycleFactory(fiscal_year=year))
    answers = []
    for _n in range(number):
        city = LocalGovernmentFactory(prefecture=prefecture)
        answer = SurveyAnswerFactory(survey=survey, government=city)
        submit_no_demand(answer, reason="", by=coordinator_of(city))
        answers.append(answer)
    Mail.objects.all().delete()
    return answers


def fresh(answer: SurveyAnswer) -> SurveyAnswer:
    return SurveyAnswer.objects.get(pk=answer.pk)


def forward_against_return(year: int) -> None:
    (answer,) = waiting(1, year)
    officers = [UserFactory(), UserFactory()]

    results: list[Any] = at_once(
        lambda: forward_answer(fresh(answer), by=officers[0]),
        lambda: return_by_relay(fresh(answer), reason="人数", by=officers[1]),
    )

    lost = failures(results)
    assert [type(each) for each in lost] == [HostError]
    moves = [move.to_state for move in answer.moves.order_by("pk")]
    assert moves == ["submitted", fresh(answer).state]
    mails = Mail.objects.filter(purpose="survey_returned").count()
    assert mails == (1 if fresh(answer).state == "returned" else 0)


def test_a_forward_and_a_return_at_once_leave_one_of_them():
    for year in range(2030, 2030 + ROUNDS):
        Mail.objects.all().delete()
        forward_against_return(year)


def many_against_returns(year: int) -> None:
    """One officer forwards all together while another returns one of them."""
    answers = waiting(3, year)
    officers = [UserFactory(), UserFactory()]

    results: list[Any] = at_once(
        lambda: forward_many([fresh(each) for each in answers], by=officers[0]),
        lambda: return_by_relay(fresh(answers[1]), reason="人数", by=officers[1]),
    )

    states = [fresh(each).state for each in answers]
    assert (states[0], states[2]) == ("forwarded", "forwarded")
    done, left = results[0]
    assert len(done) + len(left) == 3
    if states[1] == "returned":
        assert not failures(results)
        assert [answer.pk for answer, _reason in left] == [answers[1].pk]
    else:
        assert [type(each) for each in failures(results)] == [HostError]
    for answer in answers:
        assert answer.moves.count() == 2


def test_forwarding_many_while_one_is_returned_leaves_that_one():
    for year in range(2030, 2030 + ROUNDS // 2):
        many_against_returns(year)


def same_many_twice(year: int) -> None:
    answers = waiting(2, year)

    results: list[Any] = at_once(
        *[
            partial(forward_many, [fresh(each) for each in answers], by=UserFactory())
            for _officer in range(2)
        ]
    )

    assert not failures(results)
    assert sum(len(done) for done, _left in results) == 2
    assert [answer.moves.filter(to_state="forwarded").count() for answer in answers] == [1, 1]


def test_two_officers_forward_the_same_answers_once():
    for year in range(2030, 2030 + ROUNDS // 2):
        same_many_twice(year)


def order_at_once(year: int) -> None:
    """Two officers give one place to two answers: all of one order stands, and nothing of both."""
    answers = waiting(2, year)
    round_ = RelayRound.objects.create(survey=answers[0].survey, relay=answers[0].relay)

    results: list[Any] = at_once(
        *[
            partial(set_priorities, round_, {one.pk: 1, other.pk: 2})
            for one, other in (answers, answers[::-1])
        ]
    )

    assert not failures(results)
    assert sorted(fresh(each).relay_priority or 0 for each in answers) == [1, 2]


def test_two_orders_at_once_leave_one_of_them_whole():
    for year in range(2030, 2030 + ROUNDS // 2):
        order_at_once(year)


def test_without_the_lock_an_answer_is_forwarded_and_returned():
    broken = 0
    with without_row_locks():
        for year in range(2030, 2030 + ROUNDS):
            Mail.objects.all().delete()
            FieldComment.objects.all().delete()
            try:
                forward_against_return(year)
            except (AssertionError, OperationalError):
                broken += 1

    assert broken > 0
