"""Letters of a test lie in its own folder."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from notices.letters import draft_letter, render_letter
from notices.mails import queue_mail
from notices.models import Letter, Mail
from tests.notices.values import host_values


@pytest.fixture(autouse=True)
def letter_store(settings: Any, tmp_path: Path) -> Path:
    """The folder that holds the bytes of letters."""
    folder = tmp_path / "letters"
    backend = "django.core.files.storage.FileSystemStorage"
    store = {"BACKEND": backend, "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "letters": store}
    return folder


@pytest.fixture
def draft() -> Callable[..., Letter]:
    """Draft a letter to a host; every argument may be given."""

    def make(key: str = "placement:12:host:1", **changes: Any) -> Letter:
        values = {
            "kind": "placement-notice-host",
            "language": "ja",
            "series": "KK",
            "reference_format": "{era_year}自国経第{number}号",
            "issued_on": date(2027, 2, 19),
            "subject": "協力交流研修員の受入れの決定について（通知）",
            "addressee": "愛媛県西条市長",
            "template": "placement_notice.host",
            "context": host_values(),
        }
        return draft_letter(key=key, **{**values, **changes})

    return make


@pytest.fixture
def issue(draft: Callable[..., Letter]) -> Callable[..., Letter]:
    """Draft a letter and issue it."""

    def make(key: str = "placement:12:host:1", **changes: Any) -> Letter:
        return render_letter(draft(key, **changes).pk)

    return make


@pytest.fixture
def queue() -> Callable[..., Mail]:
    """Queue a mail; every argument may be given."""

    def make(key: str = "placement:12:decided:host@example.jp", **changes: Any) -> Mail:
        values = {
            "purpose": "placement-decided",
            "to": "host@example.jp",
            "to_name": "西条市　森田",
            "language": "ja",
            "subject": "受入決定のお知らせ",
            "body": "受入れを決定しました。",
            "related": "placements.Placement:12",
        }
        return queue_mail(key=key, **{**values, **changes})

    return make


class Sink:
    """A mail server that keeps what it takes and refuses what the test says."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.sessions = 0
        self.answers: dict[str, str] = {}
        self.after_data = "250 OK"
        self.on_data: Callable[[], None] = lambda: None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.on_data()
        self.taken.append(envelope.original_content)
        if self.after_data == "drop":
            server.transport.abort()
        return self.after_data


@pytest.fixture
def sink(settings: Any, smtp_port: int) -> Iterator[Sink]:
    """A mail server of this test, and the settings that lead to it."""
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=smtp_port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp_port
    yield handler
    controller.stop()


@pytest.fixture
def smtp_port() -> int:
    """A port on which nothing listens."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
