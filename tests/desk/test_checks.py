import os
import subprocess
import sys

import pytest

from accounts.models import User
from desk.checks import nobody_for_show_in_production, settings_of_production

FIELD_KEY = "pYm4tQh0yC7b1wKxV9sR3nE6uJ2aL8dGfZ5iO0kTqWc="
GOOD = {
    "LGOTP_ENV": "production",
    "SECRET_KEY": "kD8#vP2!qZ7mX4^tB9&wN3*rL6@yH1%cF5$gJ0jS-uE_aRoTiWnKx",
    "ALLOWED_HOSTS": "portal.lg.jp",
    "SITE_URL": "https://portal.lg.jp",
    "DATABASE_URL": "postgres://portal:portal@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp+tls://portal:word@mail.lg.jp:587",
    "DEFAULT_FROM_EMAIL": "LGOTP <lgotp@mail.lg.jp>",
    "FIELD_KEYS": FIELD_KEY,
    "SCANNER": "none",
}


def start(tmp_path, command=("manage.py", "check"), **changes: str) -> subprocess.CompletedProcess:
    """A command with the settings of a production that is sound but for the changes."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    values = {**GOOD, "PORTAL_DATA_DIR": str(tmp_path), **changes}
    return subprocess.run(  # our own command
        [sys.executable, *command],
        env={**kept, **{name: value for name, value in values.items() if value}},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_sound_production_starts(tmp_path):
    run = start(tmp_path)

    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "change-me-" * 6 + "abcdefghijk"),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "*"),
        ("SITE_URL", "http://portal.lg.jp"),
        ("DATABASE_URL", ""),
        ("REDIS_URL", ""),
        ("EMAIL_URL", ""),
        ("EMAIL_URL", "smtp://portal:word@mail.lg.jp:25"),
        ("DEFAULT_FROM_EMAIL", ""),
        ("STORAGE_URL", "s3://bucket"),
        ("FIELD_KEYS", ""),
        ("SCANNER", ""),
        ("LGOTP_ENV", "staging"),
        ("PORT", "eighty"),
    ],
)
def test_production_refuses_a_bad_setting_by_name(tmp_path, name, value):
    run = start(tmp_path, **{name: value})

    assert run.returncode != 0
    assert name in run.stderr


def faults(settings, **changes) -> list[str]:
    """What the checks say of a portal with these settings."""
    for name, value in changes.items():
        setattr(settings, name, value)
    return [error.id for error in settings_of_production() if error.id in {KEYS, SCANNER}]


KEYS, SCANNER = "desk.FIELD_KEYS", "desk.SCANNER"


@pytest.mark.parametrize(
    "keys",
    [[], ["short"], [FIELD_KEY, "short"], [FIELD_KEY, FIELD_KEY], ["A" * 43 + "="]],
)
@pytest.mark.parametrize("production", [True, False])
def test_keys_that_would_not_do_are_refused_in_both_modes(settings, keys, production):
    assert faults(settings, FIELD_KEYS=keys, PRODUCTION=production, SCANNER="none") == [KEYS]


@pytest.mark.parametrize(
    "scanner",
    ["clamav", "clamd://", "clamd:///", "clamd://127.0.0.1:many", "command:clamscan", "command:'"],
)
@pytest.mark.parametrize("production", [True, False])
def test_a_scanner_that_is_none_is_refused_in_both_modes(settings, scanner, production):
    assert faults(settings, SCANNER=scanner, PRODUCTION=production) == [SCANNER]


@pytest.mark.parametrize(
    "scanner",
    [
        "none",
        "clamd://clamav:3310",
        "clamd:///run/clamav/clamd.ctl",
        "command:/usr/bin/clamscan --stdout",
    ],
)
def test_every_kind_of_scanner_is_taken(settings, scanner):
    assert faults(settings, SCANNER=scanner, PRODUCTION=True) == []


def test_only_production_asks_for_an_answer_about_the_scanner(settings):
    assert faults(settings, SCANNER="", PRODUCTION=False) == []
    assert faults(settings, SCANNER="", PRODUCTION=True) == [SCANNER]


def test_the_embedded_mode_makes_its_key_and_scans_nothing(tmp_path):
    run = start(tmp_path, LGOTP_ENV="", FIELD_KEYS="", SCANNER="")

    assert (run.returncode, len((tmp_path / "field_key").read_text())) == (0, 44)


def test_production_takes_sqlite_only_on_purpose(tmp_path):
    run = start(tmp_path, DATABASE_URL="", SQLITE_IN_PRODUCTION="1")

    assert run.returncode == 0


@pytest.mark.parametrize(
    "command",
    [
        ["-c", "import lgotp.wsgi"],
        ["-m", "celery", "-A", "lgotp", "worker", "--pool", "solo"],
        ["-m", "celery", "-A", "lgotp", "beat", "--schedule", "{folder}/beat", "--pidfile="],
    ],
    ids=["web", "worker", "beat"],
)
def test_no_process_of_an_unsound_production_starts(tmp_path, command):
    run = start(
        tmp_path,
        command=[word.format(folder=tmp_path) for word in command],
        DATABASE_URL="",
        SQLITE_IN_PRODUCTION="1",
        REDIS_URL="",
        SITE_URL="http://portal.lg.jp",
    )

    assert run.returncode != 0
    assert "SITE_URL" in run.stderr


def test_production_refuses_a_demonstration(db, settings):
    User.objects.create_user("demo@example.jp", "word", name="Demo", is_demo=True)
    settings.PRODUCTION = True

    found = nobody_for_show_in_production(databases=["default"])

    assert [error.id for error in found] == ["desk.DEMONSTRATION"]


def test_embedded_mode_lives_with_a_demonstration(db):
    User.objects.create_user("demo@example.jp", "word", name="Demo", is_demo=True)

    assert nobody_for_show_in_production(databases=["default"]) == []
