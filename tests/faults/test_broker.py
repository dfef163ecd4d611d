"""P13: the queue may be refused, silent or emptied; pages work, and the mails leave soon after."""

import http.client
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from redis import Redis

from notices.models import Mail
from notices.states import MailState
from tests.factories import staff_member
from tests.faults.outbox import (
    check_each_left_once,
    queue_mails,
    quick_beat,
    quick_environment,
    quick_web,
    quick_worker,
    wait_until,
)
from tests.faults.processes import Running
from tests.faults.proxy import Proxy
from tests.faults.sink import Sink
from tests.servers import redis

pytestmark = pytest.mark.django_db(transaction=True)

FIRST_SECONDS = 2.0  # what the first page may lose
NOISE = 1.0  # what a page of a busy machine may differ from another one
RETURN_SECONDS = 120


@dataclass
class Ground:
    """A Redis behind a line that can be cut, a mail server, and who is signed in."""

    line: Proxy
    store: Redis
    sink: Sink
    env: dict[str, str]
    cookie: str = ""


@pytest.fixture
def ground() -> Iterator[Ground]:
    with redis() as address, Sink() as sink:
        port = urlsplit(address).port
        assert port
        with Proxy(port) as line, Redis(port=port) as store:
            queue = f"redis://127.0.0.1:{line.port}/0"
            env = quick_environment(sink, REDIS_URL=queue)
            client = Client()
            client.force_login(staff_member(language="en"))
            client.get(reverse("accounts:profile"))
            name = settings.SESSION_COOKIE_NAME
            yield Ground(line, store, sink, env, f"{name}={client.cookies[name].value}")


def send_again(ground: Ground, portal: Running) -> float:
    """A page that queues mail work; gives how long it took to answer."""
    (mail,) = queue_mails(1)
    Mail.objects.filter(pk=mail.pk).update(state=MailState.FAILED, attempts=1)
    page = reverse("desk:mails_send_again")
    asked, cookies = _open(portal, f"{page}?mails={mail.pk}", ground.cookie)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', asked)
    assert token, asked[:2000]
    values = {"mails": mail.pk, "csrfmiddlewaretoken": token[1]}
    started = time.monotonic()
    _open(portal, page, f"{ground.cookie}; {cookies}", urlencode(values))
    taken = time.monotonic() - started
    assert Mail.objects.get(pk=mail.pk).state != MailState.FAILED, "the page did its work"
    return taken


def _open(portal: Running, path: str, cookie: str, body: str = "") -> tuple[str, str]:
    """The page and the cookies it set; anything but a page or a redirect is a failure."""
    line = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    line.request("POST" if body else "GET", path, body, headers)
    answer = line.getresponse()
    text = answer.read().decode()
    assert answer.status in (200, 302), f"{answer.status}: {text[:2000]}"
    cookies = answer.headers.get_all("Set-Cookie") or []
    return text, "; ".join(each.split(";")[0] for each in cookies)


def check_pages(usual: float, times: Sequence[float]) -> None:
    """The first page waits two seconds for a queue that is gone, the others do not."""
    assert times[0] <= usual + FIRST_SECONDS + NOISE, times
    assert max(times[1:]) <= usual + NOISE, times


@contextmanager
def usual_pages(ground: Ground, env: dict[str, str]) -> Iterator[tuple[Running, float]]:
    """A web process that has rung the queue already, and how long its pages take."""
    with quick_web(env) as portal:
        send_again(ground, portal)
        yield portal, max(send_again(ground, portal) for _each in range(3))


@pytest.mark.parametrize("mode", ["hole", "refuse"])
def test_a_queue_that_is_gone_slows_one_page_only_and_its_mails_leave_when_it_is_back(
    ground, mode: str
):
    with (
        usual_pages(ground, ground.env) as (portal, usual),
        quick_worker(ground.env, beat=False),
        quick_beat(ground.env),
    ):
        ground.sink.wait_for(Mail.objects.count())
        ground.line.mode = mode

        times = [send_again(ground, portal) for _each in range(5)]
        queue_mails(95)
        ground.line.mode = "pass"
        ground.store.flushall()
        taken = wait_until(
            lambda: not Mail.objects.exclude(state=MailState.SENT).exists(), RETURN_SECONDS
        )

    check_pages(usual, times)
    check_each_left_once(ground.sink.messages)
    print(f"{mode}: pages usual {usual:.2f} s, then {[round(each, 2) for each in times]}")
    print(f"{mode}: 100 mails had left {taken:.1f} s after its return and the loss of all messages")


def test_without_the_breaker_every_page_waits_control(ground):
    env = {**ground.env, "WITHOUT": "breaker"}
    with usual_pages(ground, env) as (portal, usual):
        ground.line.mode = "hole"

        times = [send_again(ground, portal) for _each in range(2)]

    with pytest.raises(AssertionError):
        check_pages(usual, times)


def test_without_beat_mails_of_an_emptied_queue_stay_control(ground):
    queue_mails(3)
    ground.store.flushall()

    with quick_worker(ground.env, beat=False), pytest.raises(AssertionError):
        ground.sink.wait_for(3, seconds=4)
