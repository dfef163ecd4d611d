"""No process of an unsound production starts: exit code, one line for each fault, no traceback."""

import os
import subprocess
import sys

import pytest

from tests.faults.processes import running, web
from tests.faults.production import SECRET, sound, static_files
from tests.servers import ROOT, free_port

pytestmark = [pytest.mark.portal, pytest.mark.xdist_group("production")]

PROCESSES = {
    "web": ["-m", "gunicorn", "lgotp.wsgi", "--bind", "127.0.0.1:{port}"],
    "worker": ["-m", "celery", "-A", "lgotp", "worker", "--pool", "solo"],
    "beat": ["-m", "celery", "-A", "lgotp", "beat", "--pidfile=", "--schedule", "{folder}/beat"],
    "migrate": ["manage.py", "migrate", "--noinput"],
}
# Settings that no variable of the environment reaches: another settings module reaches them.
OVERRIDDEN = """
from lgotp.settings import *
DEBUG = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
SESSION_COOKIE_HTTPONLY = False
SESSION_COOKIE_NAME = "sessionid"
SECURE_HSTS_SECONDS = 0
"""
ALL_AT_ONCE = {
    "SECRET_KEY": "",
    "ALLOWED_HOSTS": "*",
    "SITE_URL": "",
    "DATABASE_URL": "",
    "EMAIL_URL": "consolemail://",
    "DEFAULT_FROM_EMAIL": "",
    "STORAGE_URL": "s3://bucket",
    "FIELD_KEYS": "short",
    "SCANNER": "",
    "DJANGO_SETTINGS_MODULE": "overridden",
}
NAMES = {
    *(set(ALL_AT_ONCE) - {"DJANGO_SETTINGS_MODULE"}),
    *("DEBUG", "CACHES", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS"),
    *("LANGUAGE_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_NAME"),
}
ALONE = [
    ("SECRET_KEY", ""),
    ("SECRET_KEY", SECRET[:49]),
    ("SECRET_KEY", "a" * 60),
    ("SECRET_KEY", "kD8#vP2!qZ7m" * 5),
    ("SECRET_KEY", f"django-insecure-{SECRET}"),
    ("ALLOWED_HOSTS", ""),
    ("ALLOWED_HOSTS", "*"),
    ("ALLOWED_HOSTS", ".example.jp"),
    ("SITE_URL", ""),
    ("SITE_URL", "http://portal.example.jp"),
    ("DATABASE_URL", ""),
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_URL", "mysql://portal@127.0.0.1/portal"),
    ("REDIS_URL", ""),
    ("REDIS_URL", "memory://"),
    ("EMAIL_URL", ""),
    ("EMAIL_URL", "consolemail://"),
    ("EMAIL_URL", "smtp://portal:word@mail.example.jp:25"),
    ("EMAIL_URL", "pigeon://portal"),
    ("DEFAULT_FROM_EMAIL", ""),
    ("PORTAL_DATA_DIR", "/proc/nothing"),
    ("STORAGE_URL", "s3://bucket"),
    ("FIELD_KEYS", ""),
    ("SCANNER", ""),
    ("TRUSTED_PROXIES", "one"),
    ("LGOTP_ENV", "staging"),
    ("PORT", "eighty"),
]


def start(tmp_path, command, **changes: str) -> subprocess.CompletedProcess:
    values = {"PORTAL_DATA_DIR": str(tmp_path), "STATIC_ROOT": str(static_files()), **changes}
    (tmp_path / "overridden.py").write_text(OVERRIDDEN)
    words = [word.format(port=free_port(), folder=tmp_path) for word in command]
    return subprocess.run(
        [sys.executable, *words],
        env={**sound(**values), "PYTHONPATH": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def check_refused(run, names) -> None:
    """Each fault by its name, in one line of its own, and nothing that a reader must decipher."""
    said = run.stderr
    assert run.returncode != 0
    assert {name: said.count(f" {name}: ") for name in names} == dict.fromkeys(names, 1), said
    assert "Traceback" not in said


@pytest.mark.parametrize("process", PROCESSES)
def test_each_process_names_everything_that_is_wrong(tmp_path, process):
    check_refused(start(tmp_path, PROCESSES[process], **ALL_AT_ONCE), NAMES)


@pytest.mark.parametrize("process", PROCESSES)
def test_each_process_names_a_value_that_cannot_be_read(tmp_path, process):
    run = start(tmp_path, PROCESSES[process], DATABASE_URL="nonsense://portal:word@host")

    check_refused(run, ["DATABASE_URL"])
    assert "word" not in run.stderr


@pytest.mark.parametrize(("name", "value"), ALONE)
def test_each_fault_alone_is_enough(tmp_path, name, value):
    run = start(tmp_path, ["-m", "lgotp.start"], **{name: value})

    check_refused(run, [name])
    assert len(run.stderr.strip().splitlines()) == 1


def test_web_does_not_start_without_its_static_files(tmp_path):
    check_refused(start(tmp_path, PROCESSES["web"], STATIC_ROOT=str(tmp_path)), ["STATIC_ROOT"])


def test_a_sound_production_has_nothing_to_say(tmp_path):
    run = start(tmp_path, ["-m", "lgotp.start"])

    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_debug_cannot_be_turned_on_from_outside(tmp_path):
    ask = "import lgotp.settings; print(lgotp.settings.DEBUG)"
    run = start(tmp_path, ["-c", ask], DEBUG="1", DJANGO_DEBUG="1")

    assert (run.returncode, run.stdout) == (0, "False\n")


def test_without_the_check_the_unsound_web_process_starts(tmp_path):
    (tmp_path / "silenced.py").write_text(
        'from lgotp.settings import *\nSILENCED_SYSTEM_CHECKS = ["desk.SITE_URL"]\n'
    )
    env = {
        **sound(SITE_URL="http://portal.example.jp", PORTAL_DATA_DIR=str(tmp_path)),
        "STATIC_ROOT": str(static_files()),
        "DJANGO_SETTINGS_MODULE": "silenced",
        "PYTHONPATH": str(tmp_path),
    }
    with web(env) as found:
        assert found.process.poll() is None


def with_person(portal, fields: str) -> str:
    """What the web process says at its start while somebody like this stands in the database."""
    make = (
        "import django; django.setup()\n"
        "from accounts.models import Membership, Organisation, User\n"
        f"user = User.objects.create_user('first@example.jp', name='First', {fields})\n"
        "operator = Organisation.objects.filter(kind='operator').first()\n"
        "Membership.objects.create(user=user, organisation=operator, role='administrator')"
    )
    clear = (
        "import django; django.setup()\n"
        "from accounts.models import Membership, User\n"
        "Membership.objects.filter(user__email='first@example.jp').delete()\n"
        "User.objects.filter(email='first@example.jp').delete()"
    )
    portal.env["DJANGO_SETTINGS_MODULE"] = "lgotp.settings"
    portal.run("-c", make)
    try:
        return subprocess.run(
            [sys.executable, "-m", "lgotp.start"],
            env=portal.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        ).stderr
    finally:
        portal.run("-c", clear)


PEOPLE = [
    ("password='a-long-word-of-their-own'", ""),
    ("password='demonstration'", " ADMINISTRATOR: "),
    ("password='a-long-word-of-their-own', is_demo=True", " DEMONSTRATION: "),
]


@pytest.mark.parametrize(("fields", "said"), PEOPLE)
def test_nobody_for_show_stands_in_production(portal, fields, said):
    heard = with_person(portal, fields)

    assert heard.count("\n") == bool(said)
    assert said in heard


def test_beat_and_worker_wait_for_a_broker_that_is_away(tmp_path):
    """A broker that is away is no fault of the settings: they start and go on trying."""
    env = {**sound(PORTAL_DATA_DIR=str(tmp_path)), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, *PROCESSES["worker"]]
    with running(command, env, ready=lambda found: "Trying again" in found.output) as found:
        assert found.process.poll() is None
    assert os.listdir(tmp_path) == []
