"""Keeps a test run to itself. Loaded by `-p` before Django reads its settings.

Each test process has its own data folder (and Redis database), whatever the caller's environment
says, and no test talks to another machine.
"""

import os
import shutil
import socket
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

LOOPBACK = {"127.0.0.1", "::1", "localhost", ""}
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
_run_folder = os.environ.get("PORTAL_TEST_RUN_DIR", "")
_is_owner = not _run_folder
if _is_owner:
    _run_folder = tempfile.mkdtemp(prefix="portal-tests-")
    os.environ["PORTAL_TEST_RUN_DIR"] = _run_folder

DATA_DIR = Path(_run_folder, WORKER or "main")
(DATA_DIR / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without it
os.environ["PORTAL_DATA_DIR"] = str(DATA_DIR)
os.environ["LGOTP_ENV"] = "embedded"
# Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

if os.environ.get("REDIS_URL") and WORKER:
    # Clearing the cache empties a Redis database: each process has one, gw0 the first.
    parts = urlsplit(os.environ["REDIS_URL"])
    os.environ["REDIS_URL"] = urlunsplit(parts._replace(path=f"/{int(WORKER[2:])}"))


class OutsideConnection(RuntimeError):
    """A test tried to reach another machine."""


_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex
_getaddrinfo = socket.getaddrinfo


def _refuse_others(host: object) -> None:
    if isinstance(host, bytes):
        host = host.decode()
    if host is not None and host not in LOOPBACK and host != socket.gethostname():
        raise OutsideConnection(f"A test tried to reach {host}.")


def _guarded_connect(self: socket.socket, address):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        _refuse_others(address[0])
    return _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        _refuse_others(address[0])
    return _connect_ex(self, address)


def _guarded_getaddrinfo(host, *args, **kwargs):
    _refuse_others(host)
    return _getaddrinfo(host, *args, **kwargs)


socket.socket.connect = _guarded_connect  # type: ignore[method-assign]
socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign]
socket.getaddrinfo = _guarded_getaddrinfo


def pytest_unconfigure(config: pytest.Config) -> None:
    if _is_owner:
        shutil.rmtree(_run_folder, ignore_errors=True)
