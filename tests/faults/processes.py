"""The portal's own processes, started as in production and stopped, or killed, by their id.

with web(environment(DATABASE_URL=…)) as portal:
    requests to portal.url …
    portal.kill()
"""

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.servers import ROOT, STOP_SECONDS, ServerError, die_with_parent, free_port

START_SECONDS = 60


@dataclass
class Running:
    """A process with its whole group, and what it wrote."""

    process: subprocess.Popen
    log: Path
    port: int = 0

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL for the process and all its children, at once.

        A process that was collected long ago may have left its number to another: with as many
        processes as tests start, to one of the database.
        """
        if self.process.poll() is not None and Path("/proc", str(self.pid)).exists():
            return
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.process.wait(STOP_SECONDS)

    def stop(self) -> None:
        """SIGTERM, as a service manager stops it; killed when that does not help."""
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        self.kill()


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with these settings; an empty one is taken out."""
    env = {**os.environ, "PYTHONUNBUFFERED": "1", **settings}
    return {name: value for name, value in env.items() if value != ""}


@contextmanager
def running(
    command: Sequence[str],
    env: dict[str, str],
    *,
    ready: Callable[[Running], bool],
    port: int = 0,
    seconds: float = START_SECONDS,
) -> Iterator[Running]:
    """Run a command until the block ends. Raises ServerError with the end of its log."""
    with tempfile.TemporaryDirectory(prefix="portal-process-") as folder:
        log = Path(folder, "log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                list(command),
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
        found = Running(process, log, port)
        try:
            deadline = time.monotonic() + seconds
            while not ready(found):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise ServerError(f"{command} did not start: {found.output[-3000:]}")
                time.sleep(0.05)
            yield found
        finally:
            found.stop()


@contextmanager
def web(env: dict[str, str], *, workers: int = 1, threads: int = 4) -> Iterator[Running]:
    """gunicorn as in production, on a free port; ready when `/healthz` answers."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "lgotp.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(workers), "--threads", str(threads), "--no-control-socket"]
    command += ["--logger-class", "lgotp.logs.WebLogger"]
    with running(command, env, ready=lambda _found: _answers(port), port=port) as found:
        yield found


@contextmanager
def worker(env: dict[str, str], *, processes: int = 1) -> Iterator[Running]:
    """A Celery worker; ready when it says so."""
    command = [sys.executable, "-m", "celery", "-A", "lgotp", "worker", "--loglevel=info"]
    command += [f"--concurrency={processes}", "--without-gossip", "--without-mingle"]
    with running(command, env, ready=lambda found: " ready." in found.output) as found:
        yield found


@contextmanager
def beat(env: dict[str, str], *options: str) -> Iterator[Running]:
    """Celery beat with a schedule file of its own."""
    with tempfile.TemporaryDirectory(prefix="portal-beat-") as folder:
        command = [sys.executable, "-m", "celery", "-A", "lgotp", "beat", "--loglevel=info"]
        command += ["--pidfile=", f"--schedule={folder}/schedule", *options]
        with running(command, env, ready=lambda found: "beat: Starting" in found.output) as found:
            yield found


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
