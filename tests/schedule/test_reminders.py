"""One mail for each person, duty and stage, for ever."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import OperationalError
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from notices.mails import deliver, fates
from notices.models import Mail
from notices.states import MailState
from schedule import duties, reminders
from schedule.duties import REMIND_DAYS_BEFORE, Duty, duties_of, duties_of_all, pending_duty
from schedule.models import Cycle, Deadline
from schedule.reminders import queue_reminders, reason_against, stage_of
from schedule.tasks import send_reminders
from tests.factories import CycleFactory, UserFactory

DUE = date(2026, 11, 24)
JAPAN = ZoneInfo("Asia/Tokyo")


class Ground:
    """One duty source whose duties the test sets."""

    def __init__(self, user, deadline):
        self.user, self.deadline, self.done = user, deadline, False

    def __call__(self, user, on):
        if not self.done and user in (None, self.user):
            yield Duty(
                code="answer",
                subject="hosts.SurveyAnswer:1",
                user=self.user,
                title="Answer the survey",
                detail="",
                deadline=self.deadline,
                url="/hosts/",
            )


@pytest.fixture
def ground(db, monkeypatch: pytest.MonkeyPatch) -> Ground:
    opened_at = datetime(2026, 9, 1, 9, tzinfo=JAPAN)
    cycle = CycleFactory(fiscal_year=2027, opened_at=opened_at)
    deadline = cycle.deadlines.get(code="survey-municipality")
    assert deadline.due_on == DUE
    source = Ground(UserFactory(language="en", name="OCHI Misaki"), deadline)
    monkeypatch.setattr(duties, "_sources", {"answer": source})
    return source


def keys() -> list[str]:
    return [
        key.rsplit(":", 1)[1] for key in Mail.objects.order_by("pk").values_list("key", flat=True)
    ]


def test_each_stage_is_mailed_once_however_often_beat_asks(ground):
    for ahead in range(20, -6, -1):
        for _beat in range(3):
            queue_reminders(DUE - timedelta(days=ahead))

    assert keys() == ["14-days", "7-days", "3-days", "1-days", "overdue"]


def test_a_late_beat_sends_the_nearest_stage_only(ground):
    queue_reminders(DUE - timedelta(days=2))

    assert keys() == ["3-days"]


def test_nothing_is_mailed_before_the_first_stage(ground):
    assert queue_reminders(DUE - timedelta(days=15)) == []
    assert not Mail.objects.exists()


def test_a_duty_that_is_done_is_not_mailed(ground):
    ground.done = True

    assert queue_reminders(DUE) == []


def test_a_dry_run_shows_and_writes_nothing(ground):
    shown = queue_reminders(DUE, dry_run=True)

    assert [(duty.code, stage) for duty, stage in shown] == [("answer", "1-days")]
    assert not Mail.objects.exists()


def test_a_moved_deadline_begins_its_stages_anew(ground):
    queue_reminders(DUE - timedelta(days=1))
    Deadline.objects.filter(pk=ground.deadline.pk).update(due_on=DUE + timedelta(days=7))
    ground.deadline.refresh_from_db()

    queue_reminders(DUE)

    assert keys() == ["1-days", "7-days"]


def test_a_reminder_says_what_until_when_and_where(ground):
    queue_reminders(DUE - timedelta(days=7))

    mail = Mail.objects.get()
    assert (mail.to, mail.purpose, mail.language) == (ground.user.email, "reminder", "en")
    assert "Answer the survey" in mail.subject + mail.body
    assert "/en/home/" in mail.body


def test_a_reminder_of_a_thing_done_meanwhile_is_stopped_before_it_leaves(ground):
    with time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=JAPAN)):
        queue_reminders(DUE - timedelta(days=1))
        mail = Mail.objects.get()
        needed = reason_against(mail)
        ground.done = True
        stopped = reason_against(mail)

    assert (needed, bool(stopped), mail.state) == (None, True, MailState.QUEUED)


def at_nine(day: date):
    """The clock at nine in the morning of this day in Japan."""
    return time_machine.travel(datetime(day.year, day.month, day.day, 9, tzinfo=JAPAN), tick=False)


@pytest.mark.parametrize("days", [-2, 1, 30])
def test_a_reminder_of_a_day_that_was_moved_is_stopped_before_it_leaves(ground, days: int):
    with at_nine(DUE - timedelta(days=3)):
        queue_reminders(DUE - timedelta(days=3))
        mail = Mail.objects.get()
        before = reason_against(mail)
        Deadline.objects.filter(pk=ground.deadline.pk).update(due_on=DUE + timedelta(days=days))
        ground.deadline.refresh_from_db()

        after = reason_against(mail)

    assert (before, after) == (None, "The day was moved.")


@pytest.mark.parametrize(
    ("left", "stopped"), [(7, False), (4, False), (3, True), (1, True), (-1, True)]
)
def test_a_reminder_leaves_until_the_next_stage_takes_its_place(ground, left: int, stopped: bool):
    queue_reminders(DUE - timedelta(days=7))

    with at_nine(DUE - timedelta(days=left)):
        reason = reason_against(Mail.objects.get())

    assert bool(reason) is stopped


def test_a_reminder_queued_for_a_later_day_leaves(ground):
    queue_reminders(DUE - timedelta(days=1))

    with at_nine(DUE - timedelta(days=20)):
        assert reason_against(Mail.objects.get()) is None


@pytest.mark.parametrize(
    ("opened_on", "expected"), [(DUE, ["overdue"]), (DUE + timedelta(days=1), [])]
)
def test_nobody_is_reminded_of_a_day_before_the_cycle_was_opened(ground, opened_on, expected):
    cycle = ground.deadline.cycle
    cycle.opened_at = datetime(opened_on.year, opened_on.month, opened_on.day, 0, 1, tzinfo=JAPAN)
    cycle.save()

    queue_reminders(DUE + timedelta(days=2))

    assert keys() == expected


def test_one_row_that_fails_keeps_nobody_else_from_their_reminder(ground, monkeypatch, caplog):
    other = Ground(UserFactory(name="OCHI\nMisaki"), ground.deadline)  # no form lets it in any more
    monkeypatch.setattr(duties, "_sources", {"other": other, "answer": ground})

    sent = queue_reminders(DUE)

    assert [duty.user for duty, _stage in sent] == [ground.user]
    assert [mail.to for mail in Mail.objects.all()] == [ground.user.email]
    (line,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert line.endswith(":1-days was not queued: NoticeError")
    assert "OCHI" not in line


def test_a_database_that_is_gone_is_no_fault_of_one_reminder(ground, monkeypatch):
    def gone(**values):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(reminders, "queue_mail", gone)

    with pytest.raises(OperationalError):
        queue_reminders(DUE)


def test_a_reminder_to_a_person_who_left_is_stopped(ground):
    queue_reminders(DUE)
    ground.user.is_active = False
    ground.user.save()

    assert reason_against(Mail.objects.get())


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("2026-11-23T14:59:59+00:00", "1-days"), ("2026-11-24T15:00:01+00:00", "overdue")],
)
def test_the_day_is_the_day_in_japan(ground, moment: str, expected: str):
    with time_machine.travel(datetime.fromisoformat(moment), tick=False):
        send_reminders()

    assert keys() == [expected]


def test_duties_come_overdue_first_and_undated_last(ground, monkeypatch: pytest.MonkeyPatch):
    def undated(user, on):
        yield Duty("a", "x", ground.user, "Undated", "", None, "/")

    monkeypatch.setattr(duties, "_sources", {"undated": undated, "answer": ground})

    assert [duty.title for duty in duties_of(ground.user, DUE)] == ["Answer the survey", "Undated"]
    assert len(duties_of_all(DUE)) == 2
    assert queue_reminders(DUE - timedelta(days=30)) == []


def test_pending_duty_asks_the_source_anew(ground):
    asked = ("answer", "hosts.SurveyAnswer:1", ground.user, DUE)

    before = pending_duty(*asked) is not None
    ground.done = True

    assert (before, pending_duty(*asked)) == (True, None)
    assert pending_duty("unknown", "x", ground.user, DUE) is None


@given(left=st.integers(-400, 400))
def test_stage_of_is_the_nearest_stage_that_was_reached(left: int):
    duty = Duty("a", "x", None, "", "", Deadline(due_on=DUE), "/")

    stage = stage_of(duty, DUE - timedelta(days=left))

    if left > max(REMIND_DAYS_BEFORE):
        assert stage is None
    elif left < 0:
        assert stage == "overdue"
    else:
        days = int(stage.split("-")[0])
        assert days in REMIND_DAYS_BEFORE
        assert left <= days
        assert not [each for each in REMIND_DAYS_BEFORE if left <= each < days]


# Clocks (P15) -----------------------------------------------------------------------------------


def run_each(hours: list[datetime]) -> None:
    """The task of beat at each of these moments."""
    for moment in hours:
        with time_machine.travel(moment, tick=False):
            send_reminders()


def hourly(start: datetime, hours: int) -> list[datetime]:
    return [start + timedelta(hours=n) for n in range(hours)]


def check_stages_in_order() -> None:
    """Each stage once at most, and never one as if it were early."""
    found = [reminders.STAGES.index(stage) for stage in keys()]
    assert found == sorted(set(found))


NINE = datetime(2026, 11, 24, 9, tzinfo=JAPAN)  # on the day of the deadline


def test_three_days_without_beat_send_the_nearest_stage_and_none_twice(ground):
    before = hourly(NINE - timedelta(days=9), 24)
    after = hourly(NINE - timedelta(days=5), 24 * 9)

    run_each([*before, *after])

    assert keys() == ["14-days", "7-days", "3-days", "1-days", "overdue"]


@pytest.mark.parametrize("days", [8, 4, 2, 0])
def test_a_clock_set_back_two_hours_reminds_nobody_as_if_it_were_early(ground, days: int):
    midnight = datetime(2026, 11, 24, 0, 30, tzinfo=JAPAN) - timedelta(days=days - 1)

    run_each([midnight, *hourly(midnight - timedelta(hours=2), 30)])

    check_stages_in_order()


def test_without_a_look_at_later_stages_a_clock_set_back_does_control(ground, monkeypatch):
    monkeypatch.setattr(reminders, "_keys_from", lambda duty, stage: [reminders._key(duty, stage)])
    midnight = datetime(2026, 11, 21, 0, 30, tzinfo=JAPAN)

    run_each([midnight, *hourly(midnight - timedelta(hours=2), 30)])

    with pytest.raises(AssertionError):
        check_stages_in_order()


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Pacific/Auckland"])
def test_daylight_saving_elsewhere_changes_nothing(ground, zone: str):
    """The machine's own clock jumps; days are those of Japan."""
    start = datetime(2026, 10, 20, 0, 30, tzinfo=ZoneInfo("UTC"))
    Deadline.objects.filter(pk=ground.deadline.pk).update(due_on=date(2026, 11, 2))
    ground.deadline.refresh_from_db()

    run_each([moment.astimezone(ZoneInfo(zone)) for moment in hourly(start, 24 * 16)[::3]])

    assert keys() == ["14-days", "7-days", "3-days", "1-days", "overdue"]


