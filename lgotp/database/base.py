"""PostgreSQL with an end to its silence (P32).

A server that refuses is heard at once. One that says nothing (a cut line, a frozen machine) would
hold every page for minutes. A query may well take its ten seconds, so silence alone proves nothing:
after one second a second line asks the server for any answer at all, and only when that is silent
too, the query is given up. For a moment nobody else then waits for a connection.
"""

import socket
import struct
import threading
import time
from collections.abc import Generator
from contextlib import closing
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg import IsolationLevel

SILENCE_SECONDS = 1.0
PROBE_SECONDS = 0.6
PAUSE_SECONDS = 1.0
SLOW_SECONDS = 0.5  # a refusal comes sooner than this and makes nobody wait
# "Do you speak TLS?" of PostgreSQL's protocol: every server answers it with one letter, at once.
ASK_FOR_TLS = struct.pack("!II", 8, 80_877_103)


class Pause:
    """After silence only one thread of a process at a time waits for a new connection."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._is_silent = False

    def enter(self) -> None:
        """Raise OperationalError while the pause lasts; who comes after it tries for all."""
        with self._lock:
            now = time.monotonic()
            if now < self._until:
                raise psycopg.OperationalError("the database did not answer a moment ago")
            if self._is_silent:
                self._until = now + 2 * PAUSE_SECONDS

    def begin(self) -> None:
        with self._lock:
            self._is_silent = True
            self._until = time.monotonic() + PAUSE_SECONDS

    def end(self) -> None:
        with self._lock:
            self._is_silent = False
            self._until = 0.0


pause = Pause()


class Connection(psycopg.Connection):
    """A connection that does not wait for a server that has fallen silent."""

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        return super().wait(self._watched(gen), *args, **kwargs)

    def _watched(self, gen: Generator) -> Generator[Any, Any, Any]:
        """Pass everything on to the exchange with the server, but count the time without answer."""
        heard_at = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    heard_at = time.monotonic()
                elif time.monotonic() - heard_at > SILENCE_SECONDS:
                    self._give_up_on_silence()
                    heard_at = time.monotonic()
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value

    def _give_up_on_silence(self) -> None:
        """Raise OperationalError unless the server answers on another line."""
        host = (self.pgconn.hostaddr or self.pgconn.host).decode()
        if is_heard(host, int(self.pgconn.port)):
            return
        pause.begin()
        self.pgconn.finish()
        raise psycopg.OperationalError("the database has fallen silent")


def is_heard(host: str, port: int) -> bool:
    """Whether the server says anything to a stranger."""
    try:
        with closing(_line_to(host, port)) as line:
            line.sendall(ASK_FOR_TLS)
            return bool(line.recv(1))
    except OSError:
        return False


def _line_to(host: str, port: int) -> socket.socket:
    if not host.startswith("/"):
        return socket.create_connection((host, port), timeout=PROBE_SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(PROBE_SECONDS)
    line.connect(f"{host}/.s.PGSQL.{port}")
    return line


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, but for the connection it opens; no pool and no other isolation level."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        self.isolation_level = IsolationLevel.READ_COMMITTED
        pause.enter()
        began_at = time.monotonic()
        try:
            connection = Connection.connect(**conn_params)
        except psycopg.OperationalError:
            if time.monotonic() - began_at > SLOW_SECONDS:
                pause.begin()
            raise
        pause.end()
        return connection
