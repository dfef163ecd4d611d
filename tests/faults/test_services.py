"""Every service of the compose file, started by its own command on a real PostgreSQL and Redis."""

import os
import re
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import yaml
from cryptography.fernet import Fernet

from tests.faults.cluster import cluster
from tests.faults.processes import running
from tests.faults.production import HOST, SECRET, static_files
from tests.servers import ROOT, find_program, free_port, redis

pytestmark = [pytest.mark.portal, pytest.mark.xdist_group("production")]

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CALLER = {"PORTAL_HOST": HOST, "DEFAULT_FROM_EMAIL": "LGOTP <lgotp@example.jp>"}


def filled(value: str) -> str:
    """What compose makes of `${NAME}`, `${NAME:-default}` and `${NAME:?message}`."""
    return re.sub(
        r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda found: CALLER.get(found[1]) or found[2], value
    )


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """The environment of a container: the compose file's, secrets as files, nothing else."""
    folder = tmp_path_factory.mktemp("machine")
    secrets = folder / "secrets"
    secrets.mkdir()
    with cluster() as database, redis() as queue:
        (secrets / "secret_key").write_text(SECRET)
        (secrets / "field_keys").write_text(Fernet.generate_key().decode())
        (secrets / "database_url").write_text(f"{database.url}\n")
        (secrets / "email_url").write_text("smtp+tls://portal:word@mail.example.jp:587\n")
        env = {
            **{name: os.environ[name] for name in ("PATH", "HOME")},
            **{k: filled(v) for k, v in COMPOSE["x-portal"]["environment"].items()},
            "REDIS_URL": queue,  # in place of the name that compose's network resolves
            "SECRETS_DIR": str(secrets),
            "PORTAL_DATA_DIR": str(folder),
            "STATIC_ROOT": str(static_files()),
            "WEB_BIND": f"127.0.0.1:{free_port()}",
            "BEAT_SCHEDULE": str(folder / "beat"),
            "HOSTNAME": socket.gethostname(),
            "PYTHONUNBUFFERED": "1",
        }
        yield env, database, queue


def command_of(service: str) -> list[str]:
    return ["scripts/container", *COMPOSE["services"][service]["command"]]


def health_of(service: str) -> list[str]:
    return COMPOSE["services"][service]["healthcheck"]["test"][1:]


def call(command: list[str], env) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=90
    )


@contextmanager
def service(name: str, env):
    """A service as compose starts it; ready when its own health check says so."""
    ready = health_of(name)
    with running(
        command_of(name), env, ready=lambda _found: call(ready, env).returncode == 0
    ) as found:
        yield found


def test_every_service_runs_by_its_own_command_and_says_that_it_is_well(machine):
    env, database, _queue = machine
    before = {name: call(health_of(name), env).returncode for name in ("web", "worker", "beat")}
    migrated = call(command_of("migrate"), env)
    with psycopg.connect(database.url.replace("postgres:", "postgresql:")) as line:
        tables = line.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        (count,) = tables.fetchone()
    with service("web", env), service("worker", env) as worker, service("beat", env):
        work = call(["scripts/container", "python", "-c", "print('any other word')"], env)
        assert wait_for(lambda: "deliver_mails" in worker.output)

    assert before == {"web": 1, "worker": 69, "beat": 1}
    assert migrated.returncode == 0, migrated.stderr
    assert count > 40
    assert work.stdout == "any other word\n"


def wait_for(holds, seconds: float = 30) -> bool:
    import time

    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.1)
    return holds()


def test_the_servers_of_compose_answer_their_own_health_checks(machine):
    _env, database, queue = machine
    port = queue.rpartition(":")[2].partition("/")[0]
    database_check = [find_program("pg_isready"), *health_of("postgres")[1:]]
    queue_check = [find_program("redis-cli"), "-p", port, *health_of("redis")[1:]]
    well = {**os.environ, "PGHOST": str(database.folder), "PGPORT": str(database.port)}
    away = {**well, "PGPORT": str(free_port())}

    assert call(database_check, well).returncode == 0
    assert call(database_check, away).returncode != 0
    assert call(queue_check, os.environ).stdout == "PONG\n"


def test_redis_takes_the_command_of_compose(tmp_path):
    port = free_port()
    program, *words = COMPOSE["services"]["redis"]["command"]
    command = [find_program(program), *words, "--port", str(port), "--dir", str(tmp_path)]
    with running(
        command, dict(os.environ), ready=lambda found: "Ready to accept" in found.output
    ) as found:
        kept = call([find_program("redis-cli"), "-p", str(port), "config", "get", "appendonly"], {})

    assert "appendonly\nyes" in kept.stdout, found
    assert Path(tmp_path, "appendonlydir").is_dir()


def test_a_service_without_its_secrets_does_not_start(machine, tmp_path):
    """The control: the files of the folder are what the services live by."""
    env, _database, _queue = machine

    run = call(command_of("web"), {**env, "SECRETS_DIR": str(tmp_path)})

    assert run.returncode == 3
    assert " SECRET_KEY: is missing." in run.stderr
    assert " DATABASE_URL: " in run.stderr
