"""P15 and P16: each reminder once, whoever plans it, none for a thing that is done meanwhile."""

import os
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from hosts.models import DemandSurvey, SurveyAnswer
from hosts.services import submit_no_demand
from notices.mails import deliver, fates
from notices.models import Mail
from notices.states import MailState
from schedule import reminders
from schedule.models import Cycle, Deadline
from schedule.reminders import queue_reminders, reason_against
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    SurveyAnswerFactory,
    coordinator_of,
)
from tests.faults.barrier import at_once, failures
from tests.faults.outbox import quick_beat, quick_environment, quick_worker
from tests.faults.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = int(os.environ.get("RACE_ROUNDS", "30"))  # `soak.reminders` takes 200


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with Sink() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def survey() -> DemandSurvey:
    """A demand survey that is due in a week."""
    opened_at = timezone.now() - timedelta(days=60)
    cycle = CycleFactory(fiscal_year=2027, opened_at=opened_at)
    Deadline.objects.update(due_on=timezone.localdate() + timedelta(days=7))
    return DemandSurveyFactory(cycle=cycle)


def asked(survey: DemandSurvey) -> tuple[SurveyAnswer, User]:
    """A government that has not answered yet, and its coordinator."""
    answer = SurveyAnswerFactory(survey=survey)
    return answer, coordinator_of(answer.government)


# P15 --------------------------------------------------------------------------------------------


def check_one_each(people: list[User], sink: Sink) -> None:
    """One row and one mail for each person, as there is one deadline and one stage today."""
    assert Counter(received.to for received in sink.messages) == Counter(p.email for p in people)
    assert Mail.objects.filter(purpose="reminder").count() == len(people)


def test_two_beats_send_each_reminder_once(sink, survey):
    people = [asked(survey)[1] for _each in range(6)]
    env = quick_environment(sink)

    with quick_worker(env, beat=False) as worker, quick_beat(env) as one, quick_beat(env) as other:
        sink.wait_for(6)
        time.sleep(3)
        runs = worker.output.count("Task schedule.tasks.send_reminders") // 2
        rung = [beat.output.count("Sending due task send-reminders") for beat in (one, other)]

    check_one_each(people, sink)
    assert min(rung) > 2
    assert runs > 4


def plan_at_once(number: int = 4) -> list[int]:
    """How many reminders each of several runs at the same moment says it has queued."""
    results = at_once(*[lambda: len(queue_reminders(timezone.localdate()))] * number)
    assert failures(results) == []
    return results


def check_planned_once(queued: list[int], people: list[User]) -> None:
    assert sum(queued) == len(people), queued
    assert Mail.objects.count() == len(people)


