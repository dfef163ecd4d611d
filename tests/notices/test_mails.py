"""Each mail is one row for ever, and its fate is known or shown to a person."""

import smtplib
import threading
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from email.headerregistry import Address
from pathlib import Path

import pytest
from django.core import mail as django_mail
from django.db import connection
from django.utils import timezone

from notices import doorbell
from notices.letters import withdraw_letter
from notices.mails import confirm_sent, deliver, fates, message, resend, still_needed
from notices.models import Letter, Mail, NoticeError
from notices.states import MailState
from notices.tasks import deliver_mails

pytestmark = pytest.mark.django_db


Make = Callable[..., Mail]


def later(mail: Mail) -> Mail:
    """The mail with its next attempt due now."""
    Mail.objects.filter(pk=mail.pk).update(due_at=timezone.now())
    mail.refresh_from_db()
    return mail


def abandoned(mail: Mail) -> Mail:
    """The mail as a worker leaves it that died while handing it over."""
    past = timezone.now() - timedelta(minutes=1)
    Mail.objects.filter(pk=mail.pk).update(state=MailState.IN_FLIGHT, lease_until=past, attempts=1)
    mail.refresh_from_db()
    return mail


def parsed(content: bytes):
    return message_from_bytes(content, policy=policy.default)


def test_deliver_hands_over_in_order_of_urgency(queue: Make, mailoutbox):
    queue("a", subject="reminder")
    queue("b", subject="code", priority=0)
    queue("c", subject="tomorrow", due_at=timezone.now() + timedelta(days=1))

    assert deliver() == 2

    assert [message.subject for message in mailoutbox] == ["code", "reminder"]
    assert list(Mail.objects.order_by("key").values_list("state", flat=True)) == [
        "sent",
        "sent",
        "queued",
    ]
    sent = Mail.objects.get(key="a")
    assert [event.to_state for event in sent.events.all()] == ["queued", "in_flight", "sent"]
    assert (sent.attempts, sent.lease_until, sent.sent_at is None) == (1, None, False)


def test_the_task_delivers_everything_and_may_run_twice(queue: Make, mailoutbox):
    for number in range(3):
        queue(str(number))

    deliver_mails()
    deliver_mails()

    assert len(mailoutbox) == 3


def test_a_mail_over_the_wire(queue: Make, issue: Callable[..., Letter], sink, letter_store):
    letter = issue()
    mail = queue(letter=letter, to_name='西条市 "森田", <x@evil.example>')

    deliver()

    [content] = sink.taken
    message = parsed(content)
    assert message["To"].addresses == (
        Address('西条市 "森田", <x@evil.example>', addr_spec="host@example.jp"),
    )
    assert (message["Bcc"], message["Cc"]) == (None, None)
    assert message["Message-ID"] == mail.message_id
    assert message["Subject"] == "受入決定のお知らせ"
    assert message["Auto-Submitted"] == "auto-generated"
    [attached] = message.iter_attachments()
    assert attached.get_filename() == "8自国経第1号.pdf"
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == (letter_store / letter.file).read_bytes()


def test_a_damaged_letter_is_not_mailed(queue: Make, issue, mailoutbox, letter_store):
    letter = issue()
    mail = queue(letter=letter)
    other = queue("other")
    (letter_store / letter.file).write_bytes(b"forged")

    deliver()

    mail.refresh_from_db()
    other.refresh_from_db()
    assert (mail.state, other.state) == (MailState.FAILED, MailState.SENT)
    assert letter.reference in mail.last_error
    assert len(mailoutbox) == 1


def test_a_letter_is_mailed_only_when_issued_and_not_when_withdrawn(queue: Make, issue, draft):
    with pytest.raises(NoticeError):
        queue(letter=draft("draft"))
    letter = issue()
    mail = queue(letter=letter)
    withdraw_letter(letter, "辞退のため", "安藤")

    deliver()

    mail.refresh_from_db()
    assert mail.state == MailState.NOT_NEEDED
    assert letter.reference in mail.last_error


def test_a_chunk_leaves_over_one_connection_and_one_refusal_touches_no_other(queue: Make, sink):
    sink.answers = {"gone@example.jp": "550 no such user", "slow@example.jp": "450 try later"}
    good = [queue(f"good{number}") for number in range(3)]
    gone, slow = queue("gone", to="gone@example.jp"), queue("slow", to="slow@example.jp")
    good.append(queue("last"))

    deliver()

    for mail in (gone, slow, *good):
        mail.refresh_from_db()
    assert [mail.state for mail in good] == [MailState.SENT] * 4
    assert (gone.state, gone.last_error) == (MailState.FAILED, "550 no such user")
    assert (slow.state, slow.attempts) == (MailState.QUEUED, 1)
    assert timedelta(seconds=50) < slow.due_at - timezone.now() <= timedelta(minutes=1)
    assert sink.sessions == 1


