"""What stands on the wire between a reader and gunicorn: limits before reading, headers always."""

import socket
import time
from urllib.parse import urlsplit

import pytest

from tests.faults.visitor import HOST

pytestmark = [pytest.mark.portal, pytest.mark.xdist_group("production")]

MEGABYTE = 1_000_000
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


def post_slowly(site, announced: int, *, cookie: str = "") -> tuple[bytes, int]:
    """Announce a body and send it until the server answers; gives the answer and what was taken."""
    head = (
        f"POST /en/account/login/ HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n"
        f"Cookie: {cookie}\r\nContent-Type: text/plain\r\nContent-Length: {announced}\r\n\r\n"
    )
    sent = 0
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as line:
        line.sendall(head.encode())
        line.setblocking(False)
        answer = b""
        deadline = time.monotonic() + 20
        while b"\r\n\r\n" not in answer and time.monotonic() < deadline:
            try:
                answer += line.recv(65_536)
            except BlockingIOError:
                pass
            except OSError:
                break
            try:
                if sent < announced:
                    sent += line.send(b"x" * min(65_536, announced - sent))
            except BlockingIOError:
                time.sleep(0.005)
            except OSError:
                break
            if sent < announced:
                time.sleep(0.001)
        line.setblocking(True)
        line.settimeout(5)
        try:
            while chunk := line.recv(65_536):
                answer += chunk
        except OSError:
            pass
    return answer, sent


def check_refused_unread(answer: bytes, sent: int) -> None:
    assert answer.startswith(b"HTTP/1.1 413 "), answer[:100]
    assert "送られた内容が大きすぎます".encode() in answer
    assert b"What was sent is too large" in answer
    assert sent < MEGABYTE


def test_two_hundred_megabytes_from_a_stranger_are_refused_before_one_is_read(site):
    check_refused_unread(*post_slowly(site, 200 * MEGABYTE))


def test_what_is_within_the_limit_is_read_whole(site):
    """The control: the same check fails where the body is taken in."""
    answer, sent = post_slowly(site, 99_999)

    assert sent == 99_999
    with pytest.raises(AssertionError):
        check_refused_unread(answer, sent)


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
