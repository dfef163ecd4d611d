"""`make test`: every check and every test; `python -m scripts.test lint` stops after the checks.

The suite runs on SQLite, then what reaches a database again on a PostgreSQL and a Redis that are
started here on free ports, then the browser tests. Nothing is skipped: a missing tool and a skipped
test are failures. The last line gives the totals; a check, or a run that broke off, counts as one
failure.
"""

import argparse
import base64
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import ServerError, postgresql, redis

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / ".test-results"
CHECK_SECONDS = 300
RUN_SECONDS = 1200

BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
CHECKS: dict[str, list[str]] = {
    "ruff check": [str(BIN / "ruff"), "check"],
    "ruff format": [str(BIN / "ruff"), "format", "--check"],
    "types": [str(BIN / "mypy")],
    "import contract": [str(BIN / "lint-imports")],
    "templates": [str(BIN / "djlint"), "--lint", "--quiet", "."],
    "missing migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "check --deploy": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}
# The heavy ones run after the others, so that nothing else fills the two cores.
ALONE = "browser or portal"
APART = f"not ({ALONE})"
AGAIN = "--with-database-only"  # what reaches no database has said all on SQLite
# Tests that share what is dear to build stand in one group, and so in one process.
PYTEST = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "--durations", "5"]
# Tables of tests are small: to look for the best order of joins costs more than any order.
SMALL_TABLES = ["join_collapse_limit=1", "from_collapse_limit=1", "jit=off"]
# What the tests call by name. Their absence is told before half an hour of work, and in words.
TOOLS = [
    "chromium",
    "fc-list",
    "ip",
    "msgfmt",
    "nsenter",
    "pdftoppm",
    "pdftotext",
    "pgrep",
    "strace",
    "unshare",
]

# `check --deploy` looks at an installation that could be put on line as it is.
PRODUCTION = {
    "LGOTP_ENV": "production",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "portal.example.jp",
    "SITE_URL": "https://portal.example.jp",
    "DATABASE_URL": "postgres://portal:portal@127.0.0.1:5432/portal",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp+tls://portal:portal@mail.example.jp:587",
    "DEFAULT_FROM_EMAIL": "LGOTP <lgotp@example.jp>",
    "TRUSTED_PROXIES": "1",
    "FIELD_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "SCANNER": "none",
}
# Settings of the caller's own portal, which no test may touch.
OWN_SETTINGS = {*PRODUCTION, "PORTAL_DATA_DIR", "STORAGE_URL", "BACKUP_RECIPIENT"}
OWN_SETTINGS |= {"PORT", "HOST", "SQLITE_IN_PRODUCTION", "DJANGO_SETTINGS_MODULE"}


@dataclass
class Outcome:
    """What one check or one run of the tests gave; each fault is a line for the reader."""

    name: str
    seconds: float
    passed: int = 0
    faults: list[str] = field(default_factory=list)


def call(command: list[str], env: Mapping[str, str], seconds: int, *, quiet: bool) -> int:
    """Run a command, showing its output at once or, if quiet, only when it fails.

    It runs in a process group of its own, of which nothing is left afterwards. Raises
    `subprocess.TimeoutExpired`, and `FileNotFoundError` where the command does not exist.
    """
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output if quiet else None,
            stderr=subprocess.STDOUT if quiet else None,
            start_new_session=True,
        )
        try:
            code = process.wait(seconds)
        finally:
            end_group(process)
        if quiet and code:
            output.seek(0)
            print(output.read(), flush=True)
    return code


