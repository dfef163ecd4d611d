"""Comments to fields of a returned answer, and many answers forwarded together."""

import re
import uuid

import pytest

from hosts.models import FieldComment, SurveyAnswer
from hosts.services import submit_demand, submit_no_demand
from notices.models import Mail
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)

from .ground import SESSION_QUERIES, at, queries_of, step

pytestmark = pytest.mark.django_db


def key(request, step: str, field: str) -> str:
    return f"at-{request.public_id.hex}-{step}-{field}"


@pytest.fixture
def returned(client, officer, submitted):
    """Saijo's answer, returned with two comments."""
    request = submitted.requests.get()
    client.force_login(officer)
    client.post(
        at("relay_return", submitted.public_id),
        {
            "reason": "全体を見直してください",
            key(request, "demand", "number"): "二人でよいですか",
            key(request, "programme", "units"): "施設名を書いてください",
        },
    )
    submitted.refresh_from_db()
    return submitted


def test_a_return_carries_comments_to_their_fields(client, returned, coordinator, officer):
    request = returned.requests.get()
    assert returned.state == "returned"
    rows = FieldComment.objects.values_list("host_request", "step", "field", "text", "sender", "by")
    assert list(rows) == [
        (request.pk, "demand", "number", "二人でよいですか", "relay", officer.pk),
        (request.pk, "programme", "units", "施設名を書いてください", "relay", officer.pk),
    ]
    mail = Mail.objects.get(purpose="survey_returned")
    assert "全体を見直してください" in mail.body
    assert "2件" in mail.body
    assert "二人でよいですか" not in mail.body

    client.force_login(coordinator)
    page = client.get(at("answer", returned.public_id)).content.decode()
    demand = client.get(step(request, "demand"))
    period = client.get(step(request, "period"))
    assert f'href="{step(request, "demand")}#id_number"' in page
    assert f'href="{step(request, "programme")}#units"' in page
    assert "二人でよいですか" in page
    assert 'id="id_number_comment"' in demand.content.decode()
    assert re.search(r'aria-describedby="[^"]*id_number_comment"', demand.content.decode())
    assert list(period.context["form"].comments) == []


def test_a_return_shows_first_what_was_written_in_words(client, submitted, officer):
    client.force_login(officer)

    parts = client.get(at("relay_return", submitted.public_id)).context["form"].parts

    [(request, filled, empty)] = parts
    said = {row.comment.name: row.value for row in filled}
    assert said[key(request, "programme", "days_off")] == "土曜日、日曜日"
    assert said[key(request, "programme", "day_starts_at")] == "08:30"
    assert all(said.values())
    assert {row.value for row in empty} == {""}
    assert key(request, "demand", "own_selection_reason") in {row.comment.name for row in empty}


def test_submitting_again_settles_the_comments(client, returned, coordinator, officer):
    submit_demand(returned, by=coordinator)

    assert not FieldComment.objects.open().exists()
    client.force_login(officer)
    shown = client.get(at("answer", returned.public_id)).context["comments"]
    assert [str(each.label) for each in shown] != []
    assert all(each.comment.resolved_at for each in shown)
    client.force_login(coordinator)
    assert client.get(at("answer", returned.public_id)).status_code == 200


def test_the_operator_comments_on_fields_too(client, submitted, coordinator):
    request = submitted.requests.get()
    client.force_login(staff_member())
    address = f"/admin/answers/{submitted.public_id}/comments/"

    page = client.get(address)
    sent = client.post(address, {key(request, "period", "ends_on"): "終わりが早すぎます"})

    assert (page.status_code, sent.status_code) == (200, 302)
    comment = FieldComment.objects.get()
    assert (comment.sender, comment.field) == ("operator", "ends_on")
    desk = client.get(f"/admin/answers/{submitted.public_id}/").content.decode()
    assert "終わりが早すぎます" in desk


@pytest.mark.parametrize("text", ["", "  ", "<b>x</b>", "x\0", "x" * 4001])
def test_a_return_without_or_with_a_hostile_comment_is_refused(as_officer, submitted, text):
    request = submitted.requests.get()

    response = as_officer.post(
        at("relay_return", submitted.public_id), {key(request, "demand", "number"): text}
    )

    submitted.refresh_from_db()
    assert (response.status_code, submitted.state) == (422, "submitted")
    assert not FieldComment.objects.exists()
    assert response.context["form"].errors


def test_a_comment_to_a_field_of_a_foreign_request_is_no_comment(as_officer, submitted):
    foreign = HostRequestFactory()

    response = as_officer.post(
        at("relay_return", submitted.public_id), {key(foreign, "demand", "number"): "他の団体"}
    )

    assert (response.status_code, FieldComment.objects.count()) == (422, 0)


def test_no_demand_is_returned_with_a_comment_to_its_reason(client, answer, coordinator, officer):
    submit_no_demand(answer, reason="未定", by=coordinator)
    client.force_login(officer)

    client.post(
        at("relay_return", answer.public_id), {"at-no_demand-no_demand_reason": "理由を詳しく"}
    )

    client.force_login(coordinator)
    page = client.get(at("no_demand", answer.public_id)).content.decode()
    assert "理由を詳しく" in page
    assert 'id="id_no_demand_reason_comment"' in page


