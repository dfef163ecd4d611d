"""The survey's own questions as a coordinator meets them."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accounts.models import FormDraft, Membership
from accounts.templatetags.portal import full_day
from hosts import questions
from hosts.models import SurveyAnswer, SurveyQuestion, SurveyReply
from hosts.questions import replies_of, with_questions
from hosts.services import HostError, submit_demand, submit_no_demand
from tests.factories import (
    HostRequestFactory,
    LocalGovernmentFactory,
    SurveyAnswerFactory,
    coordinator_of,
)

from .ground import SESSION_QUERIES, at, queries_of, step

pytestmark = pytest.mark.django_db

YES_NO = [{"key": "y", "ja": "はい", "en": "Yes"}, {"key": "n", "ja": "いいえ", "en": "No"}]


def question_of(survey, position: int, **values) -> SurveyQuestion:
    values = {"label_ja": f"質問{position}", "label_en": f"Question {position}", **values}
    return SurveyQuestion.objects.create(survey=survey, position=position, **values)


@pytest.fixture
def answer(host_request) -> SurveyAnswer:
    return host_request.answer


@pytest.fixture
def lodging(answer) -> SurveyQuestion:
    return question_of(answer.survey, 1, kind="choice", choices=YES_NO, is_needed=True)


@pytest.fixture
def rooms(answer, lodging) -> SurveyQuestion:
    """Asked only of those who have lodging."""
    return question_of(
        answer.survey,
        2,
        kind="number",
        least=1,
        most=20,
        is_needed=True,
        shown_if=lodging,
        shown_if_value="y",
    )


def stored(answer: SurveyAnswer) -> dict[int, str]:
    return dict(answer.replies.values_list("question__position", "value"))


def send(client, answer: SurveyAnswer, *, act: str = "next", **values: str):
    answer.refresh_from_db()
    data = {"version": str(answer.version), act: "1", **values}
    return client.post(at("questions", answer.public_id), data)


def test_replies_are_kept_normalised(as_coordinator, answer, lodging, rooms):
    day = question_of(answer.survey, 3, kind="date")
    words = question_of(answer.survey, 4)

    done = send(
        as_coordinator,
        answer,
        **{
            lodging.field_name: "y",
            rooms.field_name: "１２",
            day.field_name: "令和９年４月１日",
            words.field_name: " 職員住宅 ",
        },
    )

    assert done.status_code == 302
    assert done["Location"] == step(answer.requests.get(), "confirm")
    assert stored(answer) == {1: "y", 2: "12", 3: "2027-04-01", 4: "職員住宅"}
    page = as_coordinator.get(at("answer", answer.public_id)).content.decode()
    assert "職員住宅" in page
    assert full_day(date(2027, 4, 1)) in page


@pytest.mark.parametrize(
    "number", ["0", "21", "-3", "1.5", "twelve", "1e3", "=1+1", "９" * 60, "1\x00"]
)
def test_a_number_out_of_its_bounds_is_refused_and_what_was_typed_stays(
    as_coordinator, answer, lodging, rooms, number
):
    refused = send(as_coordinator, answer, **{lodging.field_name: "y", rooms.field_name: number})

    assert refused.status_code == 422
    assert stored(answer) == {}
    assert FormDraft.objects.get().values[lodging.field_name] == ["y"]


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("date", "05/02/2027"),
        ("date", "平成31年5月1日"),
        ("choice", "z"),
        ("text", "<script>alert(1)</script>"),
        ("text", "あ\x00い"),
        ("text", "あ" * 4001),
    ],
)
def test_a_reply_that_is_none_is_refused_at_its_field(as_coordinator, answer, kind, typed):
    question = question_of(answer.survey, 1, kind=kind, choices=YES_NO if kind == "choice" else [])

    refused = send(as_coordinator, answer, act="save", **{question.field_name: typed})

    page = refused.content.decode()
    assert refused.status_code == 422
    assert f'href="#id_{question.field_name}' in page
    assert "<script>alert" not in page
    assert stored(answer) == {}


def test_a_hidden_question_is_not_needed_and_a_fault_in_it_is_none(
    as_coordinator, answer, lodging, rooms
):
    done = send(as_coordinator, answer, **{lodging.field_name: "n", rooms.field_name: "many"})

    assert done.status_code == 302
    assert stored(answer) == {1: "n"}


def test_without_javascript_the_page_says_when_a_question_is_asked(
    as_coordinator, answer, lodging, rooms
):
    page = as_coordinator.get(at("questions", answer.public_id)).content.decode()

    assert "「質問1」" in page or "“質問1”" in page
    assert f'data-shown-if="{lodging.field_name}" data-shown-value="y"' in page


def test_a_draft_is_saved_half_answered_but_submitted_only_whole(
    as_coordinator, coordinator, answer, lodging, rooms
):
    assert send(as_coordinator, answer, act="save").status_code == 302
    with pytest.raises(HostError):
        submit_demand(answer, by=coordinator)
    confirm = as_coordinator.get(step(answer.requests.get(), "confirm")).content.decode()
    assert f"{at('questions', answer.public_id)}#id_{lodging.field_name}" in confirm

    send(as_coordinator, answer, **{lodging.field_name: "y", rooms.field_name: "3"})
    send(as_coordinator, answer, **{lodging.field_name: "n", rooms.field_name: "3"})
    submit_demand(answer, by=coordinator)

    answer.refresh_from_db()
    assert answer.state == "submitted"
    assert stored(answer) == {1: "n"}  # what is not asked of it was dropped


def test_without_the_last_look_an_answer_goes_without_its_replies(
    coordinator, answer, lodging, monkeypatch
):
    """The control: the submission is what asks for the replies."""
    monkeypatch.setattr(questions, "missing", lambda replies, *, has_demand: [])

    submit_demand(answer, by=coordinator)

    answer.refresh_from_db()
    assert (answer.state, stored(answer)) == ("submitted", {})


def test_no_demand_is_answered_with_its_own_questions_on_its_own_page(
    as_coordinator, answer, lodging, rooms
):
    why = question_of(answer.survey, 3, audience="no_demand", is_needed=True)
    wishes = question_of(answer.survey, 4, audience="demand", is_needed=True)
    address = at("no_demand", answer.public_id)

    page = as_coordinator.get(address).content.decode()
    assert why.field_name in page
    assert wishes.field_name not in page
    refused = as_coordinator.post(
        address, {"version": str(answer.version), lodging.field_name: "n"}
    )
    assert refused.status_code == 422
    assert f'href="#id_{why.field_name}"' in refused.content.decode()
    done = as_coordinator.post(
        address,
        {"version": str(answer.version), lodging.field_name: "n", why.field_name: "予算がない"},
    )

    answer.refresh_from_db()
    assert (done.status_code, answer.state, answer.has_demand) == (302, "submitted", False)
    assert stored(answer) == {1: "n", 3: "予算がない"}


def test_no_demand_stays_two_clicks_where_nothing_is_needed_of_it(as_coordinator, answer):
    question_of(answer.survey, 1)
    question_of(answer.survey, 2, audience="demand", is_needed=True)

    as_coordinator.get(at("no_demand", answer.public_id))
    done = as_coordinator.post(at("no_demand", answer.public_id), {"version": str(answer.version)})

    answer.refresh_from_db()
    assert (done.status_code, answer.state) == (302, "submitted")


def test_no_demand_is_refused_by_the_service_too(coordinator, answer, lodging):
    with pytest.raises(HostError):
        submit_no_demand(answer, reason="", by=coordinator)


def test_typing_is_kept_by_itself_and_comes_back(as_coordinator, answer, lodging):
    words = question_of(answer.survey, 2)
    kept = as_coordinator.post(
        at("questions_autosave", answer.public_id), {words.field_name: "書きかけ"}
    )

    assert kept.status_code == 200
    page = as_coordinator.get(at("questions", answer.public_id)).content.decode()
    assert "書きかけ" in page
    assert stored(answer) == {}
    as_coordinator.post(at("questions", answer.public_id), {"forget": "1"})
    assert not FormDraft.objects.exists()


def test_a_coordinator_of_a_minute_ago_is_told_nothing(
    as_coordinator, coordinator, answer, lodging
):
    Membership.objects.filter(user=coordinator).delete()

    assert as_coordinator.get(at("questions", answer.public_id)).status_code == 404
    assert send(as_coordinator, answer, **{lodging.field_name: "y"}).status_code == 404
    assert stored(answer) == {}


def test_a_question_of_another_survey_is_no_part_of_the_form(as_coordinator, answer, lodging):
    foreign = question_of(SurveyAnswerFactory(government=LocalGovernmentFactory()).survey, 1)

    send(as_coordinator, answer, **{lodging.field_name: "n", foreign.field_name: "x"})

    assert stored(answer) == {1: "n"}


def test_after_the_submission_nothing_is_replied(as_coordinator, answer, lodging):
    SurveyAnswer.objects.filter(pk=answer.pk).update(
        state="submitted", has_demand=True, submitted_at="2026-11-20T00:00Z"
    )

    assert as_coordinator.get(at("questions", answer.public_id)).status_code == 302
    assert send(as_coordinator, answer, **{lodging.field_name: "y"}).status_code == 302
    kept = as_coordinator.post(
        at("questions_autosave", answer.public_id), {lodging.field_name: "y"}
    )
    assert (kept.status_code, stored(answer)) == (409, {})


def test_a_survey_without_questions_leads_back_to_the_answer(as_coordinator, answer):
    led = as_coordinator.get(at("questions", answer.public_id))

    assert led["Location"] == at("answer", answer.public_id)


def test_replies_are_read_by_those_who_see_the_answer_and_nobody_else(
    answer, lodging, coordinator, officer
):
    reply = SurveyReply.objects.create(answer=answer, question=lodging, value="y")
    stranger = coordinator_of(LocalGovernmentFactory())

    for person, seen in ((coordinator, [reply]), (officer, [reply]), (stranger, [])):
        assert list(SurveyReply.objects.visible_to(person)) == seen
        assert list(SurveyQuestion.objects.visible_to(person)) == ([lodging] if seen else [])


def test_a_question_is_replied_to_once_and_an_empty_reply_is_none(answer, lodging):
    SurveyReply.objects.create(answer=answer, question=lodging, value="y")
    for value in ("n", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            SurveyReply.objects.create(answer=answer, question=lodging, value=value)


def test_replies_read_with_the_answer_are_those_read_by_themselves(answer, lodging, rooms):
    SurveyReply.objects.create(answer=answer, question=rooms, value="3")
    other = SurveyAnswerFactory(survey=answer.survey)
    SurveyReply.objects.create(answer=other, question=lodging, value="n")
    together = with_questions(SurveyAnswer.objects.all()).get(pk=answer.pk)

    def told(replies):
        return [
            (
                {f.attname: getattr(each.question, f.attname) for f in each.question._meta.fields},
                each.value,
            )
            for each in replies
        ]

    alone = told(replies_of(SurveyAnswer.objects.get(pk=answer.pk)))
    assert told(replies_of(together)) == alone
    assert [value for _question, value in alone] == ["", "3"]


def test_the_pages_keep_to_their_budgets_however_many_questions(as_coordinator, answer):
    """The answer's page and the last step read their replies with it: see `test_budgets`."""

    def cost() -> list[int]:
        return [
            queries_of(as_coordinator, at("questions", answer.public_id)),
            queries_of(as_coordinator, at("no_demand", answer.public_id)),
        ]

    question_of(answer.survey, 1)
    one = cost()
    for position in (2, 3):
        question_of(answer.survey, position)

    assert cost() == one
    assert max(one) <= SESSION_QUERIES + 4


