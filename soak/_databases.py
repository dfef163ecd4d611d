"""Runs a measurement on SQLite with the queue in files, then on PostgreSQL with Redis.

Each time in a process of its own, on a new and empty database with a data folder of its own.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from tests.servers import ROOT, postgresql, redis

NAMES = ["SQLite", "PostgreSQL with Redis"]


def on_each_database(module: str, measure: Callable[[float], bool]) -> None:
    """Call `measure` with its share of SOAK_SECONDS on each; end with 1 when it says no."""
    seconds = float(os.environ.get("SOAK_SECONDS", "300")) / len(NAMES)
    if name := os.environ.get("SOAK_DATABASE"):
        _prepare()
        print(f"-- {name}", flush=True)
        sys.exit(0 if measure(seconds) else 1)
    is_whole = True
    for name in NAMES:
        with _environment(name) as env:
            command = [sys.executable, "-m", module]
            is_whole &= subprocess.run(command, env=env, cwd=ROOT, check=False).returncode == 0
    sys.exit(0 if is_whole else 1)


def _prepare() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lgotp.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


@contextmanager
def _environment(name: str) -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-soak-"))
        env = {**os.environ, "PORTAL_DATA_DIR": folder, "SOAK_DATABASE": name}
        env |= {"LGOTP_ENV": "embedded", "PYTHONUNBUFFERED": "1"}
        for variable in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
            env.pop(variable, None)
        if name != NAMES[0]:
            env["DATABASE_URL"] = stack.enter_context(postgresql())
            env["REDIS_URL"] = stack.enter_context(redis())
        yield env
