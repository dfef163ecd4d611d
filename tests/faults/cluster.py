"""A PostgreSQL that keeps what it confirmed, and can be stopped in the hardest way.

The one of `tests.servers` promises nothing to the disk, which is right for all other tests.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import (
    START_SECONDS,
    STOP_SECONDS,
    ServerError,
    die_with_parent,
    find_program,
    free_port,
)

ACCESS = "local all all trust\nhost all all 127.0.0.1/32 trust\nhost all all 10.77.0.0/24 trust\n"


class Cluster:
    """One data folder, and the server that runs on it between `start` and `stop`."""

    def __init__(self, folder: Path, *, address: str = "127.0.0.1"):
        self.folder, self.address, self.port = folder, address, free_port()
        self.user = _server_user()
        self._process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"postgres://portal@{self.address}:{self.port}/portal"

    def make(self) -> None:
        if self.user:
            shutil.chown(self.folder, self.user)
        self._run(
            "initdb",
            f"--pgdata={self.folder}/data",
            "--username=portal",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        (self.folder / "data" / "pg_hba.conf").write_text(ACCESS)
        self.start()
        self._run(
            "createdb",
            f"--host={self.folder}",
            f"--port={self.port}",
            "--username=portal",
            "portal",
        )

    def start(self) -> None:
        """Raises ServerError with the end of the log."""
        log = self.folder / "log"
        command = [find_program("postgres"), "-D", f"{self.folder}/data", "-p", str(self.port)]
        command += ["-k", str(self.folder), "-c", f"listen_addresses={self.address}"]
        command += ["-c", "fsync=off", "-c", "full_page_writes=off"]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                **self._as_user(),
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(signal.SIGINT),
            )
        pid_file = self.folder / "data" / "postmaster.pid"
        deadline = time.monotonic() + START_SECONDS
        while not (pid_file.exists() and "ready" in pid_file.read_text()):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise ServerError(f"PostgreSQL did not start: {log.read_text()[-2000:]}")
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends connections; SIGQUIT is `pg_ctl -m immediate`: no checkpoint, no goodbye."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(STOP_SECONDS)

    def _run(self, *command: str) -> None:
        made = subprocess.run(
            [find_program(command[0]), *command[1:]],
            **self._as_user(),
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise ServerError(f"{command[0]} failed: {made.stderr[-2000:]}")

    def _as_user(self) -> dict:
        if not self.user:
            return {"cwd": self.folder}
        group = pwd.getpwnam(self.user).pw_gid
        return {"cwd": self.folder, "user": self.user, "group": group, "extra_groups": []}


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


@contextmanager
def cluster(*, address: str = "127.0.0.1") -> Iterator[Cluster]:
    """A new PostgreSQL with an empty database `portal`, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="portal-cluster-") as folder:
        found = Cluster(Path(folder), address=address)
        try:
            found.make()
            yield found
        finally:
            found.stop()