def test_a_forwarded_answer_is_not_returned_by_the_relay(as_officer, submitted):
    SurveyAnswer.objects.update(state="forwarded")
    request = submitted.requests.get()

    page = as_officer.get(at("relay_return", submitted.public_id))
    sent = as_officer.post(
        at("relay_return", submitted.public_id, language="en"),
        {key(request, "demand", "number"): "遅い"},
    )

    assert page.status_code == 302
    assert sent.status_code == 422
    assert "gone on to the operator" in sent.content.decode()
    assert not FieldComment.objects.exists()


def test_comments_are_for_those_who_see_the_answer(returned, coordinator, officer, ehime):
    strangers = [
        relay_officer_of(PrefectureFactory()),
        coordinator_of(LocalGovernmentFactory(prefecture=ehime)),
    ]

    for person in (coordinator, officer, staff_member()):
        assert FieldComment.objects.visible_to(person).count() == 2
    for person in strangers:
        assert not FieldComment.objects.visible_to(person).exists()


def test_the_return_page_keeps_to_the_budget(as_officer, submitted):
    one = queries_of(as_officer, at("relay_return", submitted.public_id))
    for _n in range(2):
        HostRequestFactory(answer=submitted, state="submitted")

    assert one == queries_of(as_officer, at("relay_return", submitted.public_id))
    assert one <= SESSION_QUERIES + 6


@pytest.mark.parametrize("name", ["demand", "period", "programme"])
def test_a_step_of_a_returned_answer_keeps_to_the_budget(client, returned, coordinator, name):
    client.force_login(coordinator)

    assert queries_of(client, step(returned.requests.get(), name)) <= SESSION_QUERIES + 4


# Many at once ---------------------------------------------------------------------------------


@pytest.fixture
def many(survey, ehime, submitted):
    """Saijo's answer, one more that waits, one that was not submitted, one of another relay."""
    rows = {"submitted_at": submitted.submitted_at, "has_demand": False}
    second = SurveyAnswerFactory(
        survey=survey,
        government=LocalGovernmentFactory(prefecture=ehime),
        state="held",
        **rows,
    )
    draft = SurveyAnswerFactory(
        survey=survey, government=LocalGovernmentFactory(prefecture=ehime), state="draft"
    )
    foreign = SurveyAnswerFactory(survey=survey, state="submitted", **rows)
    return [submitted, second, draft, foreign]


def states(answers) -> list[str]:
    return [SurveyAnswer.objects.get(pk=answer.pk).state for answer in answers]


def ids(answers) -> list[str]:
    return [str(answer.public_id) for answer in answers]


def test_many_are_forwarded_after_one_look(as_officer, many):
    mine = many[:3]
    page = as_officer.get(at("relay_forward"), {"answers": ids(mine)})
    by_code = sorted(mine[:2], key=lambda answer: answer.government.code)
    assert ([*page.context["ready"]], [*page.context["left"]]) == (by_code, mine[2:])
    once = str(uuid.uuid4())

    first = as_officer.post(
        at("relay_forward", language="en"), {"answers": ids(mine), "once": once}, follow=True
    )
    second = as_officer.post(at("relay_forward"), {"answers": ids(mine), "once": once})

    assert states(many) == ["forwarded", "forwarded", "draft", "submitted"]
    told = [str(each) for each in first.context["messages"]]
    assert told[0] == "2 answers were forwarded."
    assert many[2].government.short_name_in("en") in told[1]
    assert second.status_code == 302
    assert many[0].moves.filter(to_state="forwarded").count() == 1


def test_forwarding_comes_back_to_the_round_of_its_answers(as_officer, many, survey):
    other = DemandSurveyFactory(
        cycle=CycleFactory(programme=survey.cycle.programme, fiscal_year=2028)
    )
    many[0].refresh_from_db()
    SurveyAnswer.objects.filter(pk=many[1].pk).update(survey=other)
    key = f"{survey.cycle.programme.code}-2028"
    held = many[1].public_id
    form = {"answers": [str(held)], "once": str(uuid.uuid4())}

    asked = as_officer.get(at("relay_forward"), {"answers": [str(held)]})
    nothing = as_officer.get(at("relay_forward"), {"cycle": key})
    act = as_officer.post(at("relay_act", held), {"act": "hold", "comment": "確認中"})
    done = [as_officer.post(at("relay_forward"), form)["Location"] for _click in range(2)]

    expected = f"{at('relay')}?cycle={key}"
    assert asked.context["back"] == expected
    assert [nothing["Location"], *done] == [expected] * 3
    assert act.status_code == 422  # it is held already


@pytest.mark.parametrize(
    "chosen",
    [[], ["x"], [str(uuid.uuid4())], ["foreign"]],
    ids=["none", "word", "ghost", "foreign"],
)
def test_a_choice_that_cannot_be_forwards_nothing(as_officer, many, chosen):
    wanted = ids(many[3:]) if chosen == ["foreign"] else chosen

    for response in (
        as_officer.get(at("relay_forward"), {"answers": wanted}),
        as_officer.post(at("relay_forward"), {"answers": [*wanted]}),
    ):
        assert response.status_code == 302
    assert states(many) == ["submitted", "held", "draft", "submitted"]


def test_coordinators_and_staff_forward_nothing(client, many, coordinator):
    for person in (coordinator, staff_member()):
        client.force_login(person)
        response = client.post(at("relay_forward"), {"answers": ids(many[:1])})
        assert response.status_code == 403
    assert states(many)[0] == "submitted"


def test_the_list_offers_a_box_only_for_what_can_go(as_officer, many):
    page = as_officer.get(at("relay")).content.decode()

    assert [f'value="{each}"' in page for each in ids(many)] == [True, True, False, False]
