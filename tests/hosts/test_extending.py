"""More time for one government: duties, reminders and pages go by its own day."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from hosts import extending
from hosts.extending import end_extension, extend_answer
from hosts.models import SurveyAnswer
from hosts.services import HostError, submit_no_demand
from hosts.standing import standing_of
from notices.mails import deliver
from notices.models import Mail
from schedule.duties import duties_of
from schedule.reminders import queue_reminders
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    SurveyAnswerFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)
from tests.hosts.views.ground import FRIDAY, friday  # noqa: F401

pytestmark = pytest.mark.django_db

USUAL = date(2026, 11, 24)
LATER = date(2026, 12, 4)


@pytest.fixture
def answer() -> SurveyAnswer:
    return SurveyAnswerFactory(survey=DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2027)))


@pytest.fixture
def staff():
    return staff_member()


def extend(answer: SurveyAnswer, until: date = LATER, reason: str = "議会の都合", by=None):
    return extend_answer(answer, until=until, reason=reason, by=by)


def test_an_extended_answer_is_due_on_its_own_day(answer, staff):
    coordinator = coordinator_of(answer.government)
    assert duties_of(coordinator, FRIDAY.date())[0].due_on == USUAL

    extend(answer, by=staff)

    assert (answer.extended_until, answer.extension_reason) == (LATER, "議会の都合")
    assert standing_of(answer, FRIDAY.date()).due_on == LATER
    assert duties_of(coordinator, FRIDAY.date())[0].due_on == LATER
    event = answer.events.get()
    assert (event.kind, event.day, event.reason, event.by) == (
        "extended",
        LATER,
        "議会の都合",
        staff,
    )


def test_coordinators_and_relay_are_mailed_once(answer, staff):
    people = {coordinator_of(answer.government).email, relay_officer_of(answer.relay).email}
    coordinator_of(SurveyAnswerFactory().government)

    extend(answer, by=staff)
    extend(answer, by=staff)

    assert {mail.to for mail in Mail.objects.all()} == people
    assert Mail.objects.count() == 2
    assert all("2026年12月4日" in mail.body for mail in Mail.objects.all())


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        (USUAL, "理由"),
        (date(2026, 11, 1), "理由"),
        (date(2028, 1, 1), "理由"),
        (LATER, " "),
    ],
)
def test_only_a_later_day_with_a_reason_extends(answer, staff, until, reason):
    with pytest.raises(HostError):
        extend(answer, until, reason, staff)

    assert SurveyAnswer.objects.get().extended_until is None
    assert not Mail.objects.exists()


def test_a_day_that_has_passed_does_not_extend(answer, staff):
    with time_machine.travel(datetime(2026, 12, 10, 3, 0), tick=False), pytest.raises(HostError):
        extend(answer, LATER, "理由", staff)


def test_an_answer_that_was_submitted_is_not_extended(answer, staff):
    submit_no_demand(answer, reason="", by=coordinator_of(answer.government))

    with pytest.raises(HostError):
        extend(answer, by=staff)


def test_an_extension_taken_back_leaves_the_usual_day(answer, staff):
    coordinator_of(answer.government)
    extend(answer, by=staff)

    end_extension(answer, by=staff)
    end_extension(answer, by=staff)

    assert (answer.extended_until, answer.extension_reason) == (None, "")
    assert [each.kind for each in answer.events.all()] == ["extended", "extension_ended"]
    assert Mail.objects.count() == 2


def test_only_the_mail_of_the_day_that_holds_is_sent(answer, staff, mailoutbox):
    coordinator_of(answer.government)
    extend(answer, by=staff)
    extend(answer, LATER + timedelta(days=7), by=staff)

    deliver()

    assert len(mailoutbox) == 1
    assert "2026年12月11日" in mailoutbox[0].body


def test_both_mails_are_sent_without_the_last_look_control(answer, staff, mailoutbox, monkeypatch):
    monkeypatch.setitem(
        __import__("notices.mails.fates", fromlist=["_checks"])._checks,
        extending.PURPOSE,
        lambda mail: None,
    )
    coordinator_of(answer.government)
    extend(answer, by=staff)
    extend(answer, LATER + timedelta(days=7), by=staff)

    deliver()

    assert len(mailoutbox) == 2


def stages(on: date) -> list[str]:
    return [f"{duty.due_on} {stage}" for duty, stage in queue_reminders(on)]


def test_reminders_go_by_the_extended_day_whatever_was_sent_for_the_usual_one(
    answer, staff, mailoutbox
):
    coordinator_of(answer.government)
    assert stages(date(2026, 11, 20)) == ["2026-11-24 7-days"]
    deliver()
    assert len(mailoutbox) == 1

    extend(answer, by=staff)

    assert stages(date(2026, 11, 20)) == ["2026-12-04 14-days"]
    assert stages(date(2026, 11, 25)) == []  # not overdue: its own day lies ahead
    assert stages(date(2026, 11, 27)) == ["2026-12-04 7-days"]
    assert stages(date(2026, 12, 5)) == ["2026-12-04 overdue"]


def test_a_reminder_of_the_usual_day_does_not_leave_after_the_extension(answer, staff, mailoutbox):
    coordinator_of(answer.government)
    stages(date(2026, 11, 20))

    extend(answer, by=staff)
    deliver()

    assert [mail.purpose for mail in Mail.objects.filter(state="sent")] == ["survey_extension"]
    assert Mail.objects.get(purpose="reminder").state == "not_needed"
