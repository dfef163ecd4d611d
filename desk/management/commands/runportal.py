"""One command runs the whole portal on one machine: web, worker and beat, until it is told to stop.

It belongs to the embedded mode; in production each of the three is a service of its own.
"""

import ctypes
import fcntl
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

READY_SECONDS = 60
STOP_SECONDS = 20
LOG_BYTES = 5_000_000


class Command(BaseCommand):
    help = (
        "Prepare the database and run web, worker and beat until Ctrl-C. "
        "Example: PORT=8123 python manage.py runportal"
    )
    # The checks run in handle(), after the two that say whether the portal may start at all.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        refuse_taken_address(host, port)
        with lock_data_dir(settings.DATA_DIR):
            try:
                self.prepare()
            except KeyboardInterrupt:
                raise CommandError("Stopped while preparing.", returncode=130) from None
            children = Children(settings.DATA_DIR / "log")
            for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(sign, children.ask_to_stop)
            try:
                self.start(children, host, port)
                if not children.is_stopping():
                    self.announce(host, port)
                children.wait()
                self.say("Stopping …")
            finally:
                children.stop()

    def prepare(self) -> None:
        """Bring folders, database, static files and demonstration up to date."""
        call_command("check", fail_level="ERROR", stdout=Silent())
        migrate_if_needed(self.say)
        call_command("createcachetable", verbosity=0)
        collect_static_if_changed(self.say)
        if settings.LGOTP_ENV == "embedded":
            call_command("demo", if_missing=True, stdout=self.stdout)
        # No connection of ours may be shared with the processes to come.
        connections.close_all()

    def start(self, children: "Children", host: str, port: int) -> None:
        """Start the three and wait until the portal answers that it is ready."""
        python = [sys.executable, "-m"]
        celery = [*python, "celery", "-A", "lgotp"]
        web = [*python, "gunicorn", "lgotp.wsgi", "--bind", join_address(host, port)]
        web += ["--logger-class", "lgotp.logs.WebLogger"]
        web += ["--workers", "2", "--threads", "4", "--max-requests", "0", "--no-control-socket"]
        worker = [*celery, "worker", "-c", "2", "-l", "info", "--without-gossip"]
        schedule = settings.DATA_DIR / "celerybeat-schedule"
        beat = [*celery, "beat", "-l", "info", "--schedule", str(schedule), "--pidfile="]
        self.say(f"Starting web, worker and beat; they write to {children.log_dir}/")
        for name, command in (("web", web), ("worker", worker), ("beat", beat)):
            children.start(name, command)
        deadline = time.monotonic() + READY_SECONDS
        while not children.is_stopping():
            answer = ask_ready(host, port)
            if answer == "200":
                return
            if time.monotonic() > deadline:
                end = children.log_end("web")
                raise CommandError(
                    f"/readyz did not answer 200 within {READY_SECONDS} s ({answer}).\n{end}"
                )
            children.check()
            time.sleep(0.2)

    def announce(self, host: str, port: int) -> None:
        self.say(f"\nThe portal runs on http://{join_address(reachable(host), port)}/")
        if settings.LGOTP_ENV == "embedded":
            from accounts.demo_sign_ins import sign_in_table

            self.say(f"\n{sign_in_table()}")
        self.say("\nCtrl-C stops it.")

    def say(self, text: str) -> None:
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except OSError:
            # The reader has gone (`make run | head`). The portal stays; it just talks to nobody.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Silent:
    """Takes what a command prints and drops it."""

    def write(self, text: str) -> int:
        return len(text)


