from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from hosts.duties import answer_survey, forward_survey
from hosts.models import SurveyAnswer
from schedule.models import Cycle
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    LocalGovernmentFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
    coordinator_of,
    relay_officer_of,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


@pytest.fixture
def survey():
    return DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2027))


def test_a_municipality_answers_by_the_date_of_its_prefecture(survey):
    answer = SurveyAnswerFactory(survey=survey)
    person = coordinator_of(answer.government)

    (duty,) = answer_survey(person, TODAY)

    assert (duty.user, duty.due_on) == (person, date(2026, 11, 24))
    with translation.override("en"):
        assert str(duty.url) == f"/en/hosts/survey/{answer.public_id}/"


@pytest.mark.parametrize("kind", ["designated_city", "prefecture"])
def test_who_answers_directly_has_the_later_date(survey, kind):
    direct = PrefectureFactory() if kind == "prefecture" else LocalGovernmentFactory(kind=kind)
    SurveyAnswerFactory(survey=survey, government=direct)

    (duty,) = answer_survey(coordinator_of(direct), TODAY)

    assert duty.due_on == date(2026, 11, 30)


def test_everybody_s_duties_hold_each_person_once(survey):
    answer = SurveyAnswerFactory(survey=survey)
    people = {coordinator_of(answer.government), coordinator_of(answer.government)}
    SurveyAnswerFactory(survey=survey)

    duties = answer_survey(None, TODAY)

    assert {duty.user for duty in duties} == people
    assert len(duties) == 2


@pytest.mark.parametrize("state", ["submitted", "received"])
def test_a_given_answer_is_no_duty(survey, state):
    answer = SurveyAnswerFactory(
        survey=survey, state=state, has_demand=False, submitted_at=timezone.now()
    )

    assert answer_survey(coordinator_of(answer.government), TODAY) == []


def test_a_cycle_that_was_called_off_asks_nothing(survey):
    answer = SurveyAnswerFactory(survey=survey)
    waiting = SurveyAnswerFactory(
        survey=survey, state="submitted", has_demand=False, submitted_at=timezone.now()
    )
    Cycle.objects.update(state=Cycle.State.CALLED_OFF)

    assert answer_survey(coordinator_of(answer.government), TODAY) == []
    assert forward_survey(relay_officer_of(waiting.government.prefecture), TODAY) == []


def test_the_relay_forwards_what_was_submitted(survey):
    prefecture = PrefectureFactory()
    for kind in ["city", "town", "designated_city"]:
        SurveyAnswerFactory(
            survey=survey,
            government=LocalGovernmentFactory(prefecture=prefecture, kind=kind),
            state="submitted",
            has_demand=False,
            submitted_at=timezone.now(),
        )
    officer = relay_officer_of(prefecture)

    (duty,) = forward_survey(officer, TODAY)

    assert (duty.user, duty.due_on, duty.state) == (officer, date(2026, 11, 30), "2")


def test_the_number_of_answers_does_not_change_the_queries(survey, django_assert_num_queries):
    prefecture = PrefectureFactory()
    officer = relay_officer_of(prefecture)
    today = timezone.localdate()
    assert officer.has_role("relay")
    for _turn in range(2):
        SurveyAnswerFactory(
            survey=survey,
            government=LocalGovernmentFactory(prefecture=prefecture),
            state="submitted",
            has_demand=False,
            submitted_at=timezone.now(),
        )
        with django_assert_num_queries(2):
            forward_survey(officer, today)


def test_a_membership_that_ended_has_no_duty(survey):
    answer = SurveyAnswerFactory(survey=survey)
    person = coordinator_of(answer.government)
    person.memberships.update(ends_on=TODAY - timedelta(days=1))

    assert answer_survey(None, TODAY) == []
    assert SurveyAnswer.objects.to_be_answered().count() == 1
