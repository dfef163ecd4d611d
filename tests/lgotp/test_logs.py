"""Log lines, cache and queue tell nothing of anybody: no name, address, token or password."""

import base64
import io
import json
import logging
import os
import subprocess
import sys

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from lgotp.logs import JsonLines, without_people
from notices.tasks import deliver_mails
from tests.factories import UserFactory
from tests.faults.processes import environment, web
from tests.servers import ROOT, database_url

CANARY = "Zqcanarywxyzklmnop"


@pytest.fixture
def log():
    """Everything that is logged, through the formatter of the settings and, beside it, plain."""
    ours, plain = io.StringIO(), io.StringIO()
    handlers = [logging.StreamHandler(ours), logging.StreamHandler(plain)]
    handlers[0].setFormatter(JsonLines())
    root = logging.getLogger()
    for handler in handlers:
        root.addHandler(handler)
    yield ours, plain
    for handler in handlers:
        root.removeHandler(handler)


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_the_settings_log_in_json_lines():
    assert settings.LOGGING["formatters"]["json"] == {"()": "lgotp.logs.JsonLines"}
    assert settings.LOGGING["root"]["handlers"] == ["console"]
    assert settings.LOGGING["handlers"]["console"]["formatter"] == "json"


def test_what_an_exception_says_is_left_out_where_it_happened_is_told(log):
    ours, plain = log
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("accounts").exception("mail %s was not built", 12)

    (line,) = lines(ours)
    assert (line["logger"], line["level"], line["message"], line["error"]) == (
        "accounts",
        "ERROR",
        "mail 12 was not built",
        "ValueError",
    )
    assert line["where"][-1].endswith(
        "test_what_an_exception_says_is_left_out_where_it_happened_is_told"
    )
    assert CANARY not in ours.getvalue()
    assert CANARY in plain.getvalue(), "the control: a plain line tells it"


@pytest.mark.django_db
def test_a_refused_row_is_told_by_its_constraint_alone(log):
    ours, plain = log
    UserFactory(email=f"{CANARY}@example.jp".lower())

    try:
        with transaction.atomic():
            User.objects.create(email=f"{CANARY}@example.jp".lower(), name=CANARY)
    except IntegrityError:
        logging.getLogger("accounts").exception("not saved")

    assert CANARY.lower() not in ours.getvalue().lower()
    (line,) = lines(ours)
    assert line["error"] == "IntegrityError"
    if "DETAIL" in plain.getvalue():  # PostgreSQL; the control: its own words hold the address
        assert CANARY.lower() in plain.getvalue().lower()
        assert "email" in line["constraint"]


@pytest.mark.django_db
def test_a_page_that_fails_logs_no_token_no_query_and_nothing_posted(log, monkeypatch, settings):
    ours, plain = log
    token = "aB3" + CANARY
    monkeypatch.setattr("accounts.models.Invitation.hash_of", staticmethod(fail_with_its_argument))
    monkeypatch.setattr(
        "accounts.forms.SignInForm.clean", lambda form: fail_with_its_argument(form.data)
    )
    client = Client(raise_request_exception=False, headers={"Referer": f"https://{CANARY}.example"})

    opened = client.get(
        reverse("accounts:invitation", args=[token]), query_params={"passport": CANARY}
    )
    sent = client.post(reverse("account_login"), {"login": "a@example.jp", "password": CANARY})

    assert (opened.status_code, sent.status_code) == (500, 500)
    assert CANARY not in ours.getvalue()
    assert {line["logger"] for line in lines(ours)} == {"django.request"}
    assert CANARY in plain.getvalue()


def fail_with_its_argument(token: object) -> str:
    raise RuntimeError(token)


def test_a_task_that_fails_logs_its_name_and_no_argument():
    program = (
        "import logging, sys\n"
        "from lgotp.celery import app\n"
        "@app.task(name='fails')\n"
        "def fails(word):\n"
        "    raise ValueError(word)\n"
        "import django; django.setup()\n"
        "app.conf.task_store_eager_result = False\n"
        f"fails.apply(args=['{CANARY}'], throw=False)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )

    assert CANARY not in done.stderr + done.stdout
    (line,) = (json.loads(text) for text in done.stderr.splitlines() if "fails[" in text)
    assert (line["level"], line["error"]) == ("ERROR", "ValueError")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mail to sato@example.jp failed", "mail to …@… failed"),
        ("<sato.hanako+1@例え.jp>: 550", "<…@…>: 550"),
        ("Not Found: /en/invitation/aB3xxxxxxxxxxxxxxxxx/", "Not Found: /en/invitation/…/"),
        (
            "/ja/hosts/0b8ee0c4-6d5e-4c4a-9b1a-2f0e8f3f1f7e/",
            "/ja/hosts/0b8ee0c4-6d5e-4c4a-9b1a-2f0e8f3f1f7e/",
        ),
        ("/admin/trainees/application/?q=Sato", "/admin/trainees/application/?…"),
        (
            "Task notices.tasks.deliver_mails[1] received",
            "Task notices.tasks.deliver_mails[1] received",
        ),
        ("a\nb", "a\nb"),
    ],
)
def test_addresses_tokens_and_queries_are_taken_out_of_every_text(text, told):
    assert without_people(text) == told


def test_nobody_begins_a_line_of_their_own(log):
    ours, _plain = log
    logging.getLogger("accounts").error('x\n{"level": "INFO"}')

    assert len(ours.getvalue().splitlines()) == 1


@pytest.mark.django_db(transaction=True)
def test_the_web_server_speaks_in_the_same_lines():
    env = environment(DATABASE_URL=database_url())

    with web(env) as portal:
        text = portal.output

    said = [json.loads(line) for line in text.splitlines()]
    assert any("Listening at" in line["message"] for line in said)


@pytest.mark.django_db
def test_neither_cache_nor_queue_hold_what_was_typed(client):
    """The limits on sign-in count under fingerprints, a task carries no argument of a person."""
    person = UserFactory(email=f"{CANARY}@example.jp".lower())
    for secret in (CANARY, f"{CANARY}2"):
        client.post(reverse("account_login"), {"login": person.email, "password": secret})
    client.post(reverse("account_request_login_code"), {"email": person.email})
    client.post(reverse("account_reset_password"), {"email": person.email})
    cache.set("control", "Zqcontrol")
    deliver_mails.delay()

    kept = kept_in_the_cache() + kept_in_the_queue()

    assert "Zqcontrol" in kept, "the control: what is kept is found"
    assert "deliver_mails" in kept
    assert CANARY.lower() not in kept.lower()


def kept_in_the_cache() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM cache_table")
        rows = cursor.fetchall()
    kept = "".join(key + repr(base64.b64decode(value)) for key, value in rows)
    return kept + (kept_in_redis() if settings.REDIS_URL else "")


def kept_in_redis() -> str:
    found = []
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        for key in server.scan_iter():
            value = server.get(key) if server.type(key) == b"string" else server.dump(key)
            found.append(f"{key!r}{value!r}")
    return "".join(found)


def kept_in_the_queue() -> str:
    if settings.REDIS_URL:
        found = []
        with redis.Redis.from_url(settings.REDIS_URL) as server:
            for message in server.lrange("celery", 0, -1):
                found.append(message.decode() + decoded(json.loads(message)["body"]))
        return "".join(found)
    messages = (settings.DATA_DIR / "queue" / "messages").glob("*.msg")
    texts = [message.read_text() for message in messages]
    return "".join(text + decoded(json.loads(text)["body"]) for text in texts)


def decoded(body: str) -> str:
    return base64.b64decode(body).decode()
