"""Ties, treatment, co-hosts, copying and the page after the deadline, as people use them."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import FormDraft, Membership
from hosts.models import (
    CoHost,
    DemandSurvey,
    HostRequest,
    HostRequestQuerySet,
    SurveyAnswer,
    Tie,
    Treatment,
)
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    SurveyAnswerFactory,
    TieFactory,
    coordinator_of,
)

from .ground import SESSION_QUERIES, at, queries_of, step

pytestmark = pytest.mark.django_db

TIE = {"kind": "memorandum", "partner_en": "Hue City", "partner_ja": "ﾌｴ市", "country": "VN"}
LATE = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)


@pytest.fixture
def last_year(saijo):
    answer = SurveyAnswerFactory(
        survey=DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2026, state="closed")),
        government=saijo,
        state="received",
        has_demand=True,
        submitted_at=timezone.now(),
    )
    request = HostRequestFactory(answer=answer, state="filled", countries=["VN"])
    Treatment.objects.create(host_request=request, rent_yen=20_000, lodging_kind="rented")
    return answer


# Ties -------------------------------------------------------------------------------------------


def test_a_tie_is_entered_with_an_era_year_and_a_document(as_coordinator, saijo):
    document = SimpleUploadedFile("覚書.txt", "覚書".encode(), content_type="text/plain")
    values = {**TIE, "government": saijo.code, "since": "平成３１年４月１日", "document": document}

    response = as_coordinator.post(at("tie_add"), values)

    assert response["Location"] == at("ties")
    tie = Tie.objects.get()
    assert (tie.partner_ja, tie.since_on, tie.since_year) == ("フエ市", date(2019, 4, 1), 2019)
    given = as_coordinator.get(at("tie_document", tie.public_id))
    assert (given.content.decode(), given["X-Content-Type-Options"]) == ("覚書", "nosniff")
    page = as_coordinator.get(at("ties", language="en")).content.decode()
    assert "Hue City" in page
    assert "1 April 2019" in page


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"partner_en": ""}, "partner_en"),
        ({"partner_en": "<b>Hue</b>"}, "partner_en"),
        ({"partner_en": "a\x00b"}, "partner_en"),
        ({"partner_en": "x" * 5000}, "partner_en"),
        ({"country": "XX"}, "country"),
        ({"country": "JP"}, "country"),
        ({"kind": "marriage"}, "kind"),
        ({"since": "1700"}, "since"),
        ({"since": "2099"}, "since"),
        ({"since": "sometime"}, "since"),
        ({"since": "2010", "until": "2009-03-31"}, "until"),
    ],
)
def test_a_wrong_tie_is_refused_at_its_field(as_coordinator, saijo, changes, refused):
    response = as_coordinator.post(at("tie_add"), {**TIE, "government": saijo.code, **changes})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [refused]
    assert not Tie.objects.exists()


def test_a_program_as_document_is_refused_and_nothing_is_saved(as_coordinator, saijo):
    document = SimpleUploadedFile("agreement.pdf", b"MZ\x90\x00" + b"\x00" * 200)

    response = as_coordinator.post(
        at("tie_add"), {**TIE, "government": saijo.code, "document": document}
    )

    assert response.status_code == 422
    assert list(response.context["document_form"].errors) == ["document"]
    assert not Tie.objects.exists()


def test_the_same_tie_is_not_entered_twice_while_it_holds(as_coordinator, saijo):
    values = {**TIE, "government": saijo.code}
    as_coordinator.post(at("tie_add"), values)

    again = as_coordinator.post(at("tie_add"), {**values, "partner_en": "hue city"})

    assert list(again.context["form"].errors) == ["partner_en"]
    Tie.objects.update(until=date(2020, 1, 1))
    assert as_coordinator.post(at("tie_add"), values).status_code == 302


def test_a_tie_of_another_government_is_not_entered_or_seen(as_coordinator, ehime):
    foreign = TieFactory()

    refused = as_coordinator.post(at("tie_add"), {**TIE, "government": foreign.government.code})

    assert list(refused.context["form"].errors) == ["government"]
    assert foreign.partner_ja not in as_coordinator.get(at("ties")).content.decode()
    for name in ("tie", "tie_end", "tie_document"):
        assert as_coordinator.get(at(name, foreign.public_id)).status_code == 404


def test_a_tie_that_a_request_names_is_ended_and_never_deleted(as_coordinator, host_request, saijo):
    tie = TieFactory(government=saijo)
    HostRequest.objects.update(tie=tie)

    as_coordinator.post(at("tie_remove", tie.public_id))
    as_coordinator.post(at("tie_end", tie.public_id), {"until": "令和8年3月31日"})

    tie.refresh_from_db()
    assert tie.until == date(2026, 3, 31)
    assert (
        tie.partner_ja in as_coordinator.get(at("request", host_request.public_id)).content.decode()
    )


def test_a_tie_is_changed_and_keeps_its_government(as_coordinator, saijo, ehime):
    tie = TieFactory(government=saijo)
    values = {**TIE, "version": "1", "government": ehime.code, "since": "昭和60年5月18日"}

    response = as_coordinator.post(at("tie", tie.public_id), values)

    assert response.status_code == 302
    tie.refresh_from_db()
    assert (tie.government, tie.kind, tie.since_on) == (saijo, "memorandum", date(1985, 5, 18))


def test_a_mistaken_entry_is_taken_out_with_its_page(as_coordinator, saijo):
    tie = TieFactory(government=saijo)

    as_coordinator.post(at("tie_remove", tie.public_id))

    assert not Tie.objects.exists()
    assert as_coordinator.post(at("tie_remove", tie.public_id)).status_code == 404


def test_the_register_keeps_to_its_budget(as_coordinator, saijo):
    TieFactory(government=saijo)
    one = queries_of(as_coordinator, at("ties"))
    for _n in range(2):
        TieFactory(government=saijo)

    assert one == queries_of(as_coordinator, at("ties")) <= SESSION_QUERIES + 6


# Treatment --------------------------------------------------------------------------------------


def test_last_years_treatment_fills_what_is_empty_and_saves_nothing(
    as_coordinator, host_request, last_year
):
    typed = {"rent_yen": "30000", "take": "1"}

    page = as_coordinator.post(step(host_request, "treatment"), typed)

    form = page.context["form"]
    assert page.status_code == 200
    assert (form["rent_yen"].value(), form["lodging_kind"].value()) == ("30000", "rented")
    assert not Treatment.objects.filter(host_request=host_request).exists()
    assert FormDraft.objects.get().values["rent_yen"] == ["30000"]


def test_a_treatment_is_saved_and_read_on_the_request(as_coordinator, host_request):
    values = {"allowance_per": "day", "allowance_from_yen": "４，７００", "next": "1"}

    response = as_coordinator.post(step(host_request, "treatment"), values)

    assert response["Location"] == step(host_request, "programme")
    page = as_coordinator.get(at("request", host_request.public_id, language="en"))
    assert "¥4,700 a day" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "field"),
    [("demand", "own_selection_reason"), ("conditions", "other_languages"),
     ("period", "co_host_1_part"), ("treatment", "met_by_ja")],
)  # fmt: skip
def test_what_is_typed_in_each_step_comes_back_after_the_session_ended(
    client, coordinator, host_request, name, field
):
    client.force_login(coordinator)
    page = client.get(step(host_request, name))
    values = {bound.html_name: bound.value() or "" for bound in page.context["form"]}
    client.cookies["sessionid"] = ""
    ended = client.post(step(host_request, name), {**values, field: "同じ言葉", "save": "1"})
    assert ended.status_code == 302

    client.force_login(coordinator)
    client.post(at("request_autosave", host_request.public_id, name), {**values, field: "同じ言葉"})

    assert "同じ言葉" in client.get(step(host_request, name)).content.decode()


# Co-hosts ---------------------------------------------------------------------------------------


@pytest.fixture
def partner(host_request):
    government = LocalGovernmentFactory(name="今治市", romaji="Imabari")
    CoHost.objects.create(host_request=host_request, government=government, part_ja="防災訓練")
    return government


def test_a_co_host_reads_the_request_and_no_more(client, host_request, partner):
    client.force_login(coordinator_of(partner))

    page = client.get(at("request", host_request.public_id))

    assert page.status_code == 200
    assert at("answer", host_request.answer.public_id) not in page.content.decode()
    assert client.get(at("answer", host_request.answer.public_id)).status_code == 404
    assert client.get(step(host_request, "demand")).status_code == 403
    autosave = at("request_autosave", host_request.public_id, "demand")
    assert client.post(autosave, {"number": "9"}).status_code == 403


def test_a_co_host_finds_the_request_on_its_home_page(client, host_request, partner, survey):
    SurveyAnswerFactory(survey=survey, government=partner)
    client.force_login(coordinator_of(partner))

    page = client.get(at("home")).content.decode()

    assert at("request", host_request.public_id) in page
    assert "防災訓練" in page


def test_a_government_that_is_not_named_sees_nothing(client, host_request, partner):
    CoHost.objects.all().delete()
    client.force_login(coordinator_of(partner))

    assert client.get(at("request", host_request.public_id)).status_code == 404


def test_without_the_rule_of_visible_rows_the_check_fails_control(
    client, host_request, partner, monkeypatch
):
    monkeypatch.setattr(HostRequestQuerySet, "visible_to", lambda rows, user: rows)

    with pytest.raises(AssertionError):
        test_a_government_that_is_not_named_sees_nothing(client, host_request, partner)


# Copying ----------------------------------------------------------------------------------------


def test_last_years_answer_is_copied_from_home_in_one_click(as_coordinator, answer, last_year):
    page = as_coordinator.get(at("home")).content.decode()
    assert at("answer_copy", answer.public_id) in page

    for _click in range(2):
        response = as_coordinator.post(
            at("answer_copy", answer.public_id), {"source": str(last_year.public_id)}
        )

    assert response["Location"] == at("answer", answer.public_id)
    assert answer.requests.count() == 1


def test_no_demand_of_last_year_is_shown_again_and_submitted_by_hand(
    as_coordinator, answer, last_year
):
    SurveyAnswer.objects.filter(pk=last_year.pk).update(has_demand=False, no_demand_kind="budget")

    response = as_coordinator.post(
        at("answer_copy", answer.public_id), {"source": str(last_year.public_id)}
    )

    assert response["Location"] == at("no_demand", answer.public_id)
    form = as_coordinator.get(response["Location"]).context["form"]
    assert form["no_demand_kind"].value() == "budget"
    answer.refresh_from_db()
    assert answer.state == "not_opened"


def test_only_an_answer_of_ones_own_is_copied(as_coordinator, answer):
    foreign = SurveyAnswerFactory(state="received", has_demand=True, submitted_at=timezone.now())
    for source in (str(foreign.public_id), str(answer.public_id), "x", ""):
        as_coordinator.post(at("answer_copy", answer.public_id), {"source": source})

    assert not HostRequest.objects.exists()


# No demand, deadlines, ended memberships --------------------------------------------------------


def test_no_demand_takes_two_clicks_and_keeps_the_usual_reason(as_coordinator, answer):
    assert at("no_demand", answer.public_id) in as_coordinator.get(at("home")).content.decode()

    as_coordinator.post(at("no_demand", answer.public_id), {"no_demand_kind": "capacity"})

    answer.refresh_from_db()
    assert (answer.state, answer.has_demand, answer.no_demand_kind) == (
        "submitted",
        False,
        "capacity",
    )


@pytest.mark.parametrize("kind", ["boredom", "<b>", "x" * 500])
def test_an_unknown_reason_is_refused(as_coordinator, answer, kind):
    page = as_coordinator.post(at("no_demand", answer.public_id), {"no_demand_kind": kind})

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["no_demand_kind"])


def test_after_the_deadline_the_page_says_what_can_still_be_done_and_whom_to_call(
    as_coordinator, officer, answer
):
    officer.telephone = "089-912-2310 内線 2310"
    officer.save()
    with time_machine.travel(LATE, tick=False):
        as_coordinator.force_login(coordinator_of(answer.government))
        home = as_coordinator.get(at("home", language="en")).content.decode()
        page = as_coordinator.get(at("answer", answer.public_id, language="en")).content.decode()
        as_coordinator.post(at("no_demand", answer.public_id), {})
        late = as_coordinator.get(at("answer", answer.public_id, language="en")).content.decode()

    assert "The deadline was" in home
    assert "You can still answer until the survey is closed" in page
    assert officer.email in page
    assert 'href="tel:0899122310">089-912-2310 内線 2310</a>' in page
    assert answer.survey.cycle.programme.contact_telephone in page
    assert "after the deadline" in late


def test_after_the_survey_was_closed_nothing_is_taken_and_the_page_says_whom_to_call(
    as_coordinator, officer, host_request
):
    DemandSurvey.objects.update(closed_at=timezone.now())
    answer = host_request.answer

    tried = as_coordinator.post(step(host_request, "treatment"), {"rent_yen": "1", "next": "1"})
    copied = as_coordinator.post(at("answer_copy", answer.public_id), {"source": "x"})
    page = as_coordinator.get(at("answer", answer.public_id, language="en")).content.decode()

    assert (tried.status_code, copied.status_code) == (302, 302)
    assert not Treatment.objects.exists()
    assert "This answer can no longer be given or changed here." in page
    assert officer.email in page


def test_a_membership_that_ended_a_minute_ago_opens_nothing(client, coordinator, host_request):
    client.force_login(coordinator)
    Membership.objects.update(ends_on=timezone.localdate() - timedelta(days=1))

    pages = [step(host_request, name) for name in ("conditions", "treatment")]
    pages += [at("ties"), at("tie_add")]

    assert {client.get(page).status_code for page in pages} <= {302, 403, 404}
