from datetime import date

import pytest

from hosts.models import SurveyAnswer
from hosts.opening import open_survey
from tests.factories import CycleFactory, LocalGovernmentFactory

pytestmark = pytest.mark.django_db


def test_open_survey_asks_every_government_that_exists():
    town = LocalGovernmentFactory()
    LocalGovernmentFactory(prefecture=town.prefecture, valid_until=date(2025, 3, 31))
    cycle = CycleFactory()

    open_survey(cycle)

    asked = SurveyAnswer.objects.filter(survey__cycle=cycle)
    assert {answer.government for answer in asked} == {town, town.prefecture}
    assert {answer.state for answer in asked} == {"not_opened"}