def end_group(process: subprocess.Popen) -> None:
    """End a command that still runs, and kill what its group has left behind."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # nothing was left, as it should be
    finally:
        process.wait()


def run_check(name: str, env: Mapping[str, str]) -> Outcome:
    """One of the checks that is not a test."""
    start = time.monotonic()
    if name == "check --deploy":
        env = {**env, **PRODUCTION}
    try:
        code = call(CHECKS[name], env, CHECK_SECONDS, quiet=True)
        faults = [f"{name}: see its output above"] if code else []
    except (OSError, subprocess.TimeoutExpired) as error:
        faults = [f"{name}: {error}"]
    outcome = Outcome(name, time.monotonic() - start, faults=faults)
    print(f"{'FAILED' if faults else 'ok':8}{name}  {outcome.seconds:.1f} s", flush=True)
    return outcome


def run_tests(name: str, arguments: list[str], env: Mapping[str, str]) -> Outcome:
    """One run of pytest; the figures come from its report, and a broken run is a fault."""
    print(f"\n=== Tests: {name}", flush=True)
    start = time.monotonic()
    report = RESULTS / f"{name.split()[0].lower()}.xml"
    command = [*PYTEST, f"--junitxml={report}", *arguments]
    broken = ""
    try:
        code = call(command, env, RUN_SECONDS, quiet=False)
        if code not in (0, 1):
            broken = f"{name}: pytest ended with exit code {code}"
    except subprocess.TimeoutExpired:
        broken = f"{name}: not finished after {RUN_SECONDS} s"
    passed, faults = read_report(report) if report.exists() else (0, [])
    if broken:
        faults.append(broken)
    elif bool(code) != bool(faults):
        # A skipped test leaves pytest content; anything else here means that we misread it.
        faults = faults or [f"{name}: pytest ended with exit code {code}"]
    return Outcome(name, time.monotonic() - start, passed, faults)


def read_report(path: Path) -> tuple[int, list[str]]:
    """How many tests of a JUnit report passed, and the others by name; a skipped one is a fault."""
    passed, faults = 0, []
    for case in ET.parse(path).getroot().iter("testcase"):  # noqa: S314  written by our own pytest
        kinds = [kind for kind in ("failure", "error", "skipped") if case.find(kind) is not None]
        if kinds:
            name = f"{case.get('classname', '')}::{case.get('name')}"
            faults.append(f"{path.stem}: {kinds[0]}: {name}")
        else:
            passed += 1
    return passed, faults


def check_all(env: Mapping[str, str]) -> list[Outcome]:
    print("=== Checks", flush=True)
    outcomes = [run_check(name, env) for name in CHECKS]
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    outcomes.append(Outcome("tools", 0, faults=[f"{tool} is not installed" for tool in missing]))
    return outcomes


def test_all(env: Mapping[str, str]) -> list[Outcome]:
    """The suite on SQLite, on PostgreSQL with Redis, and in Chromium."""
    outcomes = [run_tests("SQLite", ["-m", APART], env)]
    with ExitStack() as servers:
        start = time.monotonic()
        try:
            urls = {
                "DATABASE_URL": servers.enter_context(postgresql(*SMALL_TABLES)),
                "REDIS_URL": servers.enter_context(redis()),
            }
        except ServerError as error:
            return [*outcomes, Outcome("servers", time.monotonic() - start, faults=[str(error)])]
        env = {**env, **urls}
        outcomes.append(run_tests("PostgreSQL and Redis", ["-m", APART, AGAIN], env))
        outcomes.append(run_tests("Chromium and make run", ["-m", ALONE], env))
    return outcomes


STAGES: dict[str, list[Callable[[Mapping[str, str]], list[Outcome]]]] = {
    "lint": [check_all],
    "all": [check_all, test_all],
}


def summarise(outcomes: list[Outcome]) -> int:
    """Print what failed and the totals, keep the last line for `.ci/run`, return the exit code."""
    faults = [fault for outcome in outcomes for fault in outcome.faults]
    print("\n=== Summary")
    for outcome in outcomes:
        if outcome.passed or outcome.faults:
            figures = f"{outcome.passed} passed, {len(outcome.faults)} failed"
            print(f"{outcome.name:22}{figures:26}{outcome.seconds:6.0f} s")
    for fault in faults:
        print(f"  {fault}")
    totals = f"{sum(outcome.passed for outcome in outcomes)} passed, {len(faults)} failed"
    (RESULTS / "summary.txt").write_text(f"{totals}\n")
    print(f"\n{totals}", flush=True)
    return 1 if faults else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    stage = parser.parse_args().stage
    # A stop from outside ends like Ctrl-C: the servers are stopped on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir()
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="portal-checks-") as data_dir:
        os.chmod(data_dir, 0o711)  # noqa: S103 - PostgreSQL runs as somebody else and goes through
        env = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
        env["PORTAL_DATA_DIR"] = env["TMPDIR"] = data_dir
        for run_stage in STAGES[stage]:
            outcomes += run_stage(env)
    return summarise(outcomes)


if __name__ == "__main__":
    sys.exit(main())
