"""One request as one person, as the portal answers it; and what a request wrote."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.handlers.base import BaseHandler
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from notices.mails import build_message
from notices.models import Mail
from tests.faults.canary import texts_of_mail

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

# What a request may be answered with; the table speaks in these words.
SERVED = "served"
LOGIN = "to the sign-in"
FACTOR = "to the second factor"
FORBIDDEN = "403"
MISSING = "404"
NOT_SERVED = "405"
REFUSED = "400"
FAULT = "5xx"

# Written by every request: the session, counters of limits, the list of one's own sessions.
ALWAYS_WRITTEN = {"cache_table", "django_session", "usersessions_usersession"}
TRAIL = {"accounts_auditrecord"}  # written by a request that was served: who opened what
_WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.I)


class Door:
    """Asks the portal without the test client, which copies every template's context."""

    def __init__(self) -> None:
        self.handler = BaseHandler()
        self.handler.load_middleware()
        self.requests = RequestFactory()
        self.written: set[str] = set()

    def ask(
        self,
        method: str,
        path: str,
        data: dict | None = None,
        session: str | None = None,
        **extra: str,
    ) -> HttpResponse:
        """The answer to one request; what it wrote stands in `written` afterwards."""
        if method in ("GET", "HEAD", "POST"):
            request = getattr(self.requests, method.lower())(path, data or {}, **extra)
        else:
            request = self.requests.generic(method, path, **extra)
        request._dont_enforce_csrf_checks = True
        if session:
            request.COOKIES["sessionid"] = session
        self.written = set()
        with connection.execute_wrapper(self._note), translation.override("en"):
            return self.handler.get_response(request)

    def send(
        self, path: str, data: dict, session: str | None
    ) -> tuple[HttpResponse, list[tuple[str, str]]]:
        """The answer to what is sent, and the mails that it caused: addressee and all that each
        says. Nothing of it stays.
        """
        with self.undone():
            last = Mail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            response = self.ask("POST", path, data, session)
            return response, [mail_text(mail) for mail in Mail.objects.filter(pk__gt=last)]

    def _note(self, execute, sql, params, many, context):
        if found := _WRITE.match(sql):
            self.written.add(found[1])
        return execute(sql, params, many, context)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What is done inside is taken back; limits begin anew."""
        cache.clear()
        with transaction.atomic():
            yield
            transaction.set_rollback(True)


class RememberingDoor(Door):
    """Asks for each page once as one person, and sends each empty form once: two walks over the
    same unchanged world read the same answers. The next person's first question makes it forget.
    """

    def __init__(self) -> None:
        super().__init__()
        self.session: str | None = None
        self.kept: dict[tuple[str, str], tuple[HttpResponse, set[str]]] = {}
        self.mails: dict[str, list[tuple[str, str]]] = {}

    def ask(
        self,
        method: str,
        path: str,
        data: dict | None = None,
        session: str | None = None,
        **extra: str,
    ) -> HttpResponse:
        """The answer to one request; without data or headers perhaps the kept one."""
        self._turn_to(session)
        if method not in ("GET", "POST") or data or extra:
            return super().ask(method, path, data, session, **extra)
        if (method, path) not in self.kept:
            response = super().ask(method, path, data, session)
            self.kept[method, path] = response, self.written
        response, written = self.kept[method, path]
        self.written = set(written)
        return response

    def send(
        self, path: str, data: dict, session: str | None
    ) -> tuple[HttpResponse, list[tuple[str, str]]]:
        self._turn_to(session)
        if data:
            return super().send(path, data, session)
        if path not in self.mails:
            self.kept.pop(("POST", path), None)  # its mails are gone
            _response, self.mails[path] = super().send(path, data, session)
        return self.kept["POST", path][0], self.mails[path]

    def _turn_to(self, session: str | None) -> None:
        if session != self.session:
            self.session, self.kept, self.mails = session, {}, {}


def each_in_one_process(roles: Iterable[str]) -> list:
    """The roles as parameters of a test; the walks as one role share what a door remembers."""
    return [pytest.param(role, marks=pytest.mark.xdist_group(f"as {role}")) for role in roles]


def mail_text(mail: Mail) -> tuple[str, str]:
    """The addressee, and everything that the mail says, its letter included."""
    return mail.to, texts_of_mail(build_message(mail).message().as_bytes())


def outcome(response: HttpResponse, path: str) -> str:
    """An answer in one word of the table."""
    status = response.status_code
    if status in (301, 302, 303):
        return _where(response["Location"], path)
    words = {400: REFUSED, 403: FORBIDDEN, 404: MISSING, 405: NOT_SERVED}
    if status >= 500:
        return f"{FAULT} ({status})"
    return words.get(status, SERVED)


def _where(location: str, path: str) -> str:
    target = urlsplit(location).path.replace("/ja/", "/en/", 1)
    with translation.override("en"):
        if target in {reverse("account_login"), reverse("admin:login")} and target != path:
            return LOGIN
        if target == reverse("mfa_index") and target != path:
            return FACTOR
    return SERVED


_MOMENTS = {"Expires", "Date"}
_MASKS = [
    (re.compile(r'(csrfmiddlewaretoken"? value="?)[\w-]+'), r"\1CSRF"),
    (re.compile(r'("X-CSRFToken": ?")[\w-]+'), r"\1CSRF"),
    (re.compile(r"(csrftoken=)[\w-]+"), r"\1CSRF"),
    (re.compile(r"(sessionid=)\w+"), r"\1SESSION"),
    (re.compile(r'(messages="?[^:;]+):[\w-]+:[\w-]+'), r"\1:SIGNED"),  # signed with the second
    (re.compile(r"(nonce[=-]\"?)[\w+/=-]+"), r"\1NONCE"),
]


@dataclass(frozen=True)
class Answer:
    """An answer as a stranger can compare it: status, headers and body, tokens masked."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    def differs_from_get(self, read: "Answer") -> list[str]:
        """What a HEAD says otherwise than the GET, the body apart; a page that draws a new secret
        each time draws one of another length.
        """
        ours, theirs = (
            {*answer.headers, ("status", str(answer.status))} for answer in (self, read)
        )
        return sorted({name for name, _value in ours ^ theirs} - {"Content-Length"})


def whole(response: HttpResponse, path: str) -> Answer:
    """Everything of an answer but the tokens that differ with each request, and its own address."""

    def masked(text: str) -> str:
        for pattern, by in _MASKS:
            text = pattern.sub(by, text)
        return text.replace(path, "PATH").replace(path.removeprefix("/en"), "PATH")

    headers = sorted(
        (name, masked(value)) for name, value in response.items() if name not in _MOMENTS
    )
    cookies = sorted(
        (f"cookie {name}", masked(morsel.OutputString()).split("expires=")[0])
        for name, morsel in response.cookies.items()
    )
    body = response.content.decode(errors="replace")
    return Answer(response.status_code, tuple(headers + cookies), masked(body))


def digest() -> dict[str, int]:
    """A number for each table, made of all its rows; equal only if nothing was changed."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table not in ALWAYS_WRITTEN | TRAIL:
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a table of ours
                found[table] = hash(tuple(sorted(map(repr, cursor.fetchall()))))
    return found
