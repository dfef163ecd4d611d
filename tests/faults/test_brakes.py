"""The limits on sign-in over real web processes: one count for all of them, whatever Redis does."""

import http.client
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import cycle
from urllib.parse import urlencode

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import ScryptPasswordHasher, make_password
from django.core.cache import cache

from accounts.models import Role, User
from tests.factories import MembershipFactory
from tests.faults.processes import Running, environment, web
from tests.faults.proxy import Proxy
from tests.servers import database_url, free_port

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery"
LOGIN = "/en/account/login/"


@contextmanager
def portals(number: int, *, processes: int = 2, **settings: str) -> Iterator[list[Running]]:
    """So many web servers of two processes each, on the database of the test."""
    env = environment(
        DATABASE_URL=database_url(),
        DJANGO_SETTINGS_MODULE="tests.faults.brake_settings",
        **{"REDIS_URL": "", **settings},
    )
    with ExitStack() as stack:
        running = [
            stack.enter_context(web(env, workers=processes, threads=2)) for _ in range(number)
        ]
        yield running


@pytest.fixture
def official() -> User:
    password = make_password(PASSWORD, hasher=ScryptPasswordHasher())
    user = MembershipFactory(role=Role.MIC, user__password=password).user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def post(
    portal: Running, path: str, fields: dict[str, str], **headers: str
) -> tuple[int, str, str]:
    """Status, place and text of the answer; the token of the form is the one of the cookie."""
    token = "a" * 32
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=20)
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={token}"}
    body = urlencode({**fields, "csrfmiddlewaretoken": token})
    connection.request("POST", path, body, {**sent, **headers})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.headers.get("Location", ""), text


def sign_in(portal: Running, email: str, password: str, **headers: str) -> str:
    """What became of one attempt, in a word."""
    status, place, text = post(portal, LOGIN, {"login": email, "password": password}, **headers)
    if status == 302:
        return f"in: {place}"
    if status == 429 or "Too many" in text:
        return "held"
    found = "the password is not correct" in text
    return "checked" if status == 200 and found else f"{status}"


def attempts(running: list[Running], emails: list[str]) -> Counter:
    """Wrong passwords for these accounts, from four sides at once, each with a forged address."""
    places = cycle(running)
    jobs = [(next(places), email, number) for number, email in enumerate(emails)]

    def one(job: tuple[Running, str, int]) -> str:
        portal, email, number = job
        forged = {"X-Forwarded-For": f"198.51.{number % 250}.{number % 199}"}
        return sign_in(portal, email, "wrong horse battery", **forged)

    with ThreadPoolExecutor(4) as pool:
        return Counter(pool.map(one, jobs))


def check_one_count(running: list[Running], official: User) -> None:
    """Five failures of the account and ten of the address, over four processes."""
    account = attempts(running, [official.email] * 12)
    assert account == {"checked": 5, "held": 7}
    cache.clear()
    strangers = [f"stranger{number}@example.jp" for number in range(200)]
    address = attempts(running, strangers)
    assert address == {"checked": 10, "held": 190}


def test_two_servers_of_two_processes_count_as_one(official):
    with portals(2) as running:
        check_one_count(running, official)
        # The staff desk has no other door: its own sign-in page checks no password.
        status, place, _text = post(
            running[0], "/admin/login/", {"username": official.email, "password": PASSWORD}
        )
        held = sign_in(running[1], official.email, PASSWORD)

    assert (status, place.split("?")[0]) == (302, LOGIN.replace("/en/", "/ja/"))
    assert held == "held"


def test_a_cache_of_each_process_lets_more_through_control(official):
    with portals(2, COUNTERS="per process") as running, pytest.raises(AssertionError):
        check_one_count(running, official)


def check_redis_opens_no_gate(portal: Running, line: Proxy, official: User) -> float:
    """Redis dies between two failures, first silent, then refusing: the count goes on, nothing
    fails, nobody waits.
    """
    times = []
    outcomes = []
    for mode in ["hole"] * 3 + ["refuse"] * 4:
        line.mode = mode
        began = time.monotonic()
        outcomes.append(sign_in(portal, official.email, "wrong horse battery"))
        times.append(time.monotonic() - began)
    assert outcomes == ["checked"] * 5 + ["held"] * 2
    assert max(times) < 2
    return max(times)


def test_redis_that_goes_away_opens_no_gate(official, record_property):
    with Proxy(free_port()) as line:
        settings = {"REDIS_URL": f"redis://127.0.0.1:{line.port}/0"}
        with portals(1, processes=1, **settings) as (portal,):
            slowest = check_redis_opens_no_gate(portal, line, official)
    record_property("slowest_seconds", round(slowest, 3))


def test_counts_in_redis_fail_with_it_control(official):
    with Proxy(free_port()) as line:
        settings = {"REDIS_URL": f"redis://127.0.0.1:{line.port}/0", "COUNTERS": "redis"}
        with portals(1, processes=1, **settings) as (portal,), pytest.raises(AssertionError):
            check_redis_opens_no_gate(portal, line, official)
