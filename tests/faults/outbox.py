"""The outbox under fire: mails in a test's database, quick workers, what must hold at the end."""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db.models import Q
from django.utils import timezone

from notices.mails import queue_mail
from notices.models import Mail
from notices.states import MailState
from tests.faults.processes import Running, environment, running
from tests.faults.sink import Received, Sink
from tests.servers import ROOT, database_url, free_port

APP = "tests.faults.quick_portal"
OVER = [MailState.SENT, MailState.UNCERTAIN, MailState.FAILED, MailState.NOT_NEEDED]


def queue_mails(number: int, *, stop: Callable[[int], bool] = lambda _n: False) -> list[Mail]:
    """Mails that are due, some of which stop for a person when their fate is uncertain."""
    return [
        queue_mail(
            key=f"fault:{Mail.objects.count()}:{n}",
            purpose="fault",
            to=f"reader{n}@example.jp",
            to_name=f"Reader {n}",
            language="en",
            subject=f"Mail {n}",
            body="Nothing but a test.",
            stop_when_uncertain=stop(n),
            related=f"tests.Fault:{n}",
        )
        for n in range(number)
    ]


def check_nothing_lost(arrived: Sequence[Received], *, kills: int) -> None:
    """P12: every mail has an end, none is lost, a repeated one has its Message-ID, and there are no
    more copies than kills; one that stops when uncertain has left once.
    """
    copies = Counter(received.message_id for received in arrived)
    stuck = list(Mail.objects.exclude(state__in=OVER).values_list("pk", "state"))
    assert not stuck, f"stuck: {stuck}"
    for mail in Mail.objects.all():
        assert mail.state in {MailState.SENT, MailState.UNCERTAIN}, (mail.state, mail.last_error)
        if mail.state == MailState.SENT:
            assert copies[mail.message_id], f"lost: {mail}"
        if mail.stop_when_uncertain:
            assert copies[mail.message_id] <= 1, f"sent twice by itself: {mail}"
    assert set(copies) <= set(Mail.objects.values_list("message_id", flat=True))
    assert sum(copies.values()) - len(copies) <= kills, f"{copies} after {kills} kills"


def check_each_left_once(arrived: Sequence[Received]) -> None:
    """Without a kill there is exactly one copy of each mail."""
    copies = Counter(received.message_id for received in arrived)
    assert copies == Counter(Mail.objects.values_list("message_id", flat=True))


def end_leases() -> None:
    """The time that a dead worker's lease lasts has passed."""
    past = timezone.now() - timedelta(seconds=1)
    Mail.objects.filter(Q(state=MailState.IN_FLIGHT) | ~Q(lease_until=None)).update(
        lease_until=past
    )


def quick_environment(sink: Sink, **settings: str) -> dict[str, str]:
    """This test's database and mail server for the processes of `quick_portal`."""
    return environment(DATABASE_URL=database_url(), EMAIL_URL=sink.url, **settings)


@contextmanager
def quick_worker(env: dict[str, str], *, beat: bool = True) -> Iterator[Running]:
    """A Celery worker, with its own beat in it."""
    with tempfile.TemporaryDirectory(prefix="portal-worker-") as folder:
        command = [sys.executable, "-m", "celery", "-A", APP, "worker", "--loglevel=info"]
        command += ["--concurrency=1", "--without-gossip", "--without-mingle"]
        command += ["-B", f"--schedule={folder}/schedule"] if beat else []
        with running(command, env, ready=lambda found: " ready." in found.output) as found:
            yield found
            found.kill()  # what counts stands in the database


@contextmanager
def quick_beat(env: dict[str, str]) -> Iterator[Running]:
    """A beat of its own."""
    with tempfile.TemporaryDirectory(prefix="portal-beat-") as folder:
        command = [sys.executable, "-m", "celery", "-A", APP, "beat", "--loglevel=info"]
        command += ["--pidfile=", f"--schedule={folder}/schedule"]
        with running(command, env, ready=lambda found: "beat: Starting" in found.output) as found:
            yield found
            found.kill()


@contextmanager
def quick_web(env: dict[str, str]) -> Iterator[Running]:
    """The web process, ready when its log says so: it may have no broker to reach."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", f"{APP}:application", "--workers=1"]
    command += [f"--bind=127.0.0.1:{port}", "--no-control-socket"]
    ready = "Booting worker"
    with running(command, env, ready=lambda found: ready in found.output, port=port) as found:
        yield found
        found.kill()


def deliver_in_a_process(env: dict[str, str], *strace: str) -> int:
    """Hand over once in a process of its own, under strace with these options if there are any;
    gives its exit code, -9 when it was killed.
    """
    command = [sys.executable, "-m", APP]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, cwd=ROOT, env=env, text=True, **pipes) as process:
        lines = []
        while (line := process.stdout.readline()) and line != "ready\n":
            lines.append(line)
        assert line, "".join(lines)
        tracer = _attach(process.pid, strace) if strace else None
        process.communicate("\n", timeout=60)
        if tracer:
            tracer.wait(10)
        return process.returncode


def death_at(call: str, n: int) -> list[str]:
    """Options for strace: SIGKILL at the n-th call."""
    return ["-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={n}"]


def _attach(pid: int, options: Sequence[str]) -> subprocess.Popen:
    """strace on every thread of the process, before it goes on."""
    command = ["strace", "-f", "-o", "/dev/null", *options, "-p", str(pid)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    status = Path(f"/proc/{pid}/status")
    deadline = time.monotonic() + 10
    while f"TracerPid:\t{tracer.pid}" not in status.read_text():
        assert time.monotonic() < deadline, "strace did not attach"
        assert tracer.poll() is None, tracer.stderr.read() if tracer.stderr else ""
        time.sleep(0.01)
    return tracer


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> float:
    """How long it took until it was so; AssertionError after so many seconds."""
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < seconds, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - started
