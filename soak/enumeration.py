"""Whether the time of an answer tells a known account from an unknown one.

    python -m soak.enumeration

A real web process, a real worker, a mail server that answers at once and then one that takes five
seconds. Sixty pairs and more for each way in, known and unknown in turn, each attempt from an
address of its own, so that no limit shortens an answer. The medians may differ by 20 milliseconds
or by a tenth, whichever is more.
"""

import http.client
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

SECONDS = float(os.environ.get("SOAK_SECONDS", "300"))
PAIRS = 60
MILLISECONDS, SHARE = 20, 0.10
LOGIN, CODE, RESET = (
    "/en/account/login/",
    "/en/account/login/code/",
    "/en/account/password/reset/",
)


def prepare(pairs: int) -> None:
    """A database with as many people with a password, and as many who sign in by code."""
    import django

    django.setup()
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command

    from accounts.models import User

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    password = make_password(secrets.token_urlsafe())
    for kind in ("password", "code"):
        people = User.objects.bulk_create(
            User(
                email=address(kind, number),
                name="越智 美咲",
                password=password if kind == "password" else make_password(None),
            )
            for number in range(pairs)
        )
        EmailAddress.objects.bulk_create(
            EmailAddress(user=user, email=user.email, verified=True, primary=True)
            for user in people
        )


def address(kind: str, number: int) -> str:
    return f"{kind}-{number:06}@example.jp"


def seconds_of(port: int, path: str, fields: dict[str, str]) -> float:
    """How long one answer takes, from the first byte sent to the last one read."""
    token = "a" * 32
    numbers = ".".join(str(secrets.randbelow(250) + 1) for _each in range(4))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={token}",
        "X-Forwarded-For": numbers,
    }
    body = urlencode({**fields, "csrfmiddlewaretoken": token})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    began = time.perf_counter()
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    answer.read()
    took = time.perf_counter() - began
    connection.close()
    if answer.status not in (200, 302):
        raise SystemExit(f"{path} answered {answer.status}")
    return took


Way = tuple[str, str, str, dict[str, str]]


def ways() -> Iterator[Way]:
    """Name, kind of the known people, path, fields beside the address."""
    yield "wrong password", "password", LOGIN, {"password": "wrong horse battery"}
    yield "wrong password of one who signs in by code", "code", LOGIN, {"password": "wrong"}
    yield "code by mail", "code", CODE, {}
    yield "code by mail for one with a password", "password", CODE, {}
    yield "reset", "password", RESET, {}
    yield "reset for one who signs in by code", "code", RESET, {}


def measure(port: int, way: Way, pairs: int, first: int) -> bool:
    """Known and unknown in turn; whether the medians are as near as promised."""
    name, kind, path, fields = way
    field = "login" if path == LOGIN else "email"
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(pairs):
        for who in ("known", "unknown") if number % 2 else ("unknown", "known"):
            email = address(kind if who == "known" else "nobody", first + number)
            sent = {**fields, field: email}
            times[who].append(seconds_of(port, path, sent))
    known, unknown = (statistics.median(times[who]) * 1000 for who in ("known", "unknown"))
    apart = abs(known - unknown)
    is_kept = apart < max(MILLISECONDS, SHARE * max(known, unknown))
    verdict = "kept" if is_kept else "BROKEN"
    figures = f"known {known:.1f} ms, unknown {unknown:.1f} ms, apart {apart:.1f} ms"
    print(f"  {name}: {figures}, {verdict}", flush=True)
    return is_kept


def main() -> int:
    from tests.faults.processes import environment, web, worker
    from tests.faults.sink import Sink

    deadline = time.monotonic() + SECONDS
    is_kept = True
    with tempfile.TemporaryDirectory(prefix="portal-soak-") as folder, Sink() as sink:
        settings = {
            "LGOTP_ENV": "embedded",
            "PORTAL_DATA_DIR": folder,
            "DATABASE_URL": f"sqlite:///{Path(folder, 'db.sqlite3')}",
            "REDIS_URL": "",
            "EMAIL_URL": sink.url,
            "TRUSTED_PROXIES": "1",
            "DJANGO_SETTINGS_MODULE": "tests.faults.brake_settings",
        }
        env = environment(**settings)
        for name in settings:
            os.environ.pop(name, None)
        os.environ.update({name: env[name] for name in settings if name in env})
        most = 2_000
        prepare(most)
        with web(env, workers=1) as portal, worker(env):
            first = 0
            while first == 0 or time.monotonic() < deadline:
                for delay in (0, 5):
                    sink.delay = delay
                    print(f"mail server answers after {delay} s, {PAIRS} pairs:", flush=True)
                    for way in ways():
                        is_kept = measure(portal.port, way, PAIRS, first) and is_kept
                        first = (first + PAIRS) % (most - PAIRS)
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
