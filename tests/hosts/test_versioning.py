"""What an answer said at each station stays readable."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hosts.comments import Said
from hosts.models import AnswerVersion, HostRequest, SurveyAnswer
from hosts.services import (
    forward_answer,
    receive_answer,
    return_answer,
    submit_demand,
    submit_no_demand,
)
from hosts.versioning import is_intact, keep_versions
from tests.factories import (
    DemandSurveyFactory,
    HostRequestFactory,
    SurveyAnswerFactory,
    UserFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer() -> SurveyAnswer:
    return SurveyAnswerFactory()


@pytest.fixture
def coordinator(answer):
    return coordinator_of(answer.government)


def brief(answer: SurveyAnswer) -> list[tuple]:
    rows = answer.versions.order_by("number")
    return list(rows.values_list("number", "occasion", "state", "reason"))


def test_an_answer_on_its_whole_way_has_one_version_unless_it_changes(answer, coordinator):
    HostRequestFactory(answer=answer)
    submit_demand(answer, by=coordinator)
    forward_answer(answer, by=relay_officer_of(answer.relay))
    receive_answer(answer, by=UserFactory())

    assert brief(answer) == [(1, "submitted", "submitted", "")]
    assert answer.versions.get().by == coordinator


def test_a_returned_answer_has_a_second_version_with_the_reason(answer, coordinator):
    request = HostRequestFactory(answer=answer, number=1)
    submit_demand(answer, by=coordinator)
    return_answer(answer, reason="人数を確認", by=staff_member())
    HostRequest.objects.filter(pk=request.pk).update(number=3)

    submit_demand(answer, by=coordinator)

    assert brief(answer) == [
        (1, "submitted", "submitted", ""),
        (2, "submitted", "submitted", "人数を確認"),
    ]
    first, second = answer.versions.order_by("number")
    assert [each.contents["requests"][0]["number"] for each in (first, second)] == [1, 3]
    assert is_intact(first)
    assert is_intact(second)


def test_comments_at_fields_are_the_reason_of_the_version_that_answers_them(answer, coordinator):
    request = HostRequestFactory(answer=answer, number=1)
    for number, words in enumerate(["人数を確認", "一人分では"], start=2):
        submit_demand(answer, by=coordinator)
        said = [Said(request, "demand", "number", words), Said(request, "demand", "field", "分野")]
        return_answer(answer, reason="", by=staff_member(), comments=said)
        HostRequest.objects.filter(pk=request.pk).update(number=number)
    submit_demand(answer, by=coordinator)

    reasons = [reason for *_rest, reason in brief(answer)]
    assert reasons == ["", "人数を確認\n分野", "一人分では\n分野"]


def test_a_change_on_its_way_is_kept_at_the_receipt(answer, coordinator):
    submit_no_demand(answer, reason="", by=coordinator)
    SurveyAnswer.objects.filter(pk=answer.pk).update(entered_note="電話で確認")

    receive_answer(answer, by=UserFactory())

    assert [(number, occasion) for number, occasion, *_rest in brief(answer)] == [
        (1, "submitted"),
        (2, "received"),
    ]


def test_no_demand_instead_of_a_request_is_a_version_too(answer, coordinator):
    HostRequestFactory(answer=answer)
    submit_demand(answer, by=coordinator)
    return_answer(answer, reason="再検討", by=staff_member())

    submit_no_demand(answer, reason="予算なし", by=coordinator)

    versions = answer.versions.order_by("number")
    assert [len(each.contents["requests"]) for each in versions] == [1, 0]
    assert [each.contents["has_demand"] for each in versions] == [True, False]


def test_a_version_that_was_tampered_with_is_not_intact(answer, coordinator):
    submit_no_demand(answer, reason="", by=coordinator)
    version = answer.versions.get()
    version.contents["has_demand"] = True

    assert not is_intact(version)


def test_versions_are_seen_by_whoever_sees_the_answer(answer, coordinator):
    submit_no_demand(answer, reason="", by=coordinator)
    seen = AnswerVersion.objects.visible_to

    assert seen(coordinator).count() == 1
    assert seen(relay_officer_of(answer.relay)).count() == 1
    assert seen(staff_member()).count() == 1
    assert seen(coordinator_of(SurveyAnswerFactory().government)).count() == 0


def queries_for(number: int) -> int:
    survey = DemandSurveyFactory()
    answers = [SurveyAnswerFactory(survey=survey, has_demand=True) for _each in range(number)]
    for each in answers:
        HostRequestFactory(answer=each, countries=["VN"])
    with CaptureQueriesContext(connection) as found:
        assert keep_versions(answers, "closed", by=None) == number
    return len(found)


def test_many_versions_take_no_more_queries_than_one():
    assert queries_for(1) == queries_for(4)
