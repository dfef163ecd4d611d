"""What may be queued as a mail: one row for one key, with a cause, and without tricks."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from notices import doorbell
from notices.mails import queue_mail
from notices.models import Mail, MailEvent, NoticeError

pytestmark = pytest.mark.django_db


Make = Callable[..., Mail]


def test_queue_mail_keeps_one_row_for_one_key(queue: Make):
    first = queue()

    second = queue(subject="別の件名")

    assert second == first
    assert second.subject == "受入決定のお知らせ"
    assert [event.to_state for event in MailEvent.objects.all()] == ["queued"]


def test_queue_mail_belongs_to_the_transaction_of_its_cause(queue: Make):
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)

    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "host@example.jp\nBcc: all@example.jp"},
        {"to": "host@example.jp\r\n"},
        {"to": "a@example.jp, b@example.jp"},
        {"to": "nobody"},
        {"to_name": "森田\nBcc: all@example.jp"},
        {"subject": "受入決定\r\nBcc: all@example.jp"},
        {"subject": "受入決定\u2028Bcc: all@example.jp"},
        {"subject": " "},
        {"body": ""},
        {"related": " "},
    ],
)
def test_queue_mail_refuses_what_could_carry_headers_or_has_no_cause(queue: Make, changes: dict):
    with pytest.raises(NoticeError):
        queue(**changes)

    assert not Mail.objects.exists()


def test_a_mail_without_a_cause_is_refused_by_the_database(queue: Make):
    queue()

    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.update(related="")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_queue_mail_renders_a_template(queue: Make, settings, tmp_path: Path, language: str):
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / f"hello.{language}.txt").write_text(
        f"{{% extends 'mails/_base.{language}.txt' %}}"
        "{% block subject %}About {{ name }}{% endblock %}"
        "{% block body %}{{ name }}: {{ site_url }}/x{% endblock %}"
    )
    templates = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**templates, "DIRS": [tmp_path, *templates["DIRS"]]}]
    settings.SITE_URL = "https://lgotp.example.jp"

    mail = queue(
        subject=None,
        body=None,
        template="hello",
        language=language,
        context={"name": "O'Brien <b>\nBcc: all@example.jp"},
    )

    assert mail.subject == "About O'Brien <b> Bcc: all@example.jp"
    assert "O'Brien <b>\nBcc: all@example.jp: https://lgotp.example.jp/x" in mail.body
    greeting = {"ja": "西条市　森田　様", "en": "Dear 西条市　森田,"}[language]
    assert mail.body.startswith(greeting)


def test_links_lead_to_the_portal_only(queue: Make, settings):
    settings.SITE_URL = "https://lgotp.example.jp"

    mail = queue(
        subject="See http://evil.example",
        body="https://lgotp.example.jp/ja/ https://lgotp.example.jp.evil.example/ "
        "HTTP://evil.example www.evil.example //x javascript://y\u202etxt\x07",
    )

    assert mail.subject == "See http : //evil.example"
    assert mail.body == (
        "https://lgotp.example.jp/ja/ https : //lgotp.example.jp.evil.example/ "
        "HTTP : //evil.example www . evil.example //x javascript : //ytxt\n"
    )


def test_many_mails_of_one_transaction_ring_once(queue: Make, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        for number in range(5):
            queue(str(number))

    assert callbacks == [doorbell.ring_for_mails]


@pytest.mark.django_db(transaction=True)
def test_one_key_queued_at_once_is_one_mail(queue: Make):
    barrier = threading.Barrier(6)
    found: list[object] = []

    def work() -> None:
        barrier.wait()
        try:
            found.append(queue().pk)
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [Mail.objects.get().pk] * 6


def test_queue_mail_needs_a_cause_by_name():
    with pytest.raises(TypeError):
        queue_mail(key="x", purpose="x", to="a@example.jp", to_name="", language="en")