class Children:
    """The processes this one answers for. One that ends by itself ends them all."""

    def __init__(self, log_dir: Path) -> None:
        self.log_dir = log_dir
        self.asked_at: list[float] = []
        self.running: dict[str, subprocess.Popen] = {}
        log_dir.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: list[str]) -> None:
        """Start one in a group of its own, so that Ctrl-C reaches it through us only."""
        with self.open_log(name) as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=settings.BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(),
            )

    def open_log(self, name: str) -> IO[bytes]:
        """The log grows over restarts; a long one is put aside once."""
        path = self.log_path(name)
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def log_path(self, name: str) -> Path:
        return self.log_dir / f"{name}.log"

    def log_end(self, name: str) -> str:
        lines = self.log_path(name).read_text(errors="replace").splitlines()[-15:]
        return "\n".join([f"The end of {self.log_path(name)}:", *lines])

    def ask_to_stop(self, *_: object) -> None:
        """The handler of the signals that mean "end"."""
        self.asked_at.append(time.monotonic())

    def is_stopping(self) -> bool:
        return bool(self.asked_at)

    def is_asked_again(self) -> bool:
        """A second Ctrl-C; make and timeout may pass one and the same signal on twice at once."""
        return self.is_stopping() and self.asked_at[-1] - self.asked_at[0] > 1

    def check(self) -> None:
        """Raise CommandError, with the end of its log, if one has ended by itself."""
        for name, child in self.running.items():
            if (code := ended_with(child)) is not None and not self.is_stopping():
                raise CommandError(f"{name} has ended ({code}), so all stop.\n{self.log_end(name)}")

    def wait(self) -> None:
        """Return when told to stop."""
        while not self.is_stopping():
            self.check()
            time.sleep(0.2)

    def stop(self) -> None:
        """Ask all to end, wait (not after a second Ctrl-C), then kill what is left of them."""
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.running.values():
            if ended_with(child) is None:
                child.terminate()
        while any(ended_with(child) is None for child in self.running.values()):
            if time.monotonic() > deadline or self.is_asked_again():
                break
            time.sleep(0.05)
        for child in self.running.values():
            # It is not reaped yet, so its group's number cannot be somebody else's.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        self.running.clear()


def ended_with(child: subprocess.Popen) -> str | None:
    """How a child ended, in words, or None while it runs; the child is left for wait()."""
    result = os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if result is None:
        return None
    if result.si_code == os.CLD_EXITED:
        return f"exit code {result.si_status}"
    return f"killed by {signal.Signals(result.si_status).name}"


def die_with_parent() -> Callable[[], None]:
    """A hook for a new process: it ends when we are killed without a chance to stop it."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    libc = ctypes.CDLL(None)
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>
    parent = os.getpid()

    def hook() -> None:
        libc.prctl(set_parent_death_signal, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)  # we were killed before the line above

    return hook


def refuse_taken_address(host: str, port: int) -> None:
    """Raise CommandError unless the portal can listen there."""
    if not 0 < port < 65536:
        raise CommandError(f"PORT {port} is not between 1 and 65535.", returncode=2)
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except OSError as error:
        raise CommandError(
            f"The portal cannot listen on {join_address(host, port)}: {error.strerror}. "
            f"Choose another port: PORT={port + 1} make run"
        ) from None


def join_address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def reachable(host: str) -> str:
    """An address to call: one cannot connect to "all addresses of this machine"."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def ask_ready(host: str, port: int) -> str:
    """The status that /readyz answers, or why there is no answer."""
    connection = http.client.HTTPConnection(reachable(host), port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Accept": "*/*"})
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return str(error)
    finally:
        connection.close()


@contextmanager
def lock_data_dir(data_dir: Path) -> Iterator[None]:
    """Keep a second portal off this data folder; the lock goes with the process."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "runportal.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CommandError(
                f"A portal already runs on {data_dir} (process {lock.read().strip()}). "
                "Stop it, or choose another folder with PORTAL_DATA_DIR."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def migrate_if_needed(say: Callable[[str], None]) -> None:
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Preparing the database …")
        call_command("migrate", interactive=False, verbosity=0)


def collect_static_if_changed(say: Callable[[str], None]) -> None:
    """Collecting and compressing takes many seconds, looking whether a file changed a tenth."""
    static_root = Path(settings.STATIC_ROOT)
    mark = static_root.with_name("static.fingerprint")
    fingerprint = static_fingerprint()
    if static_root.is_dir() and mark.exists() and mark.read_text() == fingerprint:
        return
    say("Collecting the static files …")
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(fingerprint)


def static_fingerprint() -> str:
    """Changes whenever a static file of any app does."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = os.stat(storage.path(path))
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
