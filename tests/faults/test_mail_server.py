"""P14: a mail server may hang, dawdle, refuse one of many or be away; the others leave."""

import socketserver
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.utils import timezone

from notices.mails import deliver, delivery, fates, message
from notices.models import Mail
from notices.states import MailState
from tests.faults.outbox import queue_mails
from tests.faults.sink import ACCEPTED, DROP, HANG, Sink

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with Sink() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def states() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("state", flat=True))


def check_others_left(sink: Sink, troubled: int) -> None:
    """Every mail but this one was taken, once."""
    to = sorted(received.to for received in sink.messages)
    others = sorted(Mail.objects.exclude(to=f"reader{troubled}@example.jp").values_list("to"))
    assert to == [address for (address,) in others]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (HANG, MailState.QUEUED),
        (DROP, MailState.QUEUED),
        ("421 closing", MailState.QUEUED),
        ("450 greylisted", MailState.QUEUED),
        ("550 no such user", MailState.FAILED),
    ],
)
def test_trouble_with_one_of_many_touches_no_other(sink, monkeypatch, answer: str, state: str):
    monkeypatch.setattr(message, "HAND_OVER_SECONDS", 2.0)
    sink.answer = lambda received, _n: answer if "reader2@" in received.to else ACCEPTED
    queue_mails(5)

    started = time.monotonic()
    deliver()

    assert time.monotonic() - started < 10
    check_others_left(sink, 2)
    assert states() == ["sent", "sent", state, "sent", "sent"]
    troubled = Mail.objects.get(to="reader2@example.jp")
    assert troubled.last_error
    if state == MailState.QUEUED:
        assert timedelta() < troubled.due_at - timezone.now() <= timedelta(minutes=1)


def test_a_fault_that_ended_the_chunk_would_keep_the_others_control(sink, monkeypatch):
    sink.answer = lambda received, _n: DROP if "reader2@" in received.to else ACCEPTED
    queue_mails(5)

    def hand_over(mail: Mail, line: message.Line) -> None:
        line.send(message.build_message(mail))

    monkeypatch.setattr(delivery, "_deliver_one", hand_over)
    with pytest.raises(Exception, match="closed"):
        deliver()

    with pytest.raises(AssertionError):
        check_others_left(sink, 2)


class _Drip(socketserver.StreamRequestHandler):
    """A mail server that gives its answers letter by letter, so that no read ever times out."""

    def handle(self) -> None:
        self._say(b"220 drip\r\n", 0)
        while line := self.rfile.readline():
            slow = line.upper().startswith(b"MAIL")
            self._say(b"250 ok and some more words\r\n", 0.2 if slow else 0)

    def _say(self, words: bytes, pause: float) -> None:
        for letter in words:
            self.wfile.write(bytes([letter]))
            time.sleep(pause)


@pytest.fixture
def drip(settings) -> Iterator[None]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 1
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Drip) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_args: None  # type: ignore[method-assign]
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield
        server.shutdown()


def hand_over_slowly() -> float:
    """How long one mail keeps a worker."""
    queue_mails(1)
    started = time.monotonic()
    deliver()
    return time.monotonic() - started


def test_a_hand_over_as_a_whole_has_a_limit(drip, monkeypatch):
    assert message.HAND_OVER_SECONDS == 20
    monkeypatch.setattr(message, "HAND_OVER_SECONDS", 1.0)

    taken = hand_over_slowly()

    mail = Mail.objects.get()
    assert 0.9 < taken < 2.5
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1)


def test_a_line_that_breaks_before_the_text_leaves_no_fate_open(drip, monkeypatch):
    """A mail that stops when uncertain is certain here: it was not handed over."""
    monkeypatch.setattr(message, "HAND_OVER_SECONDS", 0.5)
    queue_mails(1, stop=lambda _n: True)

    deliver()

    assert states() == ["queued"]


def test_a_line_that_breaks_after_the_text_does_control(sink):
    sink.answer = lambda _received, _n: DROP
    queue_mails(1, stop=lambda _n: True)

    deliver()

    assert states() == ["uncertain"]


def test_without_the_limit_the_answers_may_go_on_control(drip):
    with pytest.raises(AssertionError):
        assert hand_over_slowly() < 2.5


def check_attempts(attempts: list[datetime]) -> None:
    """P14: at once, then after 1, 5, 30 and 120 minutes, each counted from the one before."""
    gaps = [round((b - a).total_seconds() / 60) for a, b in pairwise(attempts)]
    assert gaps == [1, 5, 30, 120]


def attempts_over(hours: float, sink: Sink) -> list[datetime]:
    """When the mail server saw the mail while beat looked every minute."""
    seen = []
    with time_machine.travel(MORNING, tick=False) as clock:
        queue_mails(1)
        while timezone.now() < MORNING + timedelta(hours=hours):
            before = len(sink.arrived)
            deliver()
            if len(sink.arrived) > before:
                seen.append(timezone.now())
            clock.shift(60)
    return seen


def test_a_refusal_for_now_is_tried_after_1_5_30_and_120_minutes_then_shown_to_staff(sink):
    sink.answer = lambda _received, _n: "451 come back later"

    check_attempts(attempts_over(3, sink))

    mail = Mail.objects.get()
    assert (mail.state, mail.attempts) == (MailState.FAILED, 5)
    assert "451 come back later" in mail.last_error


def test_with_one_wait_for_all_attempts_the_times_are_wrong_control(sink, monkeypatch):
    sink.answer = lambda _received, _n: "451 come back later"
    monkeypatch.setattr(fates, "RETRY_AFTER", [timedelta(minutes=1)] * 4)

    with pytest.raises(AssertionError):
        check_attempts(attempts_over(1, sink))


def test_a_mail_server_that_was_away_for_an_hour_gets_every_mail(sink):
    """Greylisting and an hour of maintenance end before the last attempt."""
    sink.answer = lambda _received, _n: (
        ACCEPTED if timezone.now() >= MORNING + timedelta(hours=1) else "421 maintenance"
    )

    assert attempts_over(3, sink)[-1] < MORNING + timedelta(hours=3)

    assert states() == ["sent"]
