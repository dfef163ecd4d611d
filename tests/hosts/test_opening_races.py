"""Two people open the survey at the same moment: it is opened once, and everybody is told once."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from hosts.models import DemandSurvey
from hosts.opening import compose_survey, open_survey
from notices.models import Mail
from tests.factories import CycleFactory, LocalGovernmentFactory, UserFactory, coordinator_of
from tests.faults.barrier import at_once, failures
from tests.faults.locks import without_row_locks

pytestmark = pytest.mark.django_db(transaction=True)


def open_twice_at_once(year: int) -> tuple[DemandSurvey, list[Any]]:
    """Both clicks, each with what its page then says of the opening."""
    cycle = CycleFactory(fiscal_year=year)
    compose_survey(cycle)

    def click(minute: int, by: Any) -> tuple[datetime | None, int | None]:
        survey = DemandSurvey.objects.get(cycle=cycle)
        open_survey(survey, by=by, at=datetime(2026, 9, 1, 9, minute, tzinfo=UTC))
        return survey.opened_at, survey.opened_by_id

    results = at_once(*[partial(click, minute, UserFactory()) for minute in (1, 2)])
    return DemandSurvey.objects.get(cycle=cycle), results


def check_opened_once(survey: DemandSurvey, results: list[Any]) -> None:
    assert not failures(results)
    assert set(results) == {(survey.opened_at, survey.opened_by_id)}


def test_two_clicks_at_once_open_the_survey_once():
    coordinator_of(LocalGovernmentFactory())
    for place, year in enumerate(range(2030, 2040), start=1):
        check_opened_once(*open_twice_at_once(year))

        assert Mail.objects.count() == place


def test_without_the_lock_the_second_click_opens_it_again():
    coordinator_of(LocalGovernmentFactory())
    broken = 0
    with without_row_locks():
        for year in range(2030, 2040):
            try:
                check_opened_once(*open_twice_at_once(year))
            except AssertionError:
                broken += 1

    assert broken > 0
