"""A city of Ehime with its survey, and the people who act for both, on a Friday."""

import pytest
import time_machine
from django.utils import translation

from hosts.services import submit_demand
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
    coordinator_of,
    relay_officer_of,
)

from .ground import FRIDAY


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(FRIDAY, tick=False), translation.override("ja"):
        yield


@pytest.fixture
def ehime():
    return PrefectureFactory(name="愛媛県", romaji="Ehime")


@pytest.fixture
def saijo(ehime):
    return LocalGovernmentFactory(name="西条市", romaji="Saijo", prefecture=ehime)


@pytest.fixture
def survey():
    return DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2027))


@pytest.fixture
def answer(survey, saijo):
    return SurveyAnswerFactory(survey=survey, government=saijo)


@pytest.fixture
def host_request(answer):
    answer.state = "draft"
    answer.save()
    return HostRequestFactory(answer=answer, countries=["VN"])


@pytest.fixture
def coordinator(saijo):
    return coordinator_of(saijo)


@pytest.fixture
def officer(ehime):
    return relay_officer_of(ehime)


@pytest.fixture
def as_coordinator(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def as_officer(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def submitted(host_request, coordinator):
    return submit_demand(host_request.answer, by=coordinator)
