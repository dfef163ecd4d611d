"""P12: a worker may die at any moment; no mail is lost, and none is doubled but by that death."""

import os
import signal
import time
from collections.abc import Iterator

import pytest
from django.conf import settings

from notices.mails import deliver, delivery, fates
from notices.models import Mail
from notices.states import MailState
from tests.faults.barrier import at_once, failures
from tests.faults.outbox import (
    OVER,
    check_each_left_once,
    check_nothing_lost,
    death_at,
    deliver_in_a_process,
    end_leases,
    queue_mails,
    quick_environment,
    quick_worker,
    wait_until,
)
from tests.faults.processes import Running
from tests.faults.sink import ACCEPTED, Received, Sink

pytestmark = pytest.mark.django_db(transaction=True)

# What a process calls when it writes to a database in a file, and to any server; which of these
# calls it dies at. The mails of a decision and of a reminder are both under way between them.
IS_FILE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
DEATHS = [("pwrite64", n) for n in (8, 20)] if IS_FILE else []
DEATHS += [("sendto", n) for n in ((5, 9) if IS_FILE else (14, 20, 24, 35))]


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    """A mail server, and this process's settings that lead to it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with Sink() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def sweep() -> None:
    """Some minutes later another worker looks."""
    end_leases()
    while deliver():
        pass


def is_over() -> bool:
    return not Mail.objects.exclude(state__in=OVER).exists()


def test_a_worker_killed_right_after_each_250_loses_nothing_and_doubles_only_that_mail(sink):
    """Real workers: each mail in turn is the one after whose 250 the worker is killed."""
    mails = queue_mails(3, stop=lambda n: n == 1)
    workers: list[Running] = []
    killed: list[str] = []

    def stop(received: Received, _n: int) -> str:
        """Until it is killed the worker does not get to read the 250 that is on its way."""
        if received.message_id not in killed:
            wait_until(lambda: bool(workers) and workers[-1].process.poll() is None)
            os.killpg(workers[-1].pid, signal.SIGSTOP)
        return ACCEPTED

    def kill(n: int) -> None:
        message_id = sink.messages[n - 1].message_id
        if message_id not in killed:
            killed.append(message_id)
            os.killpg(workers[-1].pid, signal.SIGKILL)

    sink.answer, sink.after_250 = stop, kill
    env = quick_environment(sink)
    deadline = time.monotonic() + 90
    while not is_over():
        assert time.monotonic() < deadline
        with quick_worker(env) as worker:
            workers.append(worker)
            wait_until(lambda at=worker: is_over() or at.process.poll() is not None, 40)

    assert sorted(killed) == sorted(mail.message_id for mail in mails)
    check_nothing_lost(sink.messages, kills=len(killed))
    assert len(sink.messages) == 3 + 2  # two repeated, the one that stops was not
    mails[1].refresh_from_db()
    assert mails[1].state == MailState.UNCERTAIN


@pytest.mark.parametrize(("call", "n"), DEATHS)
def test_a_worker_killed_at_any_of_its_writes_loses_nothing(sink, call: str, n: int):
    """KILL-N in its short form; `soak.outbox` goes through every N until the process survives."""
    queue_mails(2, stop=lambda n: n == 1)

    code = deliver_in_a_process(quick_environment(sink), *death_at(call, n))
    sweep()

    assert code == -signal.SIGKILL
    check_nothing_lost(sink.messages, kills=1)


def die_after_the_first_250(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the worker had been killed there: its result is never written."""

    class Killed(BaseException):
        pass

    def killed(_mail: Mail) -> None:
        monkeypatch.undo()
        raise Killed

    monkeypatch.setattr(fates, "sent", killed)
    with pytest.raises(Killed):
        deliver()


def test_without_the_sweeper_a_mail_stays_stuck_control(sink, monkeypatch):
    queue_mails(2)
    die_after_the_first_250(sink, monkeypatch)
    monkeypatch.setattr(fates, "rescue_lost", lambda: None)

    sweep()

    with pytest.raises(AssertionError, match="stuck"):
        check_nothing_lost(sink.messages, kills=1)


def test_with_a_new_message_id_a_repeated_mail_is_not_known_again_control(sink, monkeypatch):
    (mail,) = queue_mails(1)
    die_after_the_first_250(sink, monkeypatch)
    Mail.objects.filter(pk=mail.pk).update(message_id="<another@example.jp>")

    sweep()

    with pytest.raises(AssertionError):
        check_nothing_lost(sink.messages, kills=1)


def test_a_decision_that_does_not_stop_is_sent_twice_control(sink, monkeypatch):
    queue_mails(1, stop=lambda _n: True)
    die_after_the_first_250(sink, monkeypatch)
    Mail.objects.update(stop_when_uncertain=False)

    sweep()

    Mail.objects.update(stop_when_uncertain=True)
    with pytest.raises(AssertionError, match="sent twice by itself"):
        check_nothing_lost(sink.messages, kills=1)


def two_workers() -> None:
    """Two workers hand over at the same moment, each as long as it finds something."""

    def work() -> None:
        while deliver(limit=5):
            pass

    assert failures(at_once(work, work)) == []


def test_two_workers_hand_over_each_mail_once(sink):
    queue_mails(20)

    two_workers()

    check_each_left_once(sink.messages)


def test_without_the_lease_check_mails_double_control(sink, monkeypatch):
    """A worker that takes what another one holds hands it over a second time."""
    queue_mails(20)
    sink.delay = 0.005

    def reserve_all(limit: int) -> list[Mail]:
        return list(Mail.objects.filter(state=MailState.QUEUED).order_by("pk")[:limit])

    monkeypatch.setattr(fates, "reserve", reserve_all)
    monkeypatch.setattr(fates, "take", lambda mail: True)
    two_workers()

    with pytest.raises(AssertionError):
        check_each_left_once(sink.messages)


def test_a_lease_begins_anew_with_each_hand_over(sink, monkeypatch):
    """The mails before it in the chunk may have used up its time."""
    queue_mails(1)
    (mail,) = fates.reserve(1)
    reserved_until = mail.lease_until
    time.sleep(0.01)

    assert fates.take(mail)

    mail.refresh_from_db()
    assert mail.lease_until > reserved_until
    assert fates.LEASE.total_seconds() > delivery.SECONDS