def steps_on(client, address: str) -> list[tuple[str, str]]:
    return [(each.label, each.state) for each in client.get(address).context["steps"]]


def test_the_questions_are_a_step_before_the_last_with_their_state(
    as_coordinator, answer, host_request, lodging
):
    for page in (step(host_request, "demand"), step(host_request, "confirm")):
        assert steps_on(as_coordinator, page)[-2][1] == "未回答"

    send(as_coordinator, answer, **{lodging.field_name: "n"})

    for page in (step(host_request, "demand"), at("questions", answer.public_id)):
        assert steps_on(as_coordinator, page)[-2][1] == "回答済み"


def test_questions_that_need_no_reply_are_an_optional_step(as_coordinator, answer, host_request):
    question_of(answer.survey, 1, kind="text")

    assert steps_on(as_coordinator, step(host_request, "demand"))[-2][1] == "任意"


def test_a_survey_without_questions_has_no_such_step(as_coordinator, answer, host_request):
    assert len(steps_on(as_coordinator, step(host_request, "demand"))) == 6


def test_saving_the_programme_leads_through_the_questions_to_the_end_of_the_same_request(
    as_coordinator, answer, host_request, lodging
):
    second = HostRequestFactory(answer=answer)
    programme = as_coordinator.get(step(second, "programme")).context["form"]
    values = {"version": programme["version"].value(), "next": "1"}
    values |= {"theme_ja": "水道", "aim_ja": "漏水を減らす"}

    there = as_coordinator.post(step(second, "programme"), values)

    assert there["Location"].endswith(f"?request={second.public_id}")
    page = as_coordinator.get(there["Location"])
    assert page.context["back"] == step(second, "programme")
    answer.refresh_from_db()
    values = {"version": str(answer.version), "next": "1", lodging.field_name: "n"}
    assert as_coordinator.post(there["Location"], values)["Location"] == step(second, "confirm")
    foreign = at("questions", answer.public_id) + f"?request={lodging.public_id}"
    assert as_coordinator.get(foreign).context["back"] == step(host_request, "programme")


@pytest.mark.parametrize("typed", ["x", "\x00", "1" * 5000])
def test_a_garbled_request_in_the_address_of_the_questions_is_none(
    as_coordinator, answer, host_request, lodging, typed
):
    response = as_coordinator.get(at("questions", answer.public_id), {"request": typed})

    assert response.status_code == 200
