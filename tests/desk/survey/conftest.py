"""A survey that is being composed, with three municipalities of one prefecture, and staff."""

import pytest
from django.utils import timezone

from hosts.models import DemandSurvey, LocalGovernment
from hosts.opening import compose_survey
from schedule.models import Cycle
from tests.factories import CycleFactory, LocalGovernmentFactory, PrefectureFactory, staff_member


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
