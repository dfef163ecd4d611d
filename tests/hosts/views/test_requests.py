"""The steps of a host request."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import FormDraft
from hosts.models import HostRequest
from hosts.services import start_request
from tests.factories import (
    SurveyAnswerFactory,
    coordinator_of,
)

from .ground import at, demand, step

pytestmark = pytest.mark.django_db


def test_save_and_next_saves_and_leads_on(as_coordinator, host_request):
    response = as_coordinator.post(step(host_request, "demand"), demand(next="1", country_1="TH"))

    host_request.refresh_from_db()
    assert response["Location"] == step(host_request, "conditions")
    assert (host_request.field, host_request.number, host_request.version) == ("tourism", 2, 2)
    assert [wish.country.code for wish in host_request.wished_countries.all()] == ["TH"]


def test_save_the_draft_stays_and_takes_a_half_filled_step(as_coordinator, host_request):
    response = as_coordinator.post(step(host_request, "demand"), demand(save="1", field=""))

    host_request.refresh_from_db()
    assert response["Location"] == step(host_request, "demand")
    assert host_request.field == ""


@pytest.mark.parametrize("number", ["0", "500"])
def test_a_refused_step_comes_back_with_the_typed_values(as_coordinator, host_request, number):
    response = as_coordinator.post(step(host_request, "demand"), demand(next="1", number=number))

    text = response.content.decode()
    host_request.refresh_from_db()
    assert response.status_code == 422
    assert 'href="#id_number"' in text
    assert 'id="id_number_error"' in text
    assert f'value="{number}"' in text
    assert (host_request.number, host_request.field) == (1, "water")


def test_a_forbidden_field_in_a_post_changes_nothing(as_coordinator, host_request, ehime):
    as_coordinator.post(
        step(host_request, "demand"),
        demand(next="1", state="filled", answer="9", public_id="x", government=str(ehime.pk)),
    )

    before = (host_request.answer_id, host_request.public_id)
    host_request.refresh_from_db()
    assert (host_request.answer_id, host_request.public_id) == before
    assert (host_request.state, host_request.answer.state) == ("draft", "draft")


def test_a_file_as_a_form_field_does_no_harm(as_coordinator, host_request):
    values = demand(next="1")
    values["field"] = SimpleUploadedFile("field.txt", b"water")

    response = as_coordinator.post(step(host_request, "demand"), values)

    host_request.refresh_from_db()
    assert response.status_code == 422
    assert host_request.field == "water"


def test_a_stale_step_shows_both_versions_and_saves_when_sent_again(as_coordinator, host_request):
    HostRequest.objects.update(version=2, number=5)

    refused = as_coordinator.post(step(host_request, "demand"), demand(next="1"))

    host_request.refresh_from_db()
    assert refused.status_code == 422
    assert host_request.number == 5
    labels = {str(row["label"]): row["saved"] for row in refused.context["conflicts"]}
    assert "5" in labels.values()
    assert 'name="version" value="2"' in refused.content.decode()
    as_coordinator.post(step(host_request, "demand"), demand(next="1", version="2"))
    host_request.refresh_from_db()
    assert host_request.number == 2


def test_what_was_typed_is_kept_and_restored_until_it_is_saved(as_coordinator, host_request):
    autosave = at("request_autosave", host_request.public_id, "demand")
    response = as_coordinator.post(autosave, demand(number="7", field="water", country_1="VN"))
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")

    page = as_coordinator.get(step(host_request, "demand"))

    assert 'value="7"' in page.content.decode()
    assert [row["typed"] for row in page.context["restored"]["differences"]] == ["7"]
    host_request.refresh_from_db()
    assert host_request.number == 1
    as_coordinator.post(step(host_request, "demand"), demand(next="1", number="7"))
    assert not FormDraft.objects.exists()


def test_a_kept_draft_can_be_forgotten(as_coordinator, host_request):
    as_coordinator.post(at("request_autosave", host_request.public_id, "demand"), demand())

    as_coordinator.post(step(host_request, "demand"), {"forget": "1"})

    assert not FormDraft.objects.exists()
    assert as_coordinator.get(step(host_request, "demand")).context["restored"] is None


def test_a_colleague_does_not_see_what_another_types(client, host_request, coordinator, saijo):
    client.force_login(coordinator)
    client.post(at("request_autosave", host_request.public_id, "demand"), demand(number="7"))

    client.force_login(coordinator_of(saijo))

    assert client.get(step(host_request, "demand")).context["restored"] is None


def test_an_unusual_length_warns_and_is_saved_with_a_reason(as_coordinator, host_request):
    values = {"version": "1", "starts_on": "令和9年5月17日", "ends_on": "2027/8/16", "next": "1"}

    refused = as_coordinator.post(step(host_request, "period"), values)
    taken = as_coordinator.post(
        step(host_request, "period"), {**values, "length_reason": "短期の研修"}
    )

    assert refused.status_code == 422
    assert 'id="id_ends_on_warning"' in refused.content.decode()
    assert taken["Location"] == step(host_request, "treatment")


def test_an_end_before_the_start_is_refused_at_its_field(as_coordinator, host_request):
    response = as_coordinator.post(
        step(host_request, "period"),
        {"version": "1", "starts_on": "2027-05-17", "ends_on": "2027-05-01", "next": "1"},
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["ends_on"]


def test_the_programme_step_saves_both_languages(as_coordinator, host_request):
    as_coordinator.post(
        step(host_request, "programme"),
        {
            "version": "1",
            "theme_ja": "観光",
            "theme_en": "Tourism",
            "aim_ja": "誘客",
            "aim_en": "Guests",
            "next": "1",
        },
    )

    programme = host_request.training_programme
    programme.refresh_from_db()
    assert (programme.theme_ja, programme.theme_en) == ("観光", "Tourism")


def test_discard_keeps_the_request_in_the_history(as_coordinator, host_request):
    for _click in range(2):
        as_coordinator.post(at("request_discard", host_request.public_id))

    host_request.refresh_from_db()
    assert host_request.state == "withdrawn"
    response = as_coordinator.get(step(host_request, "demand"))
    assert response["Location"] == at("answer", host_request.answer.public_id)


def test_a_file_in_place_of_text_erases_nothing(client, survey, saijo):
    answer = SurveyAnswerFactory(survey=survey, government=saijo)
    coordinator = coordinator_of(saijo)
    request = start_request(answer, by=coordinator)
    type(request.training_programme).objects.update(theme_ja="ごみの減量")
    client.force_login(coordinator)

    page = client.post(
        reverse("hosts:request_step", args=[request.public_id, "programme"]),
        {"theme_ja": SimpleUploadedFile("a.txt", b"text"), "version": "1", "save": "1"},
    )

    request.training_programme.refresh_from_db()
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["theme_ja"]
    assert request.training_programme.theme_ja == "ごみの減量"
