"""Every answer carries the headers of the table: pages, refusals, files, faults (P40)."""

import pytest
from django.conf import settings as real_settings
from django.http import HttpResponse
from django.test import Client

from desk import middleware
from desk.middleware import HeadersMiddleware
from tests import factories
from tests.routes import addresses

pytestmark = pytest.mark.django_db

TABLE = {
    "X-Content-Type-Options": {"nosniff"},
    "X-Frame-Options": {"DENY"},
    "Referrer-Policy": {"same-origin", "strict-origin", "no-referrer"},
    "Cross-Origin-Opener-Policy": {"same-origin"},
    "Cross-Origin-Resource-Policy": {"same-origin"},
    "Permissions-Policy": {"camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
    "Strict-Transport-Security": {"max-age=31536000; includeSubDomains; preload"},
}
POLICY = ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]
MARKS_OF_A_TRACE = ("Traceback (most recent", "Request Method:", "django/core/handlers")


def faults_of(answer, *, personal: bool = True) -> list[str]:
    """What the table asks for and this answer has not."""
    found = [
        f"{name}: {answer.headers.get(name)!r}"
        for name, allowed in TABLE.items()
        if answer.headers.get(name) not in allowed
    ]
    policy = answer.headers.get("Content-Security-Policy", "")
    found += [f"policy without {part}" for part in POLICY if part not in policy]
    if "'unsafe-inline'" in policy.split("script-src")[-1].split(";")[0]:
        found.append("inline script allowed")
    if "unsafe" in policy and not answer.request["PATH_INFO"].startswith("/admin/"):
        found.append("unsafe outside the desk")
    if personal and "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append(f"Cache-Control: {answer.headers.get('Cache-Control')!r}")
    for name in answer.cookies:
        cookie = answer.cookies[name]
        safe = name.startswith("__Host-") and cookie["secure"] and cookie["path"] == "/"
        if not safe or cookie["domain"] or cookie["samesite"] != "Lax":
            found.append(f"cookie {name}")
    body = b"" if answer.streaming else answer.content
    found += [mark for mark in MARKS_OF_A_TRACE if mark.encode() in body]
    return [f"{answer.request['PATH_INFO']} {answer.status_code}: {fault}" for fault in found]


@pytest.fixture
def as_production(settings):
    """What production sets; the addresses are asked for over https."""
    settings.PRODUCTION = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    for kind in ("SESSION", "CSRF", "LANGUAGE"):
        setattr(settings, f"{kind}_COOKIE_SECURE", True)
    settings.SESSION_COOKIE_NAME = "__Host-sessionid"
    settings.CSRF_COOKIE_NAME = "__Host-csrftoken"
    settings.LANGUAGE_COOKIE_NAME = "__Host-language"
    settings.MESSAGE_COOKIE_NAME = "__Host-messages"


def visitor(user=None) -> Client:
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    return client


@pytest.mark.parametrize("who", ["stranger", "staff", "coordinator"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_route_answers_with_every_header(as_production, who, method):
    government = factories.LocalGovernmentFactory()
    people = {
        "stranger": lambda: None,
        "staff": lambda: factories.staff_member("administrator"),
        "coordinator": lambda: factories.coordinator_of(government),
    }
    person = people[who]()
    client = visitor(person)
    found = []
    for address in addresses():
        answer = getattr(client, method)(address, secure=True)
        found += faults_of(answer)
        if answer.status_code >= 500:
            found.append(f"{method} {address}: {answer.status_code}")
        if who != "stranger" and "logout" in address:
            client = visitor(person)

    assert found == []


def test_without_the_outermost_middleware_headers_are_missing(as_production, monkeypatch):
    monkeypatch.setattr(
        HeadersMiddleware, "__call__", lambda self, request: self.get_response(request)
    )

    assert faults_of(visitor().get("/ja/", secure=True)) != []


REFUSALS = {
    400: lambda client: client.get("/ja/", headers={"host": "someone.else"}),
    403: lambda client: client.post("/language/", secure=True),
    404: lambda client: client.get("/ja/nowhere/", secure=True),
    405: lambda client: visitor().put("/healthz", secure=True),
    411: lambda client: client.post("/ja/", headers={"transfer-encoding": "chunked"}, secure=True),
    413: lambda client: client.post("/ja/", "x" * 100_001, content_type="text/plain", secure=True),
}


@pytest.mark.parametrize("status", REFUSALS)
def test_every_refusal_carries_every_header(as_production, settings, status):
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.handler.enforce_csrf_checks = True

    answer = REFUSALS[status](client)

    assert (answer.status_code, faults_of(answer)) == (status, [])


@pytest.mark.parametrize(
    ("error", "status"), [(ValueError("a mistake"), 500), (OSError(28, "full"), 503)]
)
def test_every_fault_carries_every_header(as_production, monkeypatch, error, status):
    def fail(*_args):
        raise error

    monkeypatch.setattr("outreach.views.find_by_code", fail)
    answer = visitor().get("/verify/AAAA-BBBB-CCCC", secure=True)

    assert (answer.status_code, faults_of(answer)) == (status, [])


def test_a_plain_request_is_led_to_https_with_every_header(as_production, settings):
    settings.SECURE_SSL_REDIRECT = True

    answer = visitor().get("/ja/")

    assert (answer.status_code, answer.headers["Location"]) == (301, "https://testserver/ja/")
    assert faults_of(answer) == []


def test_static_files_carry_every_header(as_production, settings, tmp_path):
    (tmp_path / "portal.css").write_text("body{}")
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = True

    answer = visitor().get("/static/portal.css", secure=True)

    assert (answer.status_code, faults_of(answer, personal=False)) == (200, [])


def test_what_a_page_decides_itself_is_left_alone(rf):
    page = HttpResponse(headers={"Cache-Control": "max-age=60", "Referrer-Policy": "no-referrer"})

    answer = HeadersMiddleware(lambda request: page)(rf.get("/"))

    assert answer.headers["Cache-Control"] == "max-age=60"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert real_settings.MIDDLEWARE[0] == f"{middleware.__name__}.HeadersMiddleware"
