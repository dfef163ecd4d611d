"""The round of a relay: its date, its opinion, and what the operator sees of it."""

from datetime import date

import pytest
from django.template.loader import render_to_string

from accounts.models import Membership
from hosts.duties import answer_survey
from hosts.models import DemandSurvey, RelayRound, SurveyAnswer
from hosts.relaying import reason_against, set_priorities
from hosts.services import HostError
from notices.models import Mail
from tests.factories import (
    LocalGovernmentFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)

from .ground import SESSION_QUERIES, at, queries_of

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
OWN = date(2026, 11, 21)


def round_at(name: str, prefecture, year: int = 2027, language: str = "ja") -> str:
    return at(f"relay_{name}", "lgotp", year, prefecture.code, language=language)


def set_day(client, prefecture, day: str, version: str = "", text: str = ""):
    values = {"own_due_on": day, "text_ja": text, "version": version}
    return client.post(round_at("round", prefecture), values)


def round_of(prefecture) -> RelayRound:
    return RelayRound.objects.get(relay=prefecture)


@pytest.mark.parametrize(
    "typed", ["2026-11-21", "2026年11月21日", "令和8年11月21日", "令和８年１１月２１日"]
)
def test_the_relay_asks_for_the_answers_earlier(client, answer, officer, coordinator, ehime, typed):
    client.force_login(officer)
    client.get(round_at("round", ehime))
    response = set_day(client, ehime, typed, text="早めの提出に御協力ください。")

    assert response["Location"] == at("relay") + "?cycle=lgotp-2027"
    assert round_of(ehime).own_due_on == OWN
    (duty,) = answer_survey(coordinator, TODAY)
    assert duty.due_on == OWN
    mail = Mail.objects.get(purpose="relay_day")
    assert mail.to == coordinator.email
    for words in ("2026年11月21日", "2026年11月24日", "早めの提出に御協力ください。"):
        assert words in mail.body
    client.force_login(coordinator)
    home = client.get(at("home")).content.decode()
    assert "愛媛県" in home
    for day in ("2026-11-21", "早めの提出に御協力ください。"):
        assert day in home


def test_both_dates_stand_on_the_home_page(client, answer, coordinator, ehime, survey):
    RelayRound.objects.create(survey=survey, relay=ehime, own_due_on=OWN)
    client.force_login(coordinator)

    page = client.get(at("home", language="en"))

    (desk,) = page.context["desks"]
    assert (desk.standing.due_on, desk.standing.survey_due_on) == (OWN, date(2026, 11, 24))
    assert "This is the date of Ehime Prefecture; the survey itself ends on" in (
        page.content.decode()
    )


@pytest.mark.parametrize(
    ("day", "word"),
    [
        ("2026-11-19", "past"),
        ("2026-11-25", "ends on"),
        ("2026-02-30", ""),
        ("いつか", ""),
        ("2026-11-21\0", ""),
        ("9" * 300, ""),
    ],
)
def test_a_day_that_cannot_be_is_refused_at_its_field(as_officer, answer, ehime, day, word):
    values = {"own_due_on": day, "version": ""}
    response = as_officer.post(round_at("round", ehime, language="en"), values)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["own_due_on"]
    assert word in response.content.decode()
    assert not RelayRound.objects.exists()
    assert not Mail.objects.exists()


@pytest.mark.parametrize("text", ["<b>急ぎ</b>", "a\0b", "x" * 4001])
def test_a_hostile_text_is_refused(as_officer, answer, ehime, text):
    response = set_day(as_officer, ehime, "2026-11-21", text=text)

    assert (response.status_code, RelayRound.objects.count()) == (422, 0)


def test_the_same_date_again_mails_nobody(as_officer, answer, coordinator, ehime):
    set_day(as_officer, ehime, "2026-11-21")
    set_day(as_officer, ehime, "2026-11-21", version="2", text="よろしくお願いします。")

    assert round_of(ehime).text_ja == "よろしくお願いします。"
    assert Mail.objects.filter(purpose="relay_day").count() == 1


def test_who_has_submitted_is_not_mailed(as_officer, submitted, ehime):
    page = as_officer.get(round_at("round", ehime, language="en"))
    set_day(as_officer, ehime, "2026-11-21")

    assert "No mail is sent" in page.content.decode()
    assert not Mail.objects.filter(purpose="relay_day").exists()


def test_a_changed_date_makes_the_earlier_mail_needless(as_officer, answer, coordinator, ehime):
    set_day(as_officer, ehime, "2026-11-21")
    set_day(as_officer, ehime, "2026-11-22", version="2")

    first, second = Mail.objects.filter(purpose="relay_day").order_by("pk")
    assert reason_against(first) is not None
    assert reason_against(second) is None


def test_two_officers_set_it_at_once_and_see_both_versions(client, answer, officer, ehime):
    client.force_login(officer)
    set_day(client, ehime, "2026-11-21")
    client.force_login(relay_officer_of(ehime))

    response = set_day(client, ehime, "2026-11-22")  # from a page opened before

    assert (response.status_code, round_of(ehime).own_due_on) == (422, OWN)
    labels = [str(row["label"]) for row in response.context["conflicts"]]
    assert len(labels) == 1


