import os
import subprocess
import sys

import pytest

from accounts.models import User
from desk.checks import nobody_for_show_in_production

GOOD = {
    "LGOTP_ENV": "production",
    "SECRET_KEY": "kD8#vP2!qZ7mX4^tB9&wN3*rL6@yH1%cF5$gJ0jS-uE_aRoTiWnKx",
    "ALLOWED_HOSTS": "portal.lg.jp",
    "SITE_URL": "https://portal.lg.jp",
    "DATABASE_URL": "postgres://portal:portal@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp+tls://portal:word@mail.lg.jp:587",
    "DEFAULT_FROM_EMAIL": "LGOTP <lgotp@mail.lg.jp>",
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
        ("LGOTP_ENV", "staging"),
        ("PORT", "eighty"),
    ],
)
def test_production_refuses_a_bad_setting_by_name(tmp_path, name, value):
    run = start(tmp_path, **{name: value})

    assert run.returncode != 0
    assert name in run.stderr


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
