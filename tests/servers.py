"""Real servers for the tests: PostgreSQL, Redis and a Celery worker, started and stopped here.

The context managers are plain Python (`scripts/test.py` uses them before any test runs); the
fixture below is for tests marked `worker`. The servers die with the process that started them.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30
STOP_SECONDS = 20


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--with-database-only",
        action="store_true",
        help="leave out the tests that ask for no database",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks for no database says the same on each of them: it runs on the first alone."""
    if config.getoption("--with-database-only"):
        left_out = [item for item in items if not reaches_database(item)]
        items[:] = [item for item in items if reaches_database(item)]
        config.hook.pytest_deselected(items=left_out)


def reaches_database(item: pytest.Item) -> bool:
    """Whether a test may open the database: pytest-django closes it to all that do not ask."""
    asks = "django_db_setup" in getattr(item, "fixturenames", ())
    return asks or item.get_closest_marker("django_db") is not None


class ServerError(Exception):
    """A server could not be started; the message names it and the reason."""


def free_port() -> int:
    """A port of this machine on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def find_program(name: str) -> str:
    """Where a server's program lies; Debian keeps those of PostgreSQL outside the search path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    found = shutil.which(name, path=os.pathsep.join([*map(str, folders), os.environ["PATH"]]))
    if found is None:
        raise ServerError(f"{name} is not installed")
    return found


def _version(folder: Path) -> float:
    return float(folder.parent.name)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def die_with_parent(stop: signal.Signals) -> Callable[[], None]:
    """A hook for the new process: the kernel sends it this signal when its starter dies."""
    libc = ctypes.CDLL(None)
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>
    return lambda: libc.prctl(set_parent_death_signal, stop)


@contextmanager
def _server(
    command: list[str],
    log: Path,
    *,
    ready: Callable[[], bool],
    stop: signal.Signals = signal.SIGTERM,
    env: dict[str, str] | None = None,
    user: str | None = None,
) -> Iterator[subprocess.Popen]:
    """Run a server until the block ends. Raises ServerError with the end of its log."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=log.parent if user else ROOT,
            env=env,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(stop),
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                end = log.read_text(errors="replace")[-2000:]
                raise ServerError(f"{command[0]} did not start: {end}")
            time.sleep(0.05)
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def postgresql(*settings: str) -> Iterator[str]:
    """A new, empty PostgreSQL on a free port, with these settings beside ours; gives its address
    for DATABASE_URL.

    It refuses to run as root, so it then runs as `postgres` or `nobody`. Nothing is synchronised
    to the disk: the data lives as long as the block.
    """
    user = None
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = next((name for name in ("postgres", "nobody") if name in names), None)
        if user is None:
            raise ServerError("postgresql: neither a user postgres nor a user nobody to run as")
    with tempfile.TemporaryDirectory(prefix="portal-pg-") as folder:
        if user:
            shutil.chown(folder, user)
        data = Path(folder, "data")
        made = subprocess.run(
            [
                find_program("initdb"),
                f"--pgdata={data}",
                "--username=portal",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise ServerError(f"initdb failed: {made.stderr[-2000:]}")
        port = free_port()
        command = [find_program("postgres"), "-D", str(data), "-p", str(port), "-k", folder]
        for setting in (
            "listen_addresses=127.0.0.1",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            *settings,
        ):
            command += ["-c", setting]
        # It listens before it takes connections; this file says when it does.
        pid_file = data / "postmaster.pid"
        with _server(
            command,
            Path(folder, "log"),
            ready=lambda: pid_file.exists() and "ready" in pid_file.read_text(),
            stop=signal.SIGINT,
            user=user,
        ):
            yield f"postgres://portal@127.0.0.1:{port}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """A new Redis on a free port that keeps nothing; gives its address for REDIS_URL."""
    with tempfile.TemporaryDirectory(prefix="portal-redis-") as folder:
        port = free_port()
        command = [find_program("redis-server"), "--port", str(port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--dir", folder]
        with _server(command, Path(folder, "log"), ready=lambda: _answers(port)):
            yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def celery_worker() -> Iterator[subprocess.Popen]:
    """A real worker on this test process's database, queue and files."""
    from django.conf import settings

    with tempfile.TemporaryDirectory(prefix="portal-worker-") as folder:
        log = Path(folder, "log")
        env = {**os.environ, "DATABASE_URL": database_url()}
        command = [sys.executable, "-m", "celery", "-A", "lgotp", "worker", "--loglevel=info"]
        command += ["--concurrency=1", "--without-gossip", "--without-mingle", "--purge"]
        assert settings.CELERY_BROKER_URL
        with _server(command, log, ready=lambda: " ready." in log.read_text(), env=env) as process:
            yield process


def database_url() -> str:
    """The address of the database that the running test uses."""
    from django.db import connection

    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    return f"postgres://{settings['USER']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"


@pytest.fixture(scope="module")
def worker(django_db_setup, django_db_blocker) -> Iterator[subprocess.Popen]:
    """A Celery worker for the tests of one module; they are marked `worker` and commit for real.

    Not for longer than the module: it would run what other tests leave in the queue.
    """
    with django_db_blocker.unblock(), celery_worker() as process:
        yield process
