"""How many queries the pages take."""

import pytest
from django.utils import timezone

from accounts.models import Role
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    MembershipFactory,
    SurveyAnswerFactory,
    TrainingUnitFactory,
)

from .ground import SESSION_QUERIES, at, queries_of, step

pytestmark = pytest.mark.django_db


def test_the_relay_list_costs_the_same_for_one_and_three_rows(as_officer, submitted, survey, ehime):
    one = queries_of(as_officer, at("relay"))
    for _n in range(2):
        other = SurveyAnswerFactory(
            survey=survey,
            government=LocalGovernmentFactory(prefecture=ehime),
            state="submitted",
            has_demand=True,
            submitted_at=timezone.now(),
        )
        HostRequestFactory(answer=other, state="submitted")

    three = queries_of(as_officer, at("relay"))

    assert one == three <= SESSION_QUERIES + 6


def test_the_answer_costs_the_same_for_one_and_three_requests(as_coordinator, host_request):
    address = at("answer", host_request.answer.public_id)
    one = queries_of(as_coordinator, address)
    for _n in range(2):
        HostRequestFactory(answer=host_request.answer, countries=["VN", "TH"])

    assert one == queries_of(as_coordinator, address) <= SESSION_QUERIES + 6


def test_the_answer_of_the_relay_keeps_to_the_budget(as_officer, submitted):
    assert queries_of(as_officer, at("answer", submitted.public_id)) <= SESSION_QUERIES + 6


def test_the_request_page_keeps_to_the_budget(as_coordinator, host_request):
    address = at("request", host_request.public_id)

    assert queries_of(as_coordinator, address) <= SESSION_QUERIES + 6


@pytest.mark.parametrize(
    "name", ["demand", "conditions", "period", "treatment", "programme", "confirm"]
)
def test_each_step_keeps_to_the_budget(as_coordinator, host_request, officer, name):
    one = queries_of(as_coordinator, step(host_request, name))
    for _n in range(2):
        TrainingUnitFactory(training_programme=host_request.training_programme)

    assert one == queries_of(as_coordinator, step(host_request, name)) <= SESSION_QUERIES + 4


def test_the_unit_page_keeps_to_the_budget(as_coordinator, host_request):
    unit = host_request.training_programme.units.get()

    assert queries_of(as_coordinator, at("unit", unit.public_id)) <= SESSION_QUERIES + 4
    assert queries_of(as_coordinator, at("unit_add", host_request.public_id)) <= SESSION_QUERIES + 4


def test_home_costs_the_same_for_one_and_three_years(
    as_coordinator, coordinator, host_request, saijo, ehime
):
    MembershipFactory(user=coordinator, organisation=ehime.organisation, role=Role.RELAY)
    for year in (2026, 2025, 2024):
        before = SurveyAnswerFactory(
            survey=DemandSurveyFactory(cycle=CycleFactory(fiscal_year=year, state="closed")),
            government=saijo,
            state="received",
            has_demand=True,
            submitted_at=timezone.now(),
        )
        HostRequestFactory(answer=before, state="filled", countries=["VN"])
        if year == 2026:
            one = queries_of(as_coordinator, at("home"))

    assert one == queries_of(as_coordinator, at("home")) <= SESSION_QUERIES + 12
