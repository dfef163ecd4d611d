"""Pages as a browser without JavaScript uses them: forms read from HTML, posts over the wire."""

import html
import http.client
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.test import Client

from accounts.models import User
from tests.faults.barrier import at_once

TOKEN = "a" * 32


@dataclass
class Answer:
    status: int
    location: str
    text: str


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self.actions: list[str] = []
        self._open: dict[str, list[str]] | None = None
        self._select: str | None = None
        self._area: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag == "form":
            self._open = {}
            if (given.get("method") or "").lower() == "post":
                self.forms.append(self._open)
                self.actions.append(given.get("action") or "")
        if self._open is None:
            return
        if tag == "input" and name and given.get("type") not in {"submit", "button"}:
            ticked = given.get("type") not in {"checkbox", "radio"} or "checked" in given
            if ticked:
                self._open.setdefault(name, []).append(given.get("value") or "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._open.setdefault(self._select, []).append(given.get("value") or "")
        elif tag == "textarea":
            self._area, self._text = name, ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area and self._open is not None:
            self._open.setdefault(self._area, []).append(self._text.removeprefix("\n"))
            self._area = None


def forms_of(content: bytes) -> list[dict[str, list[str]]]:
    """What each form of a page would post if its button were pressed now, in the page's order."""
    parser = _Forms()
    parser.feed(content.decode())
    return [{k: v for k, v in form.items() if k != "csrfmiddlewaretoken"} for form in parser.forms]


def form_with(content: bytes, *names: str) -> dict[str, list[str]]:
    """The one form of the page that has these fields."""
    (found,) = [form for form in forms_of(content) if set(names) <= form.keys()]
    return found


def signed_in(user: User) -> dict[str, str]:
    """The headers of a browser in which this person has signed in."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: TOKEN}
    return {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Content-Type": "application/x-www-form-urlencoded",
    }


def post(port: int, headers: dict[str, str], address: str, data: dict[str, Any]) -> Answer:
    """One post over the wire. Raises where the line is cut."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        body = urlencode({**data, "csrfmiddlewaretoken": TOKEN}, doseq=True)
        connection.request("POST", address, body, headers)
        response = connection.getresponse()
        text = html.unescape(response.read().decode())
        return Answer(response.status, response.getheader("Location", ""), text)
    finally:
        connection.close()


def port_of(live_server: Any) -> int:
    return urlsplit(live_server.url).port or 80


def post_many(live_server: Any, posts: Sequence[tuple[User, str, dict[str, Any]]]) -> list[Answer]:
    """Several people press their buttons at the same moment."""
    port = port_of(live_server)
    ready = [(signed_in(user), address, data) for user, address, data in posts]
    answers = at_once(
        *(
            lambda headers=headers, address=address, data=data: post(port, headers, address, data)
            for headers, address, data in ready
        )
    )
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers
