"""The end of a survey, and the one answer for which it is opened again."""

from datetime import date, datetime

import pytest
import time_machine
from django.utils import timezone

from hosts.closing import close_survey, reopen_answer, unfinished
from hosts.duties import answer_survey, forward_survey
from hosts.models import DemandSurvey, SurveyAnswer
from hosts.services import (
    HostError,
    forward_answer,
    receive_answer,
    return_answer,
    return_by_relay,
    start_request,
    submit_no_demand,
)
from notices.models import Mail
from schedule.models import Cycle
from schedule.services import call_off_cycle, close_cycle
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    LocalGovernmentFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)
from tests.hosts.views.ground import friday  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey() -> DemandSurvey:
    return DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2027))


@pytest.fixture
def answer(survey) -> SurveyAnswer:
    return SurveyAnswerFactory(survey=survey)


@pytest.fixture
def staff():
    return staff_member()


def fresh(answer: SurveyAnswer) -> SurveyAnswer:
    return SurveyAnswer.objects.get(pk=answer.pk)


def test_a_closed_survey_takes_nothing_more_from_governments_and_relays(survey, answer, staff):
    coordinator, officer = coordinator_of(answer.government), relay_officer_of(answer.relay)
    other = SurveyAnswerFactory(
        survey=survey, government=LocalGovernmentFactory(prefecture=answer.relay)
    )
    submit_no_demand(other, reason="", by=coordinator_of(other.government))

    assert close_survey(survey, by=staff)

    assert survey.closed_by == staff
    for act in (
        lambda: start_request(fresh(answer), by=coordinator),
        lambda: submit_no_demand(fresh(answer), reason="", by=coordinator),
        lambda: forward_answer(fresh(other), by=officer),
        lambda: return_by_relay(fresh(other), reason="理由", by=officer),
    ):
        with pytest.raises(HostError, match="closed"):
            act()
    assert answer_survey(coordinator, date(2026, 11, 20)) == []
    assert forward_survey(officer, date(2026, 11, 20)) == []
    assert receive_answer(fresh(other), by=staff).state == "received"


def test_closing_twice_is_closing_once(survey, answer, staff):
    close_survey(survey, by=staff)
    at = survey.closed_at

    assert not close_survey(survey, by=staff_member())

    assert (survey.closed_at, survey.closed_by) == (at, staff)


def test_what_was_handed_in_is_frozen_and_drafts_are_not(survey, answer, staff):
    handed_in = SurveyAnswerFactory(survey=survey)
    submit_no_demand(handed_in, reason="", by=coordinator_of(handed_in.government))
    SurveyAnswer.objects.filter(pk=handed_in.pk).update(entered_note="電話で確認")

    close_survey(survey, by=staff)

    assert list(handed_in.versions.values_list("number", "occasion")) == [
        (1, "submitted"),
        (2, "closed"),
    ]
    assert not answer.versions.exists()


def test_a_survey_that_was_never_opened_is_not_closed(staff):
    survey = DemandSurveyFactory(opened_at=None)

    with pytest.raises(HostError):
        close_survey(survey, by=staff)


def test_the_count_of_what_has_not_arrived(survey, staff):
    states = ["not_opened", "draft", "submitted", "returned", "held", "forwarded", "received"]
    for state in states:
        given = {"has_demand": False, "submitted_at": timezone.now()}
        SurveyAnswerFactory(survey=survey, state=state, **(given if state > "e" else {}))
    SurveyAnswerFactory(
        survey=survey,
        government=PrefectureFactory(),
        state="submitted",
        has_demand=False,
        submitted_at=timezone.now(),
    )

    found = unfinished(survey)

    assert (found.silent, found.drafts, found.returned) == (2, 1, 1)
    assert (found.with_relay, found.to_receive) == (2, 2)
    assert not found.is_nothing


def test_a_silent_government_may_answer_after_all_once_it_was_reopened(survey, answer, staff):
    coordinator = coordinator_of(answer.government)
    other = SurveyAnswerFactory(survey=survey)
    close_survey(survey, by=staff)

    reopen_answer(fresh(answer), reason="議会後に決定", by=staff, until=date(2026, 12, 4))

    assert fresh(answer).is_editable
    assert fresh(answer).extended_until == date(2026, 12, 4)
    assert not fresh(other).is_editable
    assert [mail.purpose for mail in Mail.objects.filter(to=coordinator.email)] == [
        "survey_reopened"
    ]
    assert [event.kind for event in answer.events.all()] == ["reopened"]
    submit_no_demand(fresh(answer), reason="", by=coordinator)
    forward_answer(fresh(answer), by=relay_officer_of(answer.relay))
    received = receive_answer(fresh(answer), by=staff)
    assert received.reopened_at is None  # frozen again


def test_what_was_received_is_given_back_with_the_reason_and_its_first_version_stays(
    survey, answer, staff
):
    coordinator = coordinator_of(answer.government)
    submit_no_demand(answer, reason="予算なし", by=coordinator)
    receive_answer(fresh(answer), by=staff)
    close_survey(survey, by=staff)

    reopen_answer(fresh(answer), reason="電話で訂正の申出", by=staff)
    submit_no_demand(fresh(answer), reason="人員なし", by=coordinator)

    versions = answer.versions.order_by("number")
    assert [each.contents["no_demand_reason"] for each in versions] == ["予算なし", "人員なし"]
    assert [each.reason for each in versions] == ["", "電話で訂正の申出"]


def test_returning_after_the_closing_opens_the_answer_again(survey, answer, staff):
    submit_no_demand(answer, reason="", by=coordinator_of(answer.government))
    close_survey(survey, by=staff)

    return_answer(fresh(answer), reason="訂正", by=staff)

    assert fresh(answer).is_editable
    assert [event.kind for event in answer.events.all()] == ["reopened"]


@pytest.mark.parametrize("reason", ["", "  "])
def test_reopening_needs_a_reason_and_a_closed_survey(survey, answer, staff, reason):
    with pytest.raises(HostError):
        reopen_answer(answer, reason="理由", by=staff)
    close_survey(survey, by=staff)

    with pytest.raises(HostError):
        reopen_answer(fresh(answer), reason=reason, by=staff)
    with pytest.raises(HostError):
        reopen_answer(fresh(answer), reason="理由", by=staff, until=date(2026, 11, 1))
    assert not fresh(answer).is_editable


def test_a_cycle_that_is_called_off_closes_its_survey(survey, answer, staff):
    submit_no_demand(answer, reason="", by=coordinator_of(answer.government))

    call_off_cycle(survey.cycle, reason="中止", by=staff)

    survey.refresh_from_db()
    assert (survey.closed_at is not None, survey.closed_by) == (True, staff)
    assert answer.versions.count() == 1


def test_a_cycle_whose_year_is_over_closes_its_survey(survey, staff):
    with time_machine.travel(datetime(2028, 6, 15, 3, 0), tick=False):
        close_cycle(survey.cycle, by=staff, on=date(2028, 6, 15))

    survey.refresh_from_db()
    assert survey.closed_at is not None


def test_a_survey_that_was_still_composed_stays_unsent_when_its_cycle_ends(staff):
    survey = DemandSurveyFactory(opened_at=None)

    call_off_cycle(survey.cycle, reason="中止", by=staff)

    survey.refresh_from_db()
    assert (survey.opened_at, survey.closed_at) == (None, None)
    assert Cycle.objects.get(pk=survey.cycle_id).state == "called_off"