def test_a_server_that_is_away_is_tried_four_times_more(queue: Make, settings, smtp_port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp_port
    mail = queue(stop_when_uncertain=True)
    waits = []

    for _attempt in range(5):
        deliver()
        mail.refresh_from_db()
        waits.append(round((mail.due_at - timezone.now()).total_seconds() / 60))
        later(mail)

    assert waits[:4] == [1, 5, 30, 120]
    assert (mail.state, mail.attempts) == (MailState.FAILED, 5)
    assert "ConnectionRefusedError" in mail.last_error


def test_a_lost_lease_sends_again_with_the_same_message_id(queue: Make, mailoutbox):
    mail = abandoned(queue())

    deliver()

    mail.refresh_from_db()
    assert mail.state == MailState.SENT
    assert [message.extra_headers["Message-ID"] for message in mailoutbox] == [mail.message_id]


def test_a_lost_lease_of_a_decision_waits_for_a_person(queue: Make, mailoutbox):
    mail = abandoned(queue(stop_when_uncertain=True))

    deliver()

    mail.refresh_from_db()
    assert (mail.state, mailoutbox) == (MailState.UNCERTAIN, [])


def test_a_mail_that_kills_its_worker_again_and_again_fails_in_the_end(queue: Make, mailoutbox):
    mail = abandoned(queue())
    Mail.objects.update(attempts=5)

    deliver()

    mail.refresh_from_db()
    assert (mail.state, mailoutbox) == (MailState.FAILED, [])


@pytest.mark.parametrize(
    ("stops", "state"), [(True, MailState.UNCERTAIN), (False, MailState.QUEUED)]
)
def test_a_line_that_breaks_after_the_text_leaves_the_fate_open(
    queue: Make, sink, stops: bool, state: str
):
    sink.after_data = "drop"
    mail = queue(stop_when_uncertain=stops)

    deliver()

    mail.refresh_from_db()
    assert (mail.state, len(sink.taken)) == (state, 1)


def test_a_mail_that_leaves_after_its_lease_was_lost_is_recorded_as_sent(queue: Make):
    mail = queue()
    [held] = fates.reserve(1)
    assert fates.take(held)
    Mail.objects.update(state=MailState.QUEUED, lease_until=None)

    fates.sent(held)

    mail.refresh_from_db()
    assert mail.state == MailState.SENT


def test_a_worker_that_lost_its_reservation_leaves_the_mail_alone(queue: Make, mailoutbox):
    mail = queue()
    [held] = fates.reserve(1)
    Mail.objects.update(lease_until=timezone.now() + timedelta(minutes=9))

    assert not fates.take(held)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 0)


def test_reserved_mails_of_a_dead_worker_are_sent_when_the_lease_ends(queue: Make, mailoutbox):
    mail = queue(stop_when_uncertain=True)
    fates.reserve(1)
    assert deliver() == 0
    Mail.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    deliver()

    mail.refresh_from_db()
    assert (mail.state, len(mailoutbox)) == (MailState.SENT, 1)


def test_a_mail_that_is_no_longer_needed_is_not_sent(queue: Make, mailoutbox, monkeypatch):
    monkeypatch.setattr(fates, "_checks", {})

    @still_needed("reminder")
    def reminder_reason(mail: Mail) -> str | None:
        return "回答済み" if mail.related.endswith(":1") else None

    done = queue("done", purpose="reminder", related="hosts.HostRequest:1")
    open_one = queue("open", purpose="reminder", related="hosts.HostRequest:2")

    deliver()

    done.refresh_from_db()
    open_one.refresh_from_db()
    assert (done.state, done.last_error) == (MailState.NOT_NEEDED, "回答済み")
    assert open_one.state == MailState.SENT
    assert len(mailoutbox) == 1


def test_a_check_that_fails_holds_back_its_own_mail_only(queue: Make, mailoutbox, monkeypatch):
    monkeypatch.setattr(fates, "_checks", {})

    @still_needed("reminder")
    def broken(mail: Mail) -> str | None:
        raise KeyError(mail.key)

    mail, other = queue("a", purpose="reminder"), queue("b")

    deliver()

    mail.refresh_from_db()
    other.refresh_from_db()
    assert (mail.state, mail.attempts, other.state) == (MailState.QUEUED, 1, MailState.SENT)
    assert "KeyError" in mail.last_error


