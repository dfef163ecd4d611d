"""Somebody with a browser that is no browser: cookies, forms and redirects over a plain connection.

A visitor may be led to another machine before any request (`visitor.address = …`), as a load
balancer does it.
"""

import http.client
import json
import time
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

HOST = "portal.example.jp"
THIS_PAGE = "."  # a form that names no address


@dataclass
class Answer:
    """What came back, and after how many seconds."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float
    path: str

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    def form(self, holding: str = "", to: str = "") -> dict[str, str]:
        """The form with this field, or to this address: its fields with their values, as a browser
        would send them back; its address stands under "".
        """
        reader = _Forms()
        reader.feed(self.text)
        for form in reader.forms:
            leads = not form["action"] if to == THIS_PAGE else to in form["action"]
            if leads and (not holding or holding in form["names"]):
                return {"": form["action"] or self.path, **form["fields"]}
        raise AssertionError(f"no form {holding!r} {to!r} on {self.path}: {self.status}")


class Visitor:
    """Keeps cookies by name, and speaks to the portal through the web server before it."""

    def __init__(self, address: str, port: int, cookies: dict[str, str] | None = None):
        self.address, self.port = address, port
        self.cookies = dict(cookies or {})
        self.from_address = "192.0.2.1"

    def get(self, path: str, *, timeout: float = 20) -> Answer:
        return self.ask("GET", path, timeout=timeout)

    def post(self, path: str, fields: dict[str, object], *, timeout: float = 20) -> Answer:
        body = urlencode(
            {k: v for k, v in fields.items() if k and v is not None}, doseq=True
        ).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, body=body, headers=headers, timeout=timeout)

    def send(self, page: Answer, *, holding: str = "", to: str = "", **fields: object) -> Answer:
        """Fill in a form of this page and send it; fields not named keep what the page gave. The
        form is the one that holds the first of them, if nothing else is said.
        """
        form = page.form(holding or (next(iter(fields), "") if not to else ""), to)
        address = urljoin(f"https://{HOST}{page.path}", form[""])
        return self.post(_path(address), {**form, **fields})

    def follow(self, answer: Answer) -> Answer:
        """Where a redirect leads, at last."""
        for _step in range(8):
            if answer.status not in (301, 302, 303, 307, 308):
                return answer
            answer = self.get(_path(urljoin(f"https://{HOST}{answer.path}", answer.location)))
        raise AssertionError("redirected in circles")

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = 20,
    ) -> Answer:
        began = time.monotonic()
        line = http.client.HTTPConnection(self.address, self.port, timeout=timeout)
        try:
            line.request(method, path, body=body, headers={**self._headers(), **(headers or {})})
            response = line.getresponse()
            content = response.read()
        finally:
            line.close()
        for value in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(value).items():
                self.cookies[name] = morsel.value
                if not morsel.value:
                    del self.cookies[name]
        seconds = time.monotonic() - began
        return Answer(response.status, response.headers, content, seconds, path)

    def _headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {
            "Host": HOST,
            "Cookie": cookies,
            "Referer": f"https://{HOST}/",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": self.from_address,
        }


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class _Forms(HTMLParser):
    """The forms of a page: where they go and what they hold."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict] = []
        self._fields: dict[str, object] | None = None
        self._select = self._area = ""
        self._is_single = True

    def handle_starttag(self, tag: str, attrs: list) -> None:
        at = dict(attrs)
        if tag == "form":
            self._fields = {}
            self.forms.append(
                {"action": at.get("action") or "", "fields": self._fields, "names": set()}
            )
        if self._fields is None or ("disabled" in at and tag != "option"):
            return
        name = at.get("name", "")
        self.forms[-1]["names"].add(name)
        if tag == "input" and name:
            kind = at.get("type", "text")
            if kind in ("submit", "button", "file") or (
                kind in ("checkbox", "radio") and "checked" not in at
            ):
                return
            self._put(name, at.get("value") or ("on" if kind == "checkbox" else ""))
        elif tag == "select":
            self._select, self._is_single = name, "multiple" not in at
        elif tag == "option" and self._select:
            if "selected" in at or (self._is_single and self._select not in self._fields):
                self._choose(at.get("value") or "")
        elif tag == "textarea" and name:
            self._area = name
            self._fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._fields is not None:
            self._fields[self._area] = str(self._fields[self._area]) + data.removeprefix("\n")

    def _choose(self, value: str) -> None:
        """The first option stands until another one is marked as selected."""
        assert self._fields is not None
        if self._is_single:
            self._fields[self._select] = value
        else:
            self._put(self._select, value)

    def _put(self, name: str, value: str) -> None:
        assert self._fields is not None
        held = self._fields.get(name)
        self._fields[name] = (
            value if held is None else [*(held if isinstance(held, list) else [held]), value]
        )


def as_json(text: str) -> dict:
    """The last line of what a command printed."""
    return json.loads(text.strip().splitlines()[-1])
