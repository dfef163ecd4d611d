"""P17: what people type adds no header, no recipient, no link and no HTML to a mail."""

import re
import smtplib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notices.mails import deliver, queue_mail, queueing
from notices.models import Mail, NoticeError
from tests.faults.sink import Received, Sink

pytestmark = pytest.mark.django_db

SITE = "https://portal.example.jp"
TO = "reader@example.jp"
HEADERS = {
    "auto-submitted",
    "content-language",
    "content-transfer-encoding",
    "content-type",
    "date",
    "from",
    "message-id",
    "mime-version",
    "subject",
    "to",
}
LINK = re.compile(r"(?i)(?:[a-z][a-z0-9+.-]*://|(?<![a-z])www\.|(?<![a-z])(?:mailto|tel):)\S*")
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u2028\u2029\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
HOSTILE = [
    "\r\nBcc: all@evil.example\r\n\r\n",
    "\nContent-Type: text/html\n\n<html>",
    "\u2028Bcc: all@evil.example",
    "=?utf-8?q?=0ABcc:_all=40evil.example?=",
    '"x" <all@evil.example>, ',
    "<a href='http://evil.example'>here</a>",
    "<script>alert(1)</script>",
    "[here](https://evil.example)",
    "詳細http://evil.example",
    "1HTTPS://evil.example",
    "参照www.evil.example",
    "\u202eelpmaxe.live//:ptth\u202c",
    "mailto:all@evil.example",
    f"{SITE}.evil.example/",
    f"{SITE}@evil.example/",
    "\x00\x1b[31m",
    "\r\n.\r\nMAIL FROM:<x@evil.example>\r\n",
    "長" * 1000,
    "x" * 1000,
    "{{ 7|add:7 }}{% now 'Y' %}%s{0}",
]
text = st.lists(
    st.one_of(
        st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    ),
    min_size=1,
    max_size=4,
).map("".join)


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.SITE_URL = SITE
    with Sink() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def queue_typed(typed: str, **changes: object) -> None:
    """Mails with what somebody typed where names, titles and subjects stand, or their refusal."""
    title = {"title": typed, "programme": typed, "fiscal_year": "FY2027", "days_left": 1}
    for n, values in enumerate(
        [
            {"to_name": typed, "template": "reminder", "context": {"title": "x"}},
            {"to_name": "Reader", "template": "reminder", "context": title},
            {"to_name": "", "subject": typed, "body": typed},
        ]
    ):
        try:
            queue_mail(
                key=f"typed:{Mail.objects.count()}:{n}",
                purpose="typed",
                to=TO,
                language="en",
                related="tests.Typed:1",
                **{**values, **changes},
            )
        except NoticeError:
            continue  # refused in words, before anything was stored


def check_harmless(received: Received) -> None:
    """One recipient, the headers we write, plain text, no way out of the portal."""
    mail = received.parsed
    assert received.recipients == [TO]
    assert sorted(name.lower() for name in mail) == sorted(HEADERS)
    assert [address.addr_spec for address in mail["To"].addresses] == [TO]
    assert not mail.is_multipart()
    assert mail.get_content_type() == "text/plain"
    body = mail.get_content()
    for shown in (str(mail["Subject"]), body):
        assert not TURNING.search(shown)
        for link in LINK.findall(shown):
            assert re.fullmatch(re.escape(SITE) + r"(?:[/)）、。]\S*)?", link), link
    assert len(str(mail["Subject"]).strip()) <= 250
    assert "14" not in body, "a text is no template"


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(typed=text)
def test_what_people_type_stays_text(sink, typed: str):
    sink.arrived.clear()
    Mail.objects.all().delete()

    queue_typed(typed.replace("14", ""))
    deliver()

    assert len(sink.messages) == Mail.objects.count()
    for received in sink.messages:
        check_harmless(received)


@pytest.mark.parametrize("typed", HOSTILE)
def test_each_known_trick_stays_text(sink, typed: str):
    queue_typed(typed)
    deliver()

    assert len(sink.messages) == Mail.objects.count() >= 1
    for received in sink.messages:
        check_harmless(received)


def test_without_the_breaking_of_addresses_a_link_gets_in_control(sink, monkeypatch):
    monkeypatch.setattr(queueing, "_only_own_links", lambda text: text)

    queue_typed("http://evil.example")
    deliver()

    with pytest.raises(AssertionError):
        check_harmless(sink.messages[0])


def test_a_mail_put_together_from_strings_takes_a_header_control(sink):
    typed = HOSTILE[0].strip() + ", b@evil.example"
    raw = f"From: a@example.jp\r\nTo: {TO}\r\nSubject: To you\r\n{typed}\r\n\r\nHello\r\n"
    with smtplib.SMTP("127.0.0.1", sink.port) as line:
        line.sendmail("a@example.jp", [TO], raw)

    with pytest.raises(AssertionError):
        check_harmless(sink.messages[0])
