"""Nothing that can be sent is a fault of ours: no 5xx, no trace, every header (P40)."""

import io
import time
from urllib.parse import unquote_to_bytes

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client

from tests import factories
from tests.faults.fuzz import Fuzzer, Request
from tests.routes import addresses

pytestmark = pytest.mark.django_db

SECONDS = 8
MARK = b"Traceback (most recent"


def environ_of(request: Request, cookie: str) -> dict[str, object]:
    """As gunicorn hands it on: bytes as latin-1, the path unquoted."""
    path, _mark, query = request.path.partition("?")
    found: dict[str, object] = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.1",
        "HTTP_HOST": "testserver",
        "CONTENT_LENGTH": str(len(request.body)) if request.body else "",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        found[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    found["HTTP_COOKIE"] = "; ".join(filter(None, [cookie, request.headers.get("Cookie", "")]))
    return found


def ask(handler: WSGIHandler, request: Request, cookie: str) -> tuple[int, dict[str, str], bytes]:
    said: list = []
    response = handler(environ_of(request, cookie), lambda *args: said.append(args))
    body = b"".join(response)
    response.close()
    status, headers = said[0][:2]
    return int(status.split()[0]), dict(headers), body


def faults_in(handler, fuzzer: Fuzzer, cookie: str, seconds: float) -> list[str]:
    """Each request that was answered with a fault of ours, with what repeats it."""
    found: list[str] = []
    deadline = time.monotonic() + seconds
    count = 0
    while time.monotonic() < deadline:
        request = fuzzer.draw()
        count += 1
        try:
            status, headers, body = ask(handler, request, cookie)
        except Exception as error:
            found.append(f"seed {fuzzer.seed} no {count}: {error!r}: {request}")
            continue
        missing = {"X-Content-Type-Options", "Content-Security-Policy"} - set(headers)
        if status >= 500 or MARK in body or missing:
            found.append(f"seed {fuzzer.seed} no {count}: {status} {missing or ''}: {request}")
    assert count > 50
    return found


@pytest.fixture
def handler(monkeypatch):
    """The whole stack as gunicorn calls it; the connection of the test stays open."""
    monkeypatch.setattr("django.core.signals.request_started.send", lambda **_kwargs: [])
    monkeypatch.setattr("django.core.signals.request_finished.send", lambda **_kwargs: [])
    return WSGIHandler()


def cookie_of(who: str) -> str:
    if who == "stranger":
        return ""
    client = Client()
    client.force_login(
        factories.staff_member("administrator")
        if who == "administrator"
        else factories.coordinator_of(factories.LocalGovernmentFactory())
    )
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


@pytest.mark.parametrize("who", ["stranger", "coordinator", "administrator"])
def test_no_nonsense_is_a_fault_of_ours(handler, who):
    fuzzer = Fuzzer(addresses(), seed=2026 + connection.vendor.startswith("p"))

    assert faults_in(handler, fuzzer, cookie_of(who), SECONDS) == []


def test_a_page_that_trips_over_nonsense_is_found(handler, monkeypatch):
    """The control: a view that reads a number without a form."""
    monkeypatch.setattr(
        "outreach.views.find_by_code",
        lambda code: int(code),  # what a hurried author writes
    )
    fuzzer = Fuzzer(["/verify/abc"], seed=1)

    assert faults_in(handler, fuzzer, "", 2) != []
