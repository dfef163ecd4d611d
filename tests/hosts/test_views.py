"""The pages of hosts and relay officers, as people and their browsers use them."""

import uuid
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import FormDraft, Role, User
from hosts.models import HostRequest, SurveyAnswer, TrainingUnit
from hosts.services import lock_request, start_request, submit_demand
from notices.models import Mail
from schedule.models import Cycle
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    MembershipFactory,
    PrefectureFactory,
    ProgrammeFactory,
    SurveyAnswerFactory,
    TrainingUnitFactory,
    coordinator_of,
    member_of,
    relay_officer_of,
    staff_member,
)

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # 10:00 in Japan, four days before the deadline
SESSION_QUERIES = 4  # session, person, memberships, second factor


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


def at(name: str, *args: object, language: str = "ja") -> str:
    with translation.override(language):
        return reverse(f"hosts:{name}", args=args)


def step(host_request: HostRequest, name: str) -> str:
    return at("request_step", host_request.public_id, name)


def demand(**changes: str) -> dict[str, str]:
    return {
        "version": "1",
        "field": "tourism",
        "number": "2",
        "route": "mediated",
        "language": "either",
        "level": "2",
        "country_1": "",
        "country_2": "",
        "country_3": "",
        **changes,
    }


def unit_values(**changes: str) -> dict[str, str]:
    return {
        "version": "1",
        "once": str(uuid.uuid4()),
        "name_ja": "水質検査",
        "site_kind": "own",
        "site_name": "検査室",
        "weeks": "8",
        "hours_per_week": "9",
        **changes,
    }


def queries_of(client, address: str) -> int:
    client.get(address)  # the first request of a session notes when it began
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return len(captured)


# Who reaches what ------------------------------------------------------------


def test_strangers_are_led_to_sign_in(client, host_request):
    addresses = [
        at("home"),
        at("relay"),
        at("answer", host_request.answer.public_id),
        at("request", host_request.public_id),
        step(host_request, "demand"),
    ]

    for address in addresses:
        response = client.get(address)
        assert response.status_code == 302
        assert "/account/login/" in response["Location"]


def test_foreign_rows_are_not_found(client, host_request, ehime):
    unit = host_request.training_programme.units.get()
    reads = [
        at("answer", host_request.answer.public_id),
        at("no_demand", host_request.answer.public_id),
        at("request", host_request.public_id),
        step(host_request, "demand"),
        step(host_request, "confirm"),
        at("unit_add", host_request.public_id),
        at("unit", unit.public_id),
    ]
    posts = [
        at("request_start", host_request.answer.public_id),
        at("request_discard", host_request.public_id),
        at("request_autosave", host_request.public_id, "demand"),
        at("unit_delete", unit.public_id),
        at("relay_act", host_request.answer.public_id),
    ]
    neighbours = [
        coordinator_of(LocalGovernmentFactory(prefecture=ehime)),
        relay_officer_of(PrefectureFactory()),
        member_of(ehime.organisation, Role.REVIEWER),
    ]

    for neighbour in neighbours:
        client.force_login(neighbour)
        assert {client.get(address).status_code for address in reads} == {404}
        assert {client.post(address, {}).status_code for address in posts} == {404}


def test_the_relay_and_staff_read_a_draft_but_change_nothing(client, host_request, officer):
    unit = host_request.training_programme.units.get()
    public_id = host_request.answer.public_id
    for reader in [officer, staff_member()]:
        client.force_login(reader)
        assert client.get(at("answer", public_id)).status_code == 200
        assert client.get(at("request", host_request.public_id)).status_code == 200
        assert client.get(step(host_request, "demand")).status_code == 403
        assert client.get(step(host_request, "confirm")).status_code == 403
        assert client.post(step(host_request, "demand"), demand(next="1")).status_code == 403
        assert client.post(at("request_start", public_id)).status_code == 403
        assert client.post(at("no_demand", public_id)).status_code == 403
        assert client.post(at("unit_delete", unit.public_id)).status_code == 403
        assert (
            client.post(at("request_autosave", host_request.public_id, "demand")).status_code == 403
        )
    host_request.refresh_from_db()
    assert (host_request.field, host_request.version) == ("water", 1)


def test_only_the_relay_acts_as_the_relay(client, host_request, coordinator):
    for person in [coordinator, staff_member()]:
        client.force_login(person)
        assert client.get(at("relay")).status_code == 403
        response = client.post(at("relay_act", host_request.answer.public_id), {"act": "forward"})
        assert response.status_code == 403


def test_home_is_for_hosts_and_relays(client, ehime):
    client.force_login(member_of(ehime.organisation, Role.REVIEWER))

    assert client.get(at("home")).status_code == 403


def test_verbs_answer_only_to_post(as_coordinator, host_request):
    unit = host_request.training_programme.units.get()
    verbs = [
        at("request_start", host_request.answer.public_id),
        at("request_discard", host_request.public_id),
        at("request_autosave", host_request.public_id, "demand"),
        at("unit_delete", unit.public_id),
        at("relay_act", host_request.answer.public_id),
    ]

    assert {as_coordinator.get(address).status_code for address in verbs} == {405}
    assert as_coordinator.post(at("home")).status_code == 405


