"""Requests that no browser sends, drawn from a seed: every route with every kind of nonsense."""

import random
import string
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

METHODS = [
    "GET",
    "GET",
    "GET",
    "POST",
    "POST",
    "HEAD",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
]
NONSENSE = [
    "",
    "0",
    "-1",
    "9" * 40,
    "1e309",
    "NaN",
    "\x00",
    "a\x00b",
    "\ud800",
    "🏯" * 50,
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "{{7*7}}{% debug %}",
    "%s%n%x",
    "x" * 5_000,
    "令和八年",
    "\u202e\u200b\ufeff",
    "true",
    "null",
    "[]",
    "2026-02-30",
    "00000000-0000-0000-0000-000000000000",
    "\r\nSet-Cookie: a=b",
]
NAMES = ["q", "page", "p", "o", "next", "code", "e", "_popup", "_to_field", "all", "id", "email"]
NAMES += ["login", "password", "name", "version", "once", "csrfmiddlewaretoken", "state__exact"]
NAMES += [
    "_changelist_filters",
    "state__in",
    "pk__gt",
    "id__isnull",
    "date__year",
    "format",
    "action",
]
TYPES = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=nonsense",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=" + "x" * 300,
    "application/json",
    "text/plain; " + ";".join("a=b" for _n in range(50)),
    "",
    "\xff/\xfe",
]
HEADERS = {
    "Accept-Language": ["*", "ja;q=nonsense", "x" * 600, "en-GB-oxendict-x-private," * 40, "\xff"],
    "Cookie": [
        "a",
        "=b",
        "a=b; a=c; ;;;",
        "__Host-sessionid=\xff",
        "sessionid='",
        "messages=a.b.c",
    ],
    "Range": ["bytes=-", "bytes=9999999-1", "bytes=0-0,1-1,2-2", "lines=1-2"],
    "Referer": ["https://\x7f", "http://[::1", "data:text/html,x"],
    "Origin": ["null", "http://[::1", "https://portal.example.jp.evil.example"],
    "Accept": ["\xff", "*/*;q=x", "text/html," * 100],
    "If-Modified-Since": ["nonsense", "Sat, 99 Foo 9999 99:99:99 GMT"],
    "If-None-Match": ["W/", '"', "*"],
    "X-Forwarded-For": ["nonsense", "1.2.3.4, ::1, \xff", "," * 200],
    "X-Forwarded-Proto": ["ftp", "https,http"],
    "X-Requested-With": ["XMLHttpRequest"],
    "HX-Request": ["true", "nonsense"],
    "HX-Current-URL": ["http://[::1", "\xff"],
    "User-Agent": ["", "x" * 3_000, "\xff\xfe"],
    "Content-Encoding": ["gzip", "nonsense"],
    "X-HTTP-Method-Override": ["DELETE"],
}
HOSTS = ["", "evil.example", "portal.example.jp:99999", "[::1", "portal.example.jp\\@evil", "a b"]


@dataclass
class Request:
    """What is sent, before any client could put it right."""

    method: str
    path: str  # as it stands in the request line
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __str__(self) -> str:
        return f"{self.method} {self.path[:200]} {self.headers} {self.body[:80]!r}"


class Fuzzer:
    """The same seed draws the same requests."""

    def __init__(self, addresses: list[str], seed: int):
        self.addresses, self.random = addresses, random.Random(seed)
        self.seed = seed

    def draw(self) -> Request:
        pick = self.random
        path = self._path()
        if pick.random() < 0.6:
            path += f"?{self._form()}"
        headers = {name: pick.choice(HEADERS[name]) for name in pick.sample(sorted(HEADERS), 3)}
        if pick.random() < 0.1:
            headers["Host"] = pick.choice(HOSTS)
        method = pick.choice(METHODS)
        body = self._body() if method in {"POST", "PUT", "PATCH", "DELETE"} else b""
        if body or pick.random() < 0.2:
            headers["Content-Type"] = pick.choice(TYPES)
        return Request(method, path, headers, body)

    def _path(self) -> str:
        pick = self.random
        path = pick.choice(self.addresses)
        kind = pick.random()
        if kind < 0.5:
            return path
        parts = path.split("/")
        parts[pick.randrange(len(parts))] = quote(
            pick.choice(NONSENSE)[:300], errors="surrogatepass", safe=""
        )
        path = "/" + "/".join(parts).lstrip("/")
        if kind > 0.9:
            path += pick.choice(["%ff%fe", "%c0%ae", "%00", "//", "/../..", ";a=b", "%2f%2e%2e"])
        return path

    def _form(self) -> str:
        pick = self.random
        pairs = [(pick.choice(NAMES), pick.choice(NONSENSE)) for _n in range(pick.randint(1, 6))]
        if pick.random() < 0.3:
            pairs += pairs  # repeated names
        return urlencode(pairs, errors="surrogatepass")

    def _body(self) -> bytes:
        pick = self.random
        kinds = [
            lambda: self._form().encode(),
            lambda: b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
            lambda: b'--x\r\nContent-Disposition: form-data; name="f"; filename="\xff"\r\n',
            lambda: (
                b"--x\r\nContent-Transfer-Encoding: base64\r\n"
                b'Content-Disposition: form-data; name="a"\r\n\r\n!!!\r\n--x--'
            ),
            lambda: b"[" * 2_000,
            lambda: b'{"a": NaN, "b": 1e999, "a": "\\ud800"}',
            lambda: bytes(pick.randrange(256) for _n in range(200)),
            lambda: b"&".join(b"a=b" for _n in range(2_500)),
            lambda: b"x" * 120_000,
            lambda: "".join(pick.choices(string.printable, k=300)).encode(),
        ]
        return pick.choice(kinds)()
