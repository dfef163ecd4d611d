"""The first page of hosts and relay officers."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    MembershipFactory,
    ProgrammeFactory,
    SurveyAnswerFactory,
    coordinator_of,
)

from .ground import at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Tuesday 24 November"), ("ja", "11月24日（火）")],
)
def test_home_says_what_to_do_and_until_when(as_coordinator, answer, language, sentence):
    response = as_coordinator.get(at("home", language=language))

    text = response.content.decode()
    assert sentence in text
    assert at("no_demand", answer.public_id, language=language) in text
    (desk,) = response.context["desks"]
    assert (desk.standing.due_on.isoformat(), desk.standing.office_days_left) == ("2026-11-24", 1)


def test_home_without_a_survey_says_what_comes(as_coordinator):
    response = as_coordinator.get(at("home", language="en"))

    assert "There is no demand survey now." in response.content.decode()


def test_home_shows_the_answer_before(as_coordinator, answer, saijo):
    before = SurveyAnswerFactory(
        survey=DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2026, state="closed")),
        government=saijo,
        state="received",
        has_demand=True,
        submitted_at=timezone.now(),
    )
    HostRequestFactory(answer=before, state="filled", countries=["VN"])

    response = as_coordinator.get(at("home", language="en"))

    assert response.context["desks"][0].last_answer == before
    assert "water supply and sewerage" in response.content.decode()


def test_home_shows_each_government_of_a_person(as_coordinator, coordinator, answer, survey, ehime):
    MembershipFactory(user=coordinator, organisation=ehime.organisation, role=Role.COORDINATOR)
    SurveyAnswerFactory(survey=survey, government=ehime)

    response = as_coordinator.get(at("home"))

    assert {desk.government.name for desk in response.context["desks"]} == {"西条市", "愛媛県"}


def test_home_of_a_relay_officer_leads_to_the_relay(as_officer, answer):
    response = as_officer.get(at("home"))

    assert at("relay") in response.content.decode()


def test_home_leads_to_the_answer_that_is_due_first_when_two_cycles_are_open(client):
    programme = ProgrammeFactory()
    government = LocalGovernmentFactory()
    answers = {}
    for year in (2027, 2028):
        survey = DemandSurveyFactory(cycle=CycleFactory(programme=programme, fiscal_year=year))
        answers[year] = SurveyAnswerFactory(survey=survey, government=government)
    client.force_login(coordinator_of(government))

    desk = client.get(reverse("hosts:home")).context["desks"][0]

    assert (desk.answer, desk.former) == (answers[2027], [answers[2028]])


def test_home_says_when_the_placement_was_decided(client):
    answer = SurveyAnswerFactory(state="received", has_demand=True, submitted_at=timezone.now())
    HostRequestFactory(answer=answer, state="filled")
    client.force_login(coordinator_of(answer.government))

    page = client.get(reverse("hosts:home")).content.decode()

    assert "受入れが決定しました。" in page
    assert "募集" not in page.split("<h2", 2)[1]
