"""What fails outside the portal answers 503 wherever it is met; our own faults stay 500."""

import errno

import pytest
import redis
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError
from django.db.utils import ConnectionHandler
from django.test import Client
from django.urls import reverse

from accounts import context, middleware
from desk import faults
from tests.factories import staff_member

pytestmark = pytest.mark.django_db

PASSING = [
    OperationalError("server closed the connection"),
    InterfaceError("connection already closed"),
    redis.ConnectionError("refused"),
    redis.TimeoutError("silent"),
    OSError(errno.ENOSPC, "No space left on device"),
]
OURS = [ValueError("a mistake"), OSError(errno.EACCES, "denied"), ImproperlyConfigured("no")]


@pytest.fixture
def staff_client() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(staff_member())
    return client


def fail_with(error):
    def fail(*_args, **_kwargs):
        raise error

    return fail


PLACES = {
    "session": (SessionStore, "load"),
    "lazy user": ("django.contrib.auth.middleware.get_user", None),
    "middleware": (middleware.SecondFactorMiddleware, "__call__"),
    "template": (context, "places_of"),
    "page": ("desk.views.running_cycles", None),
}


def check_answer(client, monkeypatch, place, error, status):
    target, name = PLACES[place]
    arguments = (target, name) if name else (target,)
    monkeypatch.setattr(*arguments, fail_with(error))
    answer = client.get(reverse("desk:start"))

    assert answer.status_code == status
    assert (answer.headers.get("Retry-After") == "10") == (status == 503)
    assert "ただいま一時的に利用できません" in answer.content.decode() or status == 500
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
def test_what_will_pass_answers_503_wherever_it_is_met(staff_client, monkeypatch, place, error):
    check_answer(staff_client, monkeypatch, place, error, 503)


@pytest.mark.parametrize("error", OURS, ids=lambda error: type(error).__name__)
def test_a_fault_of_ours_stays_500(staff_client, monkeypatch, error):
    check_answer(staff_client, monkeypatch, "page", error, 500)


@pytest.mark.parametrize("place", ["session", "lazy user", "middleware"])
def test_without_the_last_handler_a_fault_in_the_middleware_is_500(
    staff_client, monkeypatch, place
):
    """Django gives exceptions of middleware to no other middleware."""
    monkeypatch.setattr(faults, "is_outside", lambda error: False)
    with pytest.raises(AssertionError):
        check_answer(staff_client, monkeypatch, place, PASSING[0], 503)


def test_an_unanswered_health_check_needs_neither_database_nor_cache(monkeypatch):
    monkeypatch.setattr(SessionStore, "load", fail_with(PASSING[0]))
    monkeypatch.setattr("django.contrib.auth.get_user", lambda request: AnonymousUser())

    answer = Client().get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.fixture
def sqlite(tmp_path):
    """A database file of its own, with a short patience and little space."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": 0.2}
    settings = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "db", "OPTIONS": options}
    found = ConnectionHandler({"default": settings})["default"]
    with found.cursor() as cursor:
        cursor.execute("CREATE TABLE note (text TEXT)")
    yield found
    found.close()


def write_notes(connection, count):
    """One act of many rows: all of them or none."""
    connection.set_autocommit(False)
    try:
        with connection.cursor() as cursor:
            for _note in range(count):
                cursor.execute("INSERT INTO note VALUES (%s)", ["x" * 10_000])
        connection.commit()
    except Exception:
        connection.rollback()
        raise
    finally:
        connection.set_autocommit(True)


def notes_in(connection) -> int:
    with connection.cursor() as cursor:
        return cursor.execute("SELECT count(*) FROM note").fetchone()[0]


def test_a_full_disk_is_a_pause_and_leaves_nothing_half_written(sqlite):
    """SQLite's own limit on the file gives the very error of a full disk."""
    with sqlite.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 60")

    with pytest.raises(OperationalError, match="full") as caught:
        write_notes(sqlite, 100)

    assert faults.is_outside(caught.value)
    assert notes_in(sqlite) == 0


def test_a_full_disk_leaves_rows_that_were_written_one_by_one(sqlite):
    """The control: without a transaction the first rows stay."""
    with sqlite.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 60")
        notes = [["x" * 10_000]] * 100
        with pytest.raises(OperationalError, match="full"):
            [cursor.execute("INSERT INTO note VALUES (%s)", note) for note in notes]

    assert notes_in(sqlite) > 0


def test_a_locked_file_is_a_pause(sqlite, tmp_path):
    other = ConnectionHandler({"default": {**sqlite.settings_dict}})["default"]
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("INSERT INTO note VALUES ('a')")

    with pytest.raises(OperationalError, match="locked") as caught:
        write_notes(sqlite, 1)
    other.rollback()
    other.close()

    assert faults.is_outside(caught.value)
    assert notes_in(sqlite) == 0