def check_nothing_left_late(mailoutbox) -> None:
    """No mail speaks of a day ahead that has passed."""
    assert [message.subject for message in mailoutbox if "overdue" not in message.body] == []
    assert Mail.objects.get().state == MailState.NOT_NEEDED


def deliver_when_it_is_too_late() -> None:
    """The reminder of the day before is held up until the deadline has passed."""
    with at_nine(DUE - timedelta(days=1)):
        queue_reminders(DUE - timedelta(days=1))
    with at_nine(DUE + timedelta(days=2)):
        deliver()


def test_a_reminder_whose_deadline_has_passed_meanwhile_is_not_sent(ground, mailoutbox):
    deliver_when_it_is_too_late()

    check_nothing_left_late(mailoutbox)


def test_without_the_last_look_it_goes_out_late_control(ground, mailoutbox, monkeypatch):
    monkeypatch.setitem(fates._checks, "reminder", lambda _mail: None)

    deliver_when_it_is_too_late()

    with pytest.raises(AssertionError):
        check_nothing_left_late(mailoutbox)


@given(
    lefts=st.lists(st.integers(-30, 30), min_size=1, max_size=6),
    known=st.sets(st.sampled_from(reminders.STAGES)),
)
def test_the_plan_is_a_function_of_duties_day_and_sent_rows_alone(lefts: list[int], known: set):
    """No database stands behind this test; the same values give the same plan."""
    cycle = Cycle(opened_at=datetime(2026, 9, 1, tzinfo=JAPAN))
    person = User(pk=1)
    made = [
        Duty(
            "a", f"x:{n}", person, "", "", Deadline(due_on=DUE + timedelta(days=n), cycle=cycle), ""
        )
        for n in sorted(set(lefts))
    ]
    sent = {reminders._key(duty, stage) for duty in made for stage in known}

    plans = [reminders.plan_reminders(duties_in, DUE, sent) for duties_in in (made, tuple(made))]

    assert plans[0] == plans[1]
    for duty, stage in plans[0]:
        assert stage == stage_of(duty, DUE)
        later = reminders.STAGES[reminders.STAGES.index(stage) :]
        assert not known.intersection(later)
    after = sent | {reminders._key(duty, stage) for duty, stage in plans[0]}
    assert reminders.plan_reminders(made, DUE, after) == []
