"""The last step, which submits."""

import pytest

from accounts.models import User
from hosts.models import TrainingUnit
from hosts.services import start_request, submit_demand
from notices.models import Mail

from .ground import at, demand, step, unit_values

pytestmark = pytest.mark.django_db


def test_confirm_links_each_fault_to_its_step(as_coordinator, answer, coordinator):
    started = start_request(answer, by=coordinator)

    response = as_coordinator.get(step(started, "confirm"))

    assert [fault["url"] for fault in response.context["faults"]] == [
        step(started, "demand") + "#id_field",
        step(started, "period") + "#id_ends_on",
        step(started, "programme") + "#id_theme_ja",
        step(started, "programme") + "#id_aim_ja",
        step(started, "programme") + "#units",
    ]


def test_an_incomplete_request_is_not_submitted(as_coordinator, answer, coordinator):
    started = start_request(answer, by=coordinator)

    response = as_coordinator.post(step(started, "confirm"))

    answer.refresh_from_db()
    assert (response.status_code, answer.state) == (422, "draft")


def test_submit_confirms_and_a_second_submit_doubles_nothing(as_coordinator, host_request, officer):
    first = as_coordinator.post(step(host_request, "confirm"), follow=True)
    second = as_coordinator.post(step(host_request, "confirm"), follow=True)

    answer = host_request.answer
    answer.refresh_from_db()
    assert answer.state == "submitted"
    for response in (first, second):
        assert response.redirect_chain == [(at("answer", answer.public_id), 302)]
        assert officer.name not in response.content.decode()
    assert (answer.moves.count(), Mail.objects.count()) == (1, 2)


def test_the_confirm_page_says_who_gets_a_mail(as_coordinator, host_request, coordinator, officer):
    response = as_coordinator.get(step(host_request, "confirm"))

    assert response.context["mailed"] == [coordinator, officer]


@pytest.mark.parametrize("name", ["demand", "period", "programme", "confirm"])
def test_an_old_tab_after_the_submit_leads_to_the_answer(
    as_coordinator, host_request, coordinator, name
):
    submit_demand(host_request.answer, by=coordinator)

    for method in (as_coordinator.get, as_coordinator.post):
        response = method(step(host_request, name), demand(next="1"))
        assert response["Location"] == at("answer", host_request.answer.public_id)
    autosave = as_coordinator.post(at("request_autosave", host_request.public_id, "demand"))
    assert autosave.status_code == 409
    host_request.refresh_from_db()
    assert host_request.field == "water"


def test_units_of_a_submitted_request_stay_as_they_are(as_coordinator, host_request, coordinator):
    unit = host_request.training_programme.units.get()
    submit_demand(host_request.answer, by=coordinator)

    as_coordinator.post(at("unit_add", host_request.public_id), unit_values())
    as_coordinator.post(at("unit", unit.public_id), unit_values())
    as_coordinator.post(at("unit_delete", unit.public_id))

    unit.refresh_from_db()
    assert (TrainingUnit.objects.count(), unit.weeks) == (1, 16)


@pytest.mark.parametrize("page", ["confirm", "no_demand"])
def test_a_submission_whose_receipt_cannot_be_written_says_so(
    as_coordinator, host_request, coordinator, page
):
    User.objects.filter(pk=coordinator.pk).update(email="no address")
    answer = host_request.answer
    args = [host_request.public_id, "confirm"] if page == "confirm" else [answer.public_id]
    name = "request_step" if page == "confirm" else "no_demand"

    response = as_coordinator.post(at(name, *args, language="en"), follow=True)

    answer.refresh_from_db()
    host_request.refresh_from_db()
    assert "Nothing was changed" in response.content.decode()
    assert (answer.state, host_request.state, answer.moves.count()) == ("draft", "draft", 0)