def test_a_date_of_the_survey_that_was_moved_earlier_counts(answer, coordinator, survey, ehime):
    RelayRound.objects.create(survey=survey, relay=ehime, own_due_on=date(2026, 11, 23))
    survey.cycle.deadlines.filter(code="survey-municipality").update(due_on=OWN)

    (duty,) = answer_survey(coordinator, TODAY)

    assert duty.due_on == OWN


def test_an_extension_counts_more_than_the_relays_date(answer, coordinator, survey, ehime):
    RelayRound.objects.create(survey=survey, relay=ehime, own_due_on=OWN)
    SurveyAnswer.objects.update(extended_until=date(2026, 12, 4), extension_reason="議会日程")

    (duty,) = answer_survey(coordinator, TODAY)

    assert duty.due_on == date(2026, 12, 4)


def test_who_answers_directly_knows_no_date_of_the_prefecture(survey, ehime):
    city = LocalGovernmentFactory(prefecture=ehime, kind="designated_city")
    SurveyAnswerFactory(survey=survey, government=city)
    RelayRound.objects.create(survey=survey, relay=ehime, own_due_on=OWN)

    (duty,) = answer_survey(coordinator_of(city), TODAY)

    assert duty.due_on == date(2026, 11, 30)


def test_the_date_follows_the_relay_of_the_answer(survey, answer, coordinator, ehime):
    other = PrefectureFactory()
    RelayRound.objects.create(survey=survey, relay=other, own_due_on=OWN)
    SurveyAnswer.objects.filter(pk=answer.pk).update(relay=other)

    (duty,) = answer_survey(coordinator, TODAY)

    assert duty.due_on == OWN


@pytest.mark.parametrize("name", ["round", "remark", "order", "operator", "letters"])
def test_the_pages_of_a_round_are_for_its_own_officers(client, answer, survey, ehime, name):
    for person, status in [
        (relay_officer_of(PrefectureFactory()), 404),
        (coordinator_of(answer.government), 404),
        (staff_member(), 404),
        (relay_officer_of(ehime), 200),
    ]:
        client.force_login(person)
        assert client.get(round_at(name, ehime)).status_code == status
        assert client.get(round_at(name, ehime, 2031)).status_code == 404


@pytest.mark.parametrize("name", ["round", "remark", "order", "operator", "letters"])
def test_a_relay_whose_membership_has_just_ended_finds_nothing(as_officer, answer, ehime, name):
    as_officer.get(round_at(name, ehime))
    Membership.objects.update(ends_on=date(2026, 11, 19))

    assert as_officer.get(round_at(name, ehime)).status_code == 302  # and is told why
    assert set_day(as_officer, ehime, "2026-11-21").status_code in {403, 404}
    assert not RelayRound.objects.exists()


def test_a_survey_that_is_not_open_yet_has_no_round(as_officer, answer, ehime):
    DemandSurvey.objects.update(opened_at=None)

    assert as_officer.get(round_at("round", ehime)).status_code == 404


def test_nothing_of_a_closed_survey_is_changed(as_officer, submitted, survey, ehime):
    survey.closed_at = survey.opened_at
    survey.save()

    set_day(as_officer, ehime, "2026-11-21")
    as_officer.post(round_at("remark", ehime), {"remark": "遅い", "version": ""})
    as_officer.post(round_at("order", ehime), {f"place-{submitted.public_id}": "1"})
    as_officer.post(at("relay_answer_remark", submitted.public_id), {"relay_remark": "遅い"})
    as_officer.post(at("relay_act", submitted.public_id), {"act": "forward"})

    submitted.refresh_from_db()
    assert (submitted.state, submitted.relay_remark, submitted.relay_priority) == (
        "submitted",
        "",
        None,
    )
    assert not RelayRound.objects.exclude(own_due_on=None, remark="").exists()


# Opinion --------------------------------------------------------------------------------------


@pytest.fixture
def three(survey, ehime, submitted):
    """Three answers with demand, the first of them Saijo's."""
    others = [
        SurveyAnswerFactory(
            survey=survey,
            government=LocalGovernmentFactory(prefecture=ehime),
            state="submitted",
            has_demand=True,
            submitted_at=submitted.submitted_at,
        )
        for _n in range(2)
    ]
    return [submitted, *others]


def places(answers) -> list[int | None]:
    return [SurveyAnswer.objects.get(pk=answer.pk).relay_priority for answer in answers]


def order(answers, *typed: str) -> dict[str, str]:
    """What the page sends: each place as it is typed and as it was shown."""
    found = {}
    for answer, was, place in zip(answers, places(answers), typed, strict=True):
        found[f"place-{answer.public_id}"] = place
        found[f"initial-place-{answer.public_id}"] = "" if was is None else str(was)
    return found