def slow_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time between looking what was queued and queueing the rest, so that runs overlap."""
    look = reminders._known

    def look_and_wait(due: list) -> frozenset[str]:
        found = look(due)
        time.sleep(0.05)
        return found

    monkeypatch.setattr(reminders, "_known", look_and_wait)


def test_one_run_plans_at_a_time(survey, monkeypatch):
    people = [asked(survey)[1] for _each in range(5)]
    slow_look(monkeypatch)

    check_planned_once(plan_at_once(), people)


def test_without_the_lock_two_runs_plan_the_same_control(survey, monkeypatch):
    people = [asked(survey)[1] for _each in range(5)]
    slow_look(monkeypatch)
    monkeypatch.setattr(reminders, "hold_planning", lambda: None)
    monkeypatch.setattr(reminders, "_queue_chunk", reminders._queue_chunk.__wrapped__)

    with pytest.raises(AssertionError):
        check_planned_once(plan_at_once(), people)


def test_without_the_unique_key_reminders_double_control(survey, sink, monkeypatch):
    people = [asked(survey)[1] for _each in range(3)]
    key_of = reminders._key
    monkeypatch.setattr(
        reminders, "_key", lambda duty, stage: f"{secrets.token_hex(4)}{key_of(duty, stage)}"
    )

    plan_at_once(2)
    while deliver():
        pass

    with pytest.raises(AssertionError):
        check_one_each(people, sink)


# P16 --------------------------------------------------------------------------------------------


@dataclass
class Round:
    """What happened: when the thing was done, when the last look began, when the mail arrived."""

    done_at: float
    looked_at: float
    arrived_at: float | None


def check_no_mail_after_the_deed(rounds: list[Round]) -> None:
    """A mail may leave only if the last look began before the thing was done, and then at once."""
    for each in rounds:
        if each.arrived_at is not None:
            assert each.looked_at <= each.done_at, each
            assert each.arrived_at - each.done_at < 1, each


def answer_it(answer: SurveyAnswer, person: User) -> None:
    submit_no_demand(answer, reason="No demand", by=person)


def close_the_cycle(answer: SurveyAnswer, _person: User) -> None:
    Cycle.objects.filter(pk=answer.survey.cycle_id).update(state=Cycle.State.CLOSED)


def move_the_day(answer: SurveyAnswer, _person: User) -> None:
    later = date(2026, 1, 1) + timedelta(days=random.randrange(10_000))
    Deadline.objects.filter(cycle_id=answer.survey.cycle_id).update(due_on=later)


Deed = Callable[[SurveyAnswer, User], None]


def race(survey: DemandSurvey, sink: Sink, deed: Deed, looks: list[float], *, after: bool) -> Round:
    """The deed and the sending of its reminder at the same moment, or right after it."""
    answer, person = asked(survey)
    Cycle.objects.update(state=Cycle.State.OPEN)
    Deadline.objects.update(due_on=timezone.localdate() + timedelta(days=7))
    (_queued,) = queue_reminders(timezone.localdate())
    mail = Mail.objects.get(purpose="reminder", state=MailState.QUEUED)
    looks.clear()
    is_done = threading.Event()

    def do() -> float:
        time.sleep(random.uniform(0, 0.03))
        deed(answer, person)
        done_at = time.time()
        is_done.set()
        return done_at

    def send() -> None:
        if after:
            is_done.wait(30)
        else:
            time.sleep(random.uniform(0, 0.06))
        deliver()

    done_at, sent = at_once(do, send)
    assert failures([done_at, sent]) == []
    deliver()
    person.memberships.all().delete()  # nothing is left to do for anybody
    arrived = [each.at for each in sink.messages if each.message_id == mail.message_id]
    mail.refresh_from_db()
    assert mail.state == (MailState.SENT if arrived else MailState.NOT_NEEDED)
    return Round(done_at, looks[0], arrived[0] if arrived else None)


def rounds_of(survey: DemandSurvey, sink: Sink, deed: Deed, looks: list[float]) -> list[Round]:
    """Many races; in each third one the deed has just been done."""
    return [race(survey, sink, deed, looks, after=n % 3 == 2) for n in range(ROUNDS // 3)]


def watched(monkeypatch: pytest.MonkeyPatch, look: fates.Check) -> list[float]:
    """Moments at which the last look began."""
    looks: list[float] = []

    def watched_look(mail: Mail) -> str | None:
        looks.append(time.time())
        return look(mail)

    monkeypatch.setitem(fates._checks, "reminder", watched_look)
    return looks


@pytest.mark.parametrize("deed", [answer_it, close_the_cycle, move_the_day])
def test_no_reminder_leaves_for_a_thing_that_is_done(survey, sink, monkeypatch, deed: Deed):
    looks = watched(monkeypatch, reason_against)

    rounds = rounds_of(survey, sink, deed, looks)

    check_no_mail_after_the_deed(rounds)


def test_without_the_last_look_one_leaves_control(survey, sink, monkeypatch):
    looks = watched(monkeypatch, lambda _mail: None)

    rounds = rounds_of(survey, sink, answer_it, looks)

    with pytest.raises(AssertionError):
        check_no_mail_after_the_deed(rounds)