def test_an_unknown_step_is_not_found(as_coordinator, host_request):
    assert as_coordinator.get(step(host_request, "money")).status_code == 404
    autosave = at("request_autosave", host_request.public_id, "confirm")
    assert as_coordinator.post(autosave).status_code == 404


# Home ------------------------------------------------------------


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


# The answer ------------------------------------------------------------


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


# Steps of a request ------------------------------------------------------------


def test_save_and_next_saves_and_leads_on(as_coordinator, host_request):
    response = as_coordinator.post(step(host_request, "demand"), demand(next="1", country_1="TH"))

    host_request.refresh_from_db()
    assert response["Location"] == step(host_request, "period")
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
    assert taken["Location"] == step(host_request, "programme")


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


# Units ------------------------------------------------------------


def test_a_unit_is_added_once_by_two_clicks(as_coordinator, host_request):
    values = unit_values()

    for _click in range(2):
        response = as_coordinator.post(at("unit_add", host_request.public_id), values)

    assert response["Location"] == step(host_request, "programme") + "#units"
    assert TrainingUnit.objects.filter(name_ja="水質検査").count() == 1


def test_a_unit_is_edited_and_deleted(as_coordinator, host_request):
    unit = host_request.training_programme.units.get()

    as_coordinator.post(at("unit", unit.public_id), unit_values(weeks="10"))
    unit.refresh_from_db()
    assert (unit.weeks, unit.version) == (10, 2)

    as_coordinator.post(at("unit_delete", unit.public_id))
    assert not TrainingUnit.objects.exists()


def test_a_refused_unit_comes_back(as_coordinator, host_request):
    response = as_coordinator.post(
        at("unit_add", host_request.public_id),
        unit_values(weeks="200", postal_code="７９３－８６", name_ja=""),
    )

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"name_ja", "postal_code", "weeks"}
    assert TrainingUnit.objects.count() == 1


def test_the_address_is_looked_up_and_nothing_saved(as_coordinator, host_request):
    unit = host_request.training_programme.units.get()
    values = unit_values(postal_code="7938601", lookup="1", weeks="", instructor="近藤")

    for address in [at("unit_add", host_request.public_id), at("unit", unit.public_id)]:
        response = as_coordinator.post(address, values)
        text = response.content.decode()
        assert response.status_code == 200
        assert "愛媛県西条市" in text
        assert "近藤" in text
    assert TrainingUnit.objects.get() == unit
    unit.refresh_from_db()
    assert unit.address == ""


def test_a_stale_unit_shows_both_versions(as_coordinator, host_request):
    unit = host_request.training_programme.units.get()
    TrainingUnit.objects.update(version=3, weeks=20)

    response = as_coordinator.post(at("unit", unit.public_id), unit_values())

    unit.refresh_from_db()
    assert response.status_code == 422
    assert response.context["conflicts"]
    assert unit.weeks == 20


# Submitting ------------------------------------------------------------


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


# The relay ------------------------------------------------------------


@pytest.fixture
def submitted(host_request, coordinator):
    return submit_demand(host_request.answer, by=coordinator)


@pytest.mark.parametrize(("act", "state"), [("forward", "forwarded"), ("hold", "held")])
def test_the_relay_forwards_or_holds_one_answer(as_officer, submitted, act, state):
    response = as_officer.post(at("relay_act", submitted.public_id), {"act": act})

    submitted.refresh_from_db()
    assert (response["Location"], submitted.state) == (at("relay"), state)


def test_a_return_needs_a_comment(as_officer, submitted, coordinator):
    refused = as_officer.post(at("relay_act", submitted.public_id), {"act": "return"})
    assert refused.status_code == 422
    assert list(refused.context["relay_form"].errors) == ["comment"]

    as_officer.post(
        at("relay_act", submitted.public_id), {"act": "return", "comment": "人数を確認"}
    )

    submitted.refresh_from_db()
    assert submitted.state == "returned"
    assert Mail.objects.filter(purpose="survey_returned", to=coordinator.email).count() == 1


def test_an_act_sent_twice_is_refused_the_second_time(as_officer, submitted):
    as_officer.post(at("relay_act", submitted.public_id), {"act": "forward"})

    response = as_officer.post(at("relay_act", submitted.public_id), {"act": "forward"})

    assert response.status_code == 422
    assert submitted.moves.filter(to_state="forwarded").count() == 1


@pytest.mark.parametrize("act", ["", "receive"])
def test_an_unknown_act_is_refused(as_officer, submitted, act):
    response = as_officer.post(at("relay_act", submitted.public_id), {"act": act})

    assert response.status_code == 422


