"""What stands on the wire between a reader and gunicorn: limits before reading, headers always."""

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from tests.faults.visitor import HOST

pytestmark = [pytest.mark.portal, pytest.mark.xdist_group("production")]

MEGABYTE = 1_000_000
PATIENCE = 60  # seconds without a word; only a fault waits for so long
TOKEN = "t" * 32  # of the cookie and of the form: they are the same, and that is all
NEEDED = [
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
]


@dataclass
class Posted:
    """What came back to a form that was announced and sent; how much of it went out at all."""

    answer: bytes
    sent_before: int  # bytes of the body that had been sent when the answer was there
    sent_after: int  # and how many more the other side let go out afterwards
    is_closed: bool  # the other side has said that nothing more comes from it


def post(site, announced: int, body: bytes) -> Posted:
    """Announce a form, send this part of its body, wait for the answer, then send the rest.

    Nobody looks at how fast anything goes, nor at how much the kernel holds on the way: a server
    that answers before a byte was sent has read none, and one that goes on reading takes it all.
    """
    head = (
        f"POST /en/account/login/ HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n"
        f"Origin: https://{HOST}\r\nCookie: __Host-csrftoken={TOKEN}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {announced}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE) as line:
        line.sendall(head.encode() + body)
        answer, is_closed = b"", False
        try:
            while chunk := line.recv(65_536):
                answer += chunk
            is_closed = True
        except OSError:
            pass  # no answer, or no end of it, in all that time
        sent_after, rest = 0, announced - len(body)
        try:
            while is_closed and sent_after < rest:
                sent_after += line.send(b"x" * min(MEGABYTE, rest - sent_after))
        except OSError:
            pass  # it takes nothing any more
    return Posted(answer, len(body), sent_after, is_closed)


def check_refused_unread(posted: Posted, announced: int) -> None:
    assert posted.answer.startswith(b"HTTP/1.1 413 "), posted.answer[:100]
    assert "送られた内容が大きすぎます".encode() in posted.answer
    assert b"What was sent is too large" in posted.answer
    assert posted.sent_before == 0
    assert posted.is_closed
    # What the kernel takes in before it knows that nobody reads is far less than this.
    assert posted.sent_after < announced / 2


def test_two_hundred_megabytes_from_a_stranger_are_refused_before_one_is_read(site):
    check_refused_unread(post(site, 200 * MEGABYTE, b""), 200 * MEGABYTE)


def test_what_is_within_the_limit_is_read_whole(site):
    """The control: the same check fails where the body is taken in. Its last field is the token
    without which the page refuses the form, so that the answer tells what was read.
    """
    token = f"&csrfmiddlewaretoken={TOKEN}".encode()
    whole = b"login=" + b"x" * (99_999 - len(token) - 6) + token

    posted = post(site, 99_999, whole)
    torn = post(site, 99_999, whole[: -len(token)] + b"x" * len(token))

    assert posted.answer.startswith(b"HTTP/1.1 200 "), posted.answer[:100]
    assert b"error-summary" in posted.answer
    assert torn.answer.startswith(b"HTTP/1.1 403 "), torn.answer[:100]
    with pytest.raises(AssertionError):
        check_refused_unread(posted, 99_999)


def say(site, text: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as line:
        line.sendall(text)
        answer = b""
        while b"\r\n\r\n" not in answer:
            if not (chunk := line.recv(65_536)):
                break
            answer += chunk
    return answer


LINES = {
    "no request": b"nonsense\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "long address": b"GET /" + b"x" * 9_000 + b" HTTP/1.1\r\n\r\n",
    "long header": b"GET / HTTP/1.1\r\nHost: a\r\nCookie: " + b"x" * 20_000 + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
    "length lies": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
    "smuggled": b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    "unknown coding": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: rot13\r\n\r\n",
    "nul": b"GET / HTTP/1.1\r\nHost: a\r\nA: \x00\r\n\r\n",
    "expects": b"GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n",
    "chunked": f"POST /ja/ HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n"
    "Transfer-Encoding: chunked\r\n\r\n5\r\na=b&c\r\n0\r\n\r\n".encode(),
    "someone else's host": b"GET /ja/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "plain http": f"GET /ja/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode(),
    "bad path": f"GET /%ff%fe/%00 HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode(),
    "trace": f"TRACE /ja/ HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n\r\n".encode(),
}


@pytest.mark.parametrize("kind", LINES)
def test_whatever_is_said_the_answer_is_no_fault_and_carries_every_header(site, kind):
    answer = say(site, LINES[kind])
    head = answer.partition(b"\r\n\r\n")[0].decode("latin-1").lower()
    names = [line.partition(":")[0] for line in head.split("\r\n")]
    status = int(head.split()[1])

    assert 300 <= status < 500
    assert [name for name in NEEDED if name not in names] == []
    assert "gunicorn/" not in head
    assert "django" not in head
    assert b"nonsense" not in answer


def test_a_static_file_carries_every_header_and_may_be_kept(portal, site):
    visitor = portal.visitor(site.port)
    page = visitor.get("/ja/").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = visitor.get(urlsplit(address).path)

    assert answer.status == 200
    assert [name for name in NEEDED if name not in answer.headers] == []
    assert "immutable" in answer.headers["Cache-Control"]


def test_cookies_belong_to_this_host_alone(portal, site):
    visitor = portal.visitor(site.port)
    login = visitor.get("/en/account/login/")
    switched = visitor.get("/language/en/?next=/ja/")
    given = [*login.headers.get_all("Set-Cookie"), *switched.headers.get_all("Set-Cookie")]

    assert given
    for cookie in given:
        assert cookie.startswith("__Host-")
        assert "; Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
    assert "HttpOnly" in switched.headers["Set-Cookie"]
