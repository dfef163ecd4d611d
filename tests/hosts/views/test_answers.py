"""The page of an answer, and “no demand”."""

import uuid

import pytest

from hosts.models import HostRequest
from notices.models import Mail

from .ground import at, step

pytestmark = pytest.mark.django_db


def test_a_request_is_started_once_by_two_clicks(as_coordinator, answer):
    key = {"once": str(uuid.uuid4())}

    first = as_coordinator.post(at("request_start", answer.public_id), key)
    second = as_coordinator.post(at("request_start", answer.public_id), key)

    started = HostRequest.objects.get()
    assert first["Location"] == second["Location"] == step(started, "demand")


def test_no_demand_is_answered_with_one_form(as_coordinator, answer, officer):
    address = at("no_demand", answer.public_id)
    assert as_coordinator.get(address).status_code == 200

    response = as_coordinator.post(address, {"no_demand_reason": ""})

    answer.refresh_from_db()
    assert response["Location"] == at("answer", answer.public_id)
    assert (answer.state, answer.has_demand) == ("submitted", False)
    assert set(Mail.objects.values_list("purpose", flat=True)) == {
        "survey_receipt",
        "survey_arrived",
    }


def test_no_demand_refuses_ten_thousand_characters(as_coordinator, answer):
    response = as_coordinator.post(
        at("no_demand", answer.public_id), {"no_demand_reason": "あ" * 10_000}
    )

    answer.refresh_from_db()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["no_demand_reason"]
    assert answer.state == "not_opened"


def test_no_demand_a_second_time_says_it_was_submitted(as_coordinator, answer):
    address = at("no_demand", answer.public_id)
    as_coordinator.post(address, {})

    response = as_coordinator.post(address, {}, follow=True)

    assert response.redirect_chain[0][0] == at("answer", answer.public_id)
    assert answer.moves.count() == 1


def test_markup_in_a_text_is_shown_as_text(as_coordinator, host_request):
    programme = host_request.training_programme
    programme.theme_ja = "<script>alert(1)</script>"
    programme.save()

    for address in [
        at("answer", host_request.answer.public_id),
        at("request", host_request.public_id),
        step(host_request, "programme"),
        step(host_request, "confirm"),
    ]:
        text = as_coordinator.get(address).content.decode()
        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;alert(1)" in text
