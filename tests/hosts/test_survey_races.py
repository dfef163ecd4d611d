"""The end of a survey, reminders and extensions against answers that are submitted meanwhile."""

from datetime import date
from functools import partial
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from hosts import closing
from hosts.closing import close_survey
from hosts.extending import extend_answer
from hosts.models import SurveyAnswer, SurveyReminder
from hosts.reminding import PURPOSE, Choice, send_reminder, silent_answers
from hosts.services import HostError, submit_no_demand
from notices.mails import deliver, fates
from notices.models import Mail
from schedule.models import Cycle
from schedule.reminders import queue_reminders
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    SurveyAnswerFactory,
    coordinator_of,
    staff_member,
)
from tests.faults.barrier import at_once, failures
from tests.faults.locks import without_row_locks
from tests.hosts.views.ground import FRIDAY

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(FRIDAY, tick=True):
        yield


def silent_answer() -> tuple[SurveyAnswer, Any]:
    answer = SurveyAnswerFactory(survey=DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2027)))
    return answer, coordinator_of(answer.government)


def close_against_submit(by: Any) -> tuple[SurveyAnswer, list[Any]]:
    answer, person = silent_answer()
    results = at_once(
        partial(close_survey, answer.survey, by=by),
        partial(submit_no_demand, SurveyAnswer.objects.get(pk=answer.pk), reason="", by=person),
    )
    _out_of_the_way(answer.survey)
    return answer, results


def test_an_answer_submitted_at_the_closing_is_in_or_refused_in_words():
    staff = staff_member()
    for _round in range(ROUNDS):
        answer, results = close_against_submit(staff)

        assert {type(error) for error in failures(results)} <= {HostError}
        assert bool(failures(results)) == (
            SurveyAnswer.objects.get(pk=answer.pk).state == "not_opened"
        )


def test_without_the_lock_an_answer_comes_in_after_the_closing_or_breaks_control(monkeypatch):
    """PostgreSQL lets it in unseen; SQLite without IMMEDIATE breaks one of the two."""
    keep = closing.keep_versions
    seen: list[SurveyAnswer] = []

    def watched(rows: list[SurveyAnswer], *args: Any, **more: Any) -> int:
        seen.extend(rows)
        return keep(rows, *args, **more)

    monkeypatch.setattr(closing, "keep_versions", watched)
    staff, broken = staff_member(), 0
    with without_row_locks():
        for _round in range(ROUNDS):
            seen.clear()
            answer, results = close_against_submit(staff)
            is_in = SurveyAnswer.objects.get(pk=answer.pk).state == "submitted"
            errors = {type(error) for error in failures(results)}
            broken += (is_in and not seen) or not errors <= {HostError}

    assert broken > 0


def test_reminded_and_answered_at_once_gets_no_mail():
    staff = staff_member()
    for _round in range(3):
        answer, person = silent_answer()
        survey = answer.survey
        seen = [each.pk for each in silent_answers(survey, Choice())]
        at_once(
            partial(
                send_reminder,
                survey,
                answers=seen,
                looked_at=timezone.now(),
                choice=Choice(),
                by=staff,
            ),
            partial(submit_no_demand, SurveyAnswer.objects.get(pk=answer.pk), reason="", by=person),
        )
        deliver()

        assert SurveyAnswer.objects.get(pk=answer.pk).state == "submitted"
        assert not Mail.objects.filter(purpose=PURPOSE, state="sent").exists()
        _out_of_the_way(survey)


def test_reminded_and_answered_at_once_gets_a_mail_without_the_last_look_control(monkeypatch):
    monkeypatch.setitem(fates._checks, PURPOSE, lambda mail: None)
    answer, person = silent_answer()
    reminder = send_reminder(
        answer.survey,
        answers=[answer.pk],
        looked_at=timezone.now(),
        choice=Choice(),
        by=staff_member(),
    )
    submit_no_demand(answer, reason="", by=person)
    deliver()

    assert reminder.people == 1
    assert Mail.objects.filter(purpose=PURPOSE, state="sent").count() == 1


def test_two_colleagues_who_remind_at_once_send_one_mail():
    staff = [staff_member(), staff_member()]
    answer, _person = silent_answer()
    looked_at = timezone.now()
    results = at_once(
        *(
            partial(
                send_reminder,
                answer.survey,
                answers=[answer.pk],
                looked_at=looked_at,
                choice=Choice(),
                by=each,
            )
            for each in staff
        )
    )

    assert [type(each) for each in failures(results)] == [HostError]
    assert Mail.objects.filter(purpose=PURPOSE).count() == 1


def test_two_colleagues_without_the_lock_send_two_or_break_control():
    broken = 0
    with without_row_locks():
        for _round in range(ROUNDS):
            answer, _person = silent_answer()
            looked_at = timezone.now()
            results = at_once(
                *(
                    partial(
                        send_reminder,
                        answer.survey,
                        answers=[answer.pk],
                        looked_at=looked_at,
                        choice=Choice(),
                        by=each,
                    )
                    for each in (staff_member(), staff_member())
                )
            )
            told = [type(each) for each in failures(results)] == [HostError]
            broken += not told or SurveyReminder.objects.filter(survey=answer.survey).count() != 1
            _out_of_the_way(answer.survey)

    assert broken > 0


def test_extended_and_reminded_at_once_only_the_right_day_is_sent():
    staff = staff_member()
    for _round in range(3):
        answer, _person = silent_answer()
        at_once(
            partial(
                extend_answer,
                SurveyAnswer.objects.get(pk=answer.pk),
                until=date(2026, 12, 4),
                reason="x",
                by=staff,
            ),
            partial(queue_reminders, date(2026, 11, 20)),
        )
        deliver()

        sent = Mail.objects.filter(purpose="reminder", state="sent")
        assert not sent.filter(key__contains=":2026-11-24:").exists()
        _out_of_the_way(answer.survey)


def _out_of_the_way(survey: Any) -> None:
    """Leave the fiscal year to the next round."""
    Cycle.objects.filter(pk=survey.cycle_id).update(
        fiscal_year=1997 + survey.pk % 29, state=Cycle.State.CLOSED
    )