def test_staff_resend_or_confirm_what_stopped(queue: Make, mailoutbox):
    mail = abandoned(queue(stop_when_uncertain=True))
    other = abandoned(queue("other", stop_when_uncertain=True))
    deliver()

    resend(mail, "安藤")
    confirm_sent(other, "安藤")
    deliver()

    mail.refresh_from_db()
    other.refresh_from_db()
    assert (mail.state, other.state) == (MailState.SENT, MailState.SENT)
    assert [message.extra_headers["Message-ID"] for message in mailoutbox] == [mail.message_id]
    assert other.events.last().by_label == "安藤"
    with pytest.raises(NoticeError):
        resend(mail, "安藤")


def test_a_time_limit_gives_the_rest_back(queue: Make, mailoutbox):
    for number in range(3):
        queue(str(number))

    deliver(seconds=-1)

    assert mailoutbox == []
    assert deliver() == 3


def test_a_dead_broker_only_silences_the_doorbell(
    queue: Make, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(**options: object) -> None:
        calls.append(options)
        raise ConnectionRefusedError

    calls: list[dict] = []
    monkeypatch.setattr(deliver_mails, "apply_async", refuse)
    monkeypatch.setattr(doorbell, "_silent_until", None)

    for key in ("a", "b"):
        with django_capture_on_commit_callbacks(execute=True):
            queue(key)

    assert calls == [{"expires": 30, "retry": False}]
    assert Mail.objects.count() == 2


def test_the_file_backend_writes_whole_mails(queue: Make, settings, tmp_path: Path):
    settings.EMAIL_BACKEND = "notices.backends.FileBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    mail = queue()

    deliver()

    [path] = (tmp_path / "mail").iterdir()
    assert path.suffix == ".eml"
    assert "host@example.jp" in path.name
    message = parsed(path.read_bytes())
    assert message["Message-ID"] == mail.message_id
    assert message.get_content().strip() == "受入れを決定しました。"


def test_a_full_disk_is_no_uncertain_fate(queue: Make, settings, tmp_path: Path):
    settings.EMAIL_BACKEND = "notices.backends.FileBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    (tmp_path / "mail").write_text("a file where the folder should be")
    mail = queue(stop_when_uncertain=True)

    deliver()

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1)


def test_a_refusal_of_the_sender_is_not_the_fault_of_a_recipient(queue: Make, monkeypatch):
    class Refusing(django_mail.backends.base.BaseEmailBackend):
        def send_messages(self, email_messages):
            raise smtplib.SMTPSenderRefused(550, b"who are you", "lgotp@example.jp")

    monkeypatch.setattr(message, "get_connection", lambda **options: Refusing())
    mail = queue()

    deliver()

    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == (MailState.QUEUED, "550 who are you")


@pytest.mark.django_db(transaction=True)
def test_two_workers_hand_over_each_mail_once(queue: Make, sink):
    for number in range(40):
        queue(str(number))
    barrier = threading.Barrier(4)
    faults: list[Exception] = []

    def work() -> None:
        barrier.wait()
        try:
            while deliver(limit=7):
                pass
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    ids = sorted(parsed(content)["Message-ID"] for content in sink.taken)
    assert faults == []
    assert ids == sorted(Mail.objects.values_list("message_id", flat=True))
    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.SENT}


def test_deliver_forgets_the_text_of_a_code_once_it_was_sent(queue: Make):
    secret = queue(key="code", body="Your code is ABCD.", forget_body=True)
    plain = queue(key="plain", body="Nothing secret.")

    deliver()

    secret.refresh_from_db()
    plain.refresh_from_db()
    assert (secret.state, secret.body) == (MailState.SENT, "")
    assert plain.body == "Nothing secret.\n"


@pytest.mark.parametrize(
    ("after", "is_whole"),
    [("", True), ("/ja/", True), (")", True), ("）から", True), (".evil.example", False)],
)
def test_only_the_portals_own_address_stays_a_link(queue: Make, settings, after, is_whole):
    settings.SITE_URL = "https://portal.example.jp"

    mail = queue(subject="Subject", body=f"See https://portal.example.jp{after}")

    assert (f"https://portal.example.jp{after}" in mail.body) is is_whole