def test_the_order_is_given_on_one_page_with_gaps_and_swapped(as_officer, three, ehime):
    as_officer.post(round_at("order", ehime), order(three, "１", "2", ""))
    assert places(three) == [1, 2, None]

    as_officer.post(round_at("order", ehime), order(three, "2", "1", "10"))
    assert places(three) == [2, 1, 10]

    as_officer.post(round_at("order", ehime), order(three, "10", "2", "1"))
    assert places(three) == [10, 2, 1]


@pytest.mark.parametrize(
    "typed", [("1", "1", "2"), ("0", "1", "2"), ("x", "1", "2"), ("1000",) * 3]
)
def test_a_wrong_order_changes_no_place_at_all(as_officer, three, ehime, typed):
    as_officer.post(round_at("order", ehime), order(three, "1", "2", "3"))

    response = as_officer.post(round_at("order", ehime), order(three, *typed))

    assert (response.status_code, places(three)) == (422, [1, 2, 3])


def test_a_page_opened_before_undoes_no_colleagues_place(as_officer, three, ehime):
    before = order(three, "", "", "5")
    as_officer.post(round_at("order", ehime), order(three, "1", "2", ""))

    as_officer.post(round_at("order", ehime), before)
    assert places(three) == [1, 2, 5]

    stale = {
        **before,
        f"place-{three[0].public_id}": "9",
        f"initial-place-{three[2].public_id}": "5",
    }
    refused = as_officer.post(round_at("order", ehime), stale)
    assert (refused.status_code, places(three)) == (422, [1, 2, 5])


def test_a_place_taken_meanwhile_changes_nothing(three, survey, ehime):
    round_ = RelayRound.objects.create(survey=survey, relay=ehime)
    set_priorities(round_, {three[0].pk: 1})
    with pytest.raises(HostError):
        set_priorities(round_, {three[1].pk: 1, three[2].pk: 2})

    assert places(three) == [1, None, None]


def test_what_was_received_keeps_its_place_and_remark(as_officer, three, ehime):
    as_officer.post(round_at("order", ehime), order(three, "1", "2", "3"))
    SurveyAnswer.objects.filter(pk=three[0].pk).update(state="received")

    moved = as_officer.post(round_at("order", ehime), order(three, "4", "2", "3"))
    said = as_officer.post(
        at("relay_answer_remark", three[0].public_id), {"relay_remark": "追記", "version": "2"}
    )

    assert (moved.status_code, said.status_code) == (422, 302)
    assert places(three) == [1, 2, 3]
    assert SurveyAnswer.objects.get(pk=three[0].pk).relay_remark == ""


def test_the_remark_is_for_the_operator_and_not_for_the_municipality(
    client, officer, coordinator, three, ehime
):
    answer = three[0]
    client.force_login(officer)
    version = str(SurveyAnswer.objects.get(pk=answer.pk).version)
    client.post(
        at("relay_answer_remark", answer.public_id),
        {"relay_remark": "優先的な配置を希望", "version": version},
    )
    client.post(round_at("remark", ehime), {"remark": "県も協力する", "version": ""})
    seen = client.get(round_at("operator", ehime)).content.decode()
    client.force_login(coordinator)
    pages = [
        at("answer", answer.public_id),
        at("home"),
        at("request", answer.requests.get().public_id),
    ]
    hidden = "".join(client.get(page).content.decode() for page in pages)
    client.force_login(staff_member())
    desk = client.get(f"/admin/answers/{answer.public_id}/").content.decode()
    relay = client.get(f"/admin/relays/lgotp/2027/{ehime.code}/").content.decode()

    assert "優先的な配置を希望" in seen
    assert "県も協力する" in seen
    assert "優先的な配置を希望" in desk
    assert "優先的な配置を希望" in relay
    assert "県も協力する" in relay
    assert "優先的な配置を希望" not in hidden
    assert "県も協力する" not in hidden


def test_the_relay_sees_what_the_desk_sees(client, officer, three, ehime):
    client.force_login(officer)
    own = client.get(round_at("operator", ehime)).context
    client.force_login(staff_member())
    desk = client.get(f"/admin/relays/lgotp/2027/{ehime.code}/").context

    assert [each.pk for each in own["answers"]] == [each.pk for each in desk["answers"]]
    assert own["counts"] == desk["counts"]
    names = ["round", "answers", "counts", "letters"]
    seen = [
        render_to_string(
            "hosts/_operator_view.html",
            {name: context[name] for name in names} | {"is_relay": True},
        )
        for context in (own, desk)
    ]
    assert seen[0] == seen[1]


@pytest.mark.parametrize("name", ["round", "remark", "order", "operator", "letters"])
def test_a_page_of_the_round_costs_the_same_for_one_and_three(
    as_officer, submitted, survey, ehime, name
):
    one = queries_of(as_officer, round_at(name, ehime))
    for _n in range(2):
        SurveyAnswerFactory(
            survey=survey,
            government=LocalGovernmentFactory(prefecture=ehime),
            state="submitted",
            has_demand=True,
            submitted_at=submitted.submitted_at,
        )

    assert one == queries_of(as_officer, round_at(name, ehime)) <= SESSION_QUERIES + 6
