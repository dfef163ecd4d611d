"""A production of its own: PostgreSQL, Redis, a mail server, and lines that can be cut.

with production() as portal:
    with web(portal.env) as site:
        portal.visitor(site.port, "staff").get("/admin/start/")
        portal.database_line.mode = "hole"
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.faults.cluster import Cluster, cluster
from tests.faults.proxy import Proxy
from tests.faults.sink import Sink
from tests.faults.visitor import HOST, Visitor, as_json
from tests.servers import ROOT, redis

SECRET = "kD8#vP2!qZ7mX4^tB9&wN3*rL6@yH1%cF5$gJ0jS-uE_aRoTiWnKx"

FIELD_KEY = "pYm4tQh0yC7b1wKxV9sR3nE6uJ2aL8dGfZ5iO0kTqWc="


def sound(**settings: str) -> dict[str, str]:
    """The environment of a production in which nothing is wrong but for these settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    values = {
        "LGOTP_ENV": "production",
        "SECRET_KEY": SECRET,
        "ALLOWED_HOSTS": HOST,
        "SITE_URL": f"https://{HOST}",
        "DATABASE_URL": "postgres://portal:portal@127.0.0.1:1/portal",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "EMAIL_URL": "smtp+tls://portal:word@mail.example.jp:587",
        "DEFAULT_FROM_EMAIL": "LGOTP <lgotp@example.jp>",
        "TRUSTED_PROXIES": "1",
        "FIELD_KEYS": FIELD_KEY,
        "SCANNER": "none",
        "PYTHONUNBUFFERED": "1",
        **settings,
    }
    return {**kept, **{name: value for name, value in values.items() if value}}


@dataclass
class Production:
    """Everything around the processes of a portal."""

    env: dict[str, str]
    database: Cluster
    database_line: Proxy
    redis_line: Proxy
    sink: Sink
    ground: dict = field(default_factory=dict)

    def run(self, *command: str) -> str:
        """A Python command on this installation; raises with what it said when it fails."""
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,  # patience: it says nothing about how fast a command must be
        )
        assert done.returncode == 0, f"{command}: {done.stderr[-2000:]}"
        return done.stdout

    def visitor(self, port: int, role: str = "") -> Visitor:
        session = self.ground["sessions"].get(role)
        cookies = {self.ground["cookie"]: session} if session else {}
        return Visitor("127.0.0.1", port, cookies)

    def rows(self, sql: str, *values: object) -> list[tuple]:
        """What the database holds, asked on a line of its own."""
        import psycopg

        with psycopg.connect(self.database.url.replace("postgres://", "postgresql://")) as line:
            return line.execute(sql, values).fetchall()


@contextmanager
def production(*, address: str = "127.0.0.1") -> Iterator[Production]:
    """A migrated production with people in it; its lines pass until a test cuts them."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-production-"))
        database = stack.enter_context(cluster(address=address))
        queue = stack.enter_context(redis())
        database_line = stack.enter_context(Proxy(database.port))
        redis_line = stack.enter_context(Proxy(urlsplit(queue).port or 0))
        sink = stack.enter_context(Sink())
        env = sound(
            DATABASE_URL=f"postgres://portal@127.0.0.1:{database_line.port}/portal",
            REDIS_URL=f"redis://127.0.0.1:{redis_line.port}/0",
            EMAIL_URL=sink.url,
            PORTAL_DATA_DIR=folder,
            STATIC_ROOT=str(static_files()),
        )
        portal = Production(env, database, database_line, redis_line, sink)
        portal.run("manage.py", "migrate", "--noinput", "-v0")
        portal.run("manage.py", "createcachetable")
        portal.ground = as_json(portal.run("-m", "tests.faults.ground"))
        yield portal


def static_files() -> Path:
    """The collected static files, made once for all processes of a test run."""
    import fcntl

    run = Path(os.environ.get("PORTAL_TEST_RUN_DIR") or tempfile.gettempdir())
    root = run / "production-static"
    with (run / "production-static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "staticfiles.json").exists():
            subprocess.run(
                [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
                cwd=ROOT,
                env={**os.environ, "STATIC_ROOT": str(root), "PORTAL_DATA_DIR": str(run)},
                check=True,
                timeout=600,  # patience: it says nothing about how fast a command must be
            )
    return root
