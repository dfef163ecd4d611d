"""Composing a survey and opening it, page by page."""

import pytest
from django.urls import reverse
from django.utils import timezone

from hosts.models import DemandSurvey, LocalGovernment, SurveyQuestion
from hosts.opening import compose_survey
from schedule.models import Cycle
from tests.factories import (
    CycleFactory,
    LocalGovernmentFactory,
    PrefectureFactory,
    staff_member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = staff_member(language="en")
    client.force_login(user)
    return client


@pytest.fixture
def ehime() -> LocalGovernment:
    return PrefectureFactory()


@pytest.fixture
def towns(ehime) -> list[LocalGovernment]:
    return LocalGovernmentFactory.create_batch(3, prefecture=ehime)


@pytest.fixture
def cycle(towns) -> Cycle:
    cycle = CycleFactory(fiscal_year=timezone.localdate().year + 2)
    compose_survey(cycle)
    return cycle


@pytest.fixture
def survey(cycle) -> DemandSurvey:
    return DemandSurvey.objects.get(cycle=cycle)


def at(name: str, survey: DemandSurvey, *more: object) -> str:
    cycle = survey.cycle
    return reverse(f"desk:{name}", args=[cycle.programme.code, cycle.fiscal_year, *more])


def question_of(survey: DemandSurvey, position: int, **values) -> SurveyQuestion:
    values = {"label_ja": f"質問{position}", "label_en": f"Question {position}", **values}
    return SurveyQuestion.objects.create(survey=survey, position=position, **values)


YES_NO = [{"key": "y", "ja": "はい", "en": "Yes"}, {"key": "n", "ja": "いいえ", "en": "No"}]
PAGES = [
    "survey_compose",
    "survey_text",
    "survey_deadlines",
    "survey_preview",
    "survey_open",
    "survey_asked",
    "survey_relays",
    "survey_questions",
    "survey_question_add",
]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_there_in_both_languages(client, survey, name, language):
    client.force_login(staff_member(language=language))
    question_of(survey, 1, kind="choice", choices=YES_NO)

    assert client.get(at(name, survey)).status_code == 200