def test_the_relay_list_counts_filters_and_searches(as_officer, submitted, survey, ehime):
    silent = SurveyAnswerFactory(
        survey=survey,
        government=LocalGovernmentFactory(prefecture=ehime, name="八幡浜市", kana="ヤワタハマシ"),
    )
    SurveyAnswerFactory(
        survey=survey, government=LocalGovernmentFactory(prefecture=ehime, kind="designated_city")
    )
    SurveyAnswerFactory(survey=survey)

    everything = as_officer.get(at("relay"))
    waiting = as_officer.get(at("relay"), {"state": "submitted"})
    found = as_officer.get(at("relay"), {"q": "やわたはま"})
    nothing = as_officer.get(at("relay"), {"q": "\0", "state": "moon", "page": "x"})

    counts = {str(row["state"]): row["n"] for row in everything.context["counts"]}
    assert (counts["submitted"], counts["not_opened"]) == (1, 1)
    assert set(everything.context["page"]) == {submitted, silent}
    assert list(waiting.context["page"]) == [submitted]
    assert list(found.context["page"]) == [silent]
    assert nothing.status_code == 200


def test_the_relay_list_without_a_cycle_says_so(as_officer):
    assert (
        "There is no demand survey" in as_officer.get(at("relay", language="en")).content.decode()
    )


def test_the_relay_list_has_fifty_on_a_page(as_officer, survey, ehime):
    for _n in range(51):
        SurveyAnswerFactory(survey=survey, government=LocalGovernmentFactory(prefecture=ehime))

    page = as_officer.get(at("relay"), {"page": "2"}).context["page"]

    assert (len(page), page.paginator.num_pages) == (1, 2)


# Budgets ------------------------------------------------------------


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


@pytest.mark.parametrize("name", ["demand", "period", "programme", "confirm"])
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


def test_a_label_of_a_unit_is_its_own(as_coordinator, host_request):
    text = as_coordinator.get(
        at("unit_add", host_request.public_id, language="en")
    ).content.decode()

    for label in ["Training site", "Postal code", "Address", "Weeks", "Hours a week"]:
        assert f">{label}<span" in text


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


def test_relay_shows_the_survey_that_is_due_next_when_two_cycles_are_open(client):
    programme = ProgrammeFactory()
    prefecture = PrefectureFactory()
    for year in (2027, 2028):
        DemandSurveyFactory(cycle=CycleFactory(programme=programme, fiscal_year=year))
    client.force_login(relay_officer_of(prefecture))

    page = client.get(reverse("hosts:relay"))
    other = client.get(reverse("hosts:relay"), {"cycle": f"{programme.code}-2028"})
    unknown = client.get(reverse("hosts:relay"), {"cycle": "no-such-cycle"})

    shown = [each.context["cycle"].fiscal_year for each in (page, other, unknown)]
    assert shown == [2027, 2028, 2027]


@pytest.mark.parametrize("state", ["received", "forwarded", "returned"])
@pytest.mark.parametrize("act", ["forward", "hold", "return"])
def test_the_relay_cannot_act_on_what_no_longer_lies_with_it(as_officer, submitted, act, state):
    SurveyAnswer.objects.update(state=state)
    Mail.objects.all().delete()

    response = as_officer.post(
        at("relay_act", submitted.public_id, language="en"), {"act": act, "comment": "人数"}
    )

    submitted.refresh_from_db()
    assert (response.status_code, submitted.state, submitted.moves.count()) == (422, state, 1)
    assert not Mail.objects.exists()
    reason = "can no longer be done" if state == "returned" else "gone on to the operator"
    assert reason in response.content.decode()


def test_the_relay_is_offered_no_act_once_the_cycle_is_over(as_officer, submitted):
    Cycle.objects.update(state="closed")

    shown = as_officer.get(at("answer", submitted.public_id))
    sent = as_officer.post(at("relay_act", submitted.public_id, language="en"), {"act": "forward"})

    assert shown.context["relay_acts"] == []
    assert "This cycle is closed" in sent.content.decode()


def test_a_unit_that_was_deleted_meanwhile_is_not_saved(as_coordinator, host_request, monkeypatch):
    unit = host_request.training_programme.units.get()

    def lock_after_a_colleague(found):
        TrainingUnit.objects.all().delete()
        return lock_request(found)

    monkeypatch.setattr("hosts.views.units.lock_request", lock_after_a_colleague)

    response = as_coordinator.post(
        at("unit", unit.public_id, language="en"), unit_values(), follow=True
    )

    assert response.status_code == 200
    assert "This unit was deleted meanwhile." in response.content.decode()
    assert not TrainingUnit.objects.exists()


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


def test_relay_hides_no_programme_behind_another_with_the_same_deadline(client):
    prefecture = PrefectureFactory()
    for code in ("lgotp", "second"):
        cycle = CycleFactory(programme=ProgrammeFactory(code=code), fiscal_year=2027)
        DemandSurveyFactory(cycle=cycle)
    client.force_login(relay_officer_of(prefecture))

    context = client.get(reverse("hosts:relay")).context

    assert len(context["cycles"]) == 2
    assert context["cycle"] == next(iter(context["cycles"].values()))


def test_relay_of_staff_who_are_also_relay_officers_lists_only_their_prefecture(
    client, submitted, survey, ehime
):
    other = SurveyAnswerFactory(survey=survey)
    person = staff_member()
    MembershipFactory(user=person, organisation=ehime.organisation, role=Role.RELAY)
    client.force_login(person)

    page = client.get(at("relay")).context["page"]

    assert submitted in page
    assert other not in page


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
