from datetime import date

import pytest
from django.utils import timezone

from hosts.standing import standing_of
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    LocalGovernmentFactory,
    SurveyAnswerFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "state", "station"),
    [
        ("city", "not_opened", "own"),
        ("city", "submitted", "relay"),
        ("city", "held", "relay"),
        ("city", "forwarded", "operator"),
        ("designated_city", "submitted", "operator"),
        ("city", "returned", "own"),
    ],
)
def test_standing_of_names_the_station(kind, state, station):
    answer = SurveyAnswerFactory(
        government=LocalGovernmentFactory(kind=kind),
        state=state,
        has_demand=False,
        submitted_at=timezone.now(),
    )

    assert standing_of(answer, date(2026, 11, 20)).station == station


def test_standing_of_counts_the_days_on_which_offices_work():
    survey = DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2027))
    answer = SurveyAnswerFactory(survey=survey)

    standing = standing_of(answer, date(2026, 11, 20))

    assert (standing.due_on, standing.office_days_left) == (date(2026, 11, 24), 1)
    assert not standing.is_late
    assert standing_of(answer, date(2026, 11, 25)).is_late
