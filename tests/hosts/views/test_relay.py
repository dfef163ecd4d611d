"""What relay officers do with the answers of their municipalities."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from hosts.comments import Said
from hosts.models import DemandSurvey, LocalGovernment, SurveyAnswer
from hosts.services import return_by_relay
from notices.models import Mail
from schedule.models import Cycle
from schedule.vocabulary import DeadlineCode
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    LocalGovernmentFactory,
    MembershipFactory,
    PrefectureFactory,
    ProgrammeFactory,
    SurveyAnswerFactory,
    relay_officer_of,
    staff_member,
)

from .ground import at

pytestmark = pytest.mark.django_db
ROUND = "?cycle=lgotp-2027"


@pytest.mark.parametrize(("act", "state"), [("forward", "forwarded"), ("hold", "held")])
def test_the_relay_forwards_or_holds_one_answer(as_officer, submitted, act, state):
    typed = {"act": act, "comment": "受入部署に確認中"}

    response = as_officer.post(at("relay_act", submitted.public_id), typed)

    submitted.refresh_from_db()
    assert (response["Location"], submitted.state) == (at("relay") + ROUND, state)


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


def test_an_answer_is_held_for_a_reason(as_officer, submitted):
    refused = as_officer.post(at("relay_act", submitted.public_id), {"act": "hold", "comment": " "})

    submitted.refresh_from_db()
    assert (refused.status_code, submitted.state) == (422, "submitted")
    assert list(refused.context["relay_form"].errors) == ["comment"]


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


def test_the_list_says_of_each_town_what_was_said_and_whether_its_day_was_kept(
    as_officer, submitted, coordinator, officer, survey, ehime
):
    day = survey.cycle.deadlines.get(code=DeadlineCode.SURVEY_MUNICIPALITY).due_on
    merged = {"survey": survey, "has_demand": False, "state": "forwarded"}
    towns = [LocalGovernmentFactory(prefecture=ehime) for _n in range(3)]
    late = datetime.combine(day + timedelta(days=1), time(9), tzinfo=UTC)
    rows = [
        SurveyAnswerFactory(government=towns[0], submitted_at=late, **merged),
        SurveyAnswerFactory(survey=survey, government=towns[1]),
    ]
    said = [Said(None, "no_demand", "no_demand_reason", "理由を御記入ください。")]
    return_by_relay(submitted, reason="人数を確認", comments=said, by=officer)

    with time_machine.travel(late, tick=False):
        as_officer.force_login(officer)
        page = as_officer.get(at("relay"))

    found = {row.pk: row for row in page.context["page"]}
    shown = [found[each.pk] for each in (submitted, *rows)]
    assert [row.kept for row in shown] == ["", "late", "overdue"]
    assert [row.said_last for row in shown] == ["人数を確認", None, None]
    assert [row.comment_count for row in shown] == [1, None, None]
    assert (shown[0].request_count, shown[0].seats) == (1, 1)
    text = page.content.decode()
    assert "人数を確認" in text
    for each in shown:
        office = each.government.organisation.public_id
        assert reverse("hosts:people", args=[office]) in text
        assert as_officer.get(reverse("hosts:people", args=[office])).status_code == 200


def test_what_an_older_name_finds_says_which_it_was(as_officer, submitted, ehime):
    saijo = submitted.government
    ended = {"prefecture": ehime, "valid_until": date(2004, 10, 31)}
    toyo = LocalGovernmentFactory(name="東予市", kana="トウヨシ", romaji="Toyo", **ended)
    town = LocalGovernmentFactory(name="丹原町", kana="タンバラチョウ", romaji="Tanbara", **ended)
    LocalGovernment.objects.filter(pk=town.pk).update(successor=toyo)
    LocalGovernment.objects.filter(pk=toyo.pk).update(successor=saijo)

    def names(q: str) -> list[str]:
        return [row.former_name for row in as_officer.get(at("relay"), {"q": q}).context["page"]]

    assert [names("東予"), names("たんばら"), names("西条"), names("高知")] == [
        ["東予市"],
        ["丹原町"],
        [""],
        [],
    ]
    assert "旧東予市" in as_officer.get(at("relay"), {"q": "東予"}).content.decode()
    found = as_officer.get(reverse("hosts:take_over"), {"q": "東予"}).context["found"]
    assert [(each.name, each.former_name) for each in found] == [("西条市", "東予市")]
    own = as_officer.get(reverse("hosts:take_over"), {"q": "西条"}).context["found"]
    assert [(each.name, each.former_name) for each in own] == [("西条市", "")]


def test_the_relay_list_without_a_cycle_says_so(as_officer):
    assert (
        "There is no demand survey" in as_officer.get(at("relay", language="en")).content.decode()
    )


def test_the_relay_list_has_fifty_on_a_page(as_officer, survey, ehime):
    for _n in range(51):
        SurveyAnswerFactory(survey=survey, government=LocalGovernmentFactory(prefecture=ehime))

    page = as_officer.get(at("relay"), {"page": "2"}).context["page"]

    assert (len(page), page.paginator.num_pages) == (1, 2)


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
    reason = "lies with the government" if state == "returned" else "gone on to the operator"
    assert reason in response.content.decode()


def test_the_relay_is_offered_no_act_once_the_cycle_is_over(as_officer, submitted):
    Cycle.objects.update(state="closed")

    shown = as_officer.get(at("answer", submitted.public_id))
    sent = as_officer.post(at("relay_act", submitted.public_id, language="en"), {"act": "forward"})

    assert shown.context["relay_acts"] == []
    assert "This cycle is closed" in sent.content.decode()


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


# A town without access -------------------------------------------------------------------------


def entry(**changes: str) -> dict[str, str]:
    typed = {"channel": "paper", "received_on": "令和8年11月19日", "note": "企画課から郵送"}
    return {**typed, **changes}


def test_the_relay_answers_for_a_town_without_access(as_officer, answer, officer):
    assert as_officer.get(at("no_demand", answer.public_id)).status_code == 403

    started = as_officer.post(at("relay_entry", answer.public_id), entry())
    page = as_officer.get(at("no_demand", answer.public_id))
    shown = as_officer.get(at("relay", language="en")).content.decode()

    answer.refresh_from_db()
    assert (started["Location"], page.status_code) == (at("answer", answer.public_id), 200)
    assert (answer.channel, answer.entered_by) == ("paper", officer)
    assert "on paper" in shown

    as_officer.post(at("relay_entry_end", answer.public_id))
    assert as_officer.get(at("no_demand", answer.public_id)).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channel", ""),
        ("channel", "portal"),
        ("channel", "pigeon"),
        ("received_on", ""),
        ("received_on", "2026-11-21"),
        ("note", ""),
        ("note", "<b>x</b>"),
        ("note", "x" * 301),
        ("note", "a\0b"),
    ],
)
def test_an_entry_that_says_too_little_is_refused(as_officer, answer, field, value):
    response = as_officer.post(at("relay_entry", answer.public_id), entry(**{field: value}))

    answer.refresh_from_db()
    assert (response.status_code, answer.channel) == (422, "portal")
    assert list(response.context["form"].errors) == [field]


def test_nobody_enters_what_was_submitted(as_officer, submitted):
    response = as_officer.post(at("relay_entry", submitted.public_id), entry())

    submitted.refresh_from_db()
    assert (response.status_code, submitted.channel) == (302, "portal")


def test_after_its_deadline_the_list_says_what_can_still_be_done_and_whom_to_call(
    as_officer, submitted, officer, survey
):
    due_on = survey.cycle.deadlines.get(code=DeadlineCode.SURVEY_RELAY).due_on
    late = datetime.combine(due_on + timedelta(days=1), time(3), tzinfo=UTC)
    english = at("relay", language="en")
    before = as_officer.get(english).content.decode()
    with time_machine.travel(late, tick=False):
        as_officer.force_login(officer)
        after = as_officer.get(english).content.decode()

    said = "You can still forward and return until the survey is closed."
    assert [said in page for page in (before, after)] == [False, True]
    assert survey.cycle.programme.contact_telephone in after


def test_once_the_survey_is_closed_no_page_of_the_relay_asks_for_anything(
    as_officer, submitted, survey, ehime
):
    DemandSurvey.objects.update(closed_at=timezone.now())
    cycle = survey.cycle
    key = [cycle.programme.code, cycle.fiscal_year, ehime.code]
    pages = [
        at("relay", language="en"),
        at("answer", submitted.public_id, language="en"),
        at("relay_order", *key, language="en"),
        at("relay_round", *key, language="en"),
    ]

    texts = [as_officer.get(page).content.decode() for page in pages]

    for text in texts:
        assert "Nothing can be forwarded, held, returned or changed here any more." in text
        assert cycle.programme.contact_telephone in text
    assert "The survey is closed. 1 answer still lies with you." in texts[0]
    assert "Please check and forward" not in texts[0]
    assert "Save the order" not in texts[2]


def test_a_comment_that_comes_too_late_is_shown_to_be_copied(as_officer, submitted):
    as_officer.post(at("relay_act", submitted.public_id), {"act": "forward"})
    typed = {"act": "return", "comment": "人数を御確認ください。"}

    page = as_officer.post(at("relay_act", submitted.public_id), typed)

    assert page.status_code == 422
    assert "<p>人数を御確認ください。</p>" in page.content.decode()
