"""The one command, started for real on a free port and an empty data folder."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from tests.servers import free_port

pytestmark = pytest.mark.portal


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """One folder for the module: only the first start has everything to prepare."""
    return tmp_path_factory.mktemp("portal")


@pytest.fixture
def portal(data_dir):
    """A running portal: its process, with its port and what it has said so far."""
    port = free_port()
    env = {**os.environ, "PORT": str(port), "PORTAL_DATA_DIR": str(data_dir), "REDIS_URL": ""}
    env["DATABASE_URL"] = f"sqlite:///{data_dir / 'db.sqlite3'}"
    command = [sys.executable, "manage.py", "runportal"]
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    process.env, process.port, process.said = env, port, "".join(lines)
    assert process.poll() is None, process.said
    yield process
    if process.poll() is None:
        process.terminate()
        process.wait(40)


def child_of(process, word):
    found = subprocess.run(
        ["pgrep", "--parent", str(process.pid), "--full", word],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(found.stdout.split()[0])


def test_portal_answers_refuses_a_second_and_stops_on_ctrl_c(portal):
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=5)
    connection.request("GET", "/readyz")
    answer = connection.getresponse().status
    command = [sys.executable, "manage.py", "runportal"]
    same_port = subprocess.run(command, env=portal.env, capture_output=True, text=True)
    other_port = {**portal.env, "PORT": str(free_port())}
    same_folder = subprocess.run(command, env=other_port, capture_output=True, text=True)
    children = [child_of(portal, word) for word in ("gunicorn", "lgotp worker", "lgotp beat")]
    portal.send_signal(signal.SIGINT)

    assert answer == 200
    assert re.search(r"coordinator\S*@", portal.said)
    assert (same_port.returncode, "Address already in use" in same_port.stderr) == (1, True)
    assert (same_folder.returncode, "already runs" in same_folder.stderr) == (1, True)
    assert portal.wait(40) == 0
    assert not any(os.path.exists(f"/proc/{pid}") for pid in children)


def test_a_killed_worker_stops_the_portal_with_an_error(portal):
    web = child_of(portal, "gunicorn")
    os.kill(child_of(portal, "lgotp worker"), signal.SIGKILL)

    rest = portal.stdout.read()

    assert portal.wait(40) == 1
    assert "worker has ended (killed by SIGKILL), so all stop." in rest
    assert not os.path.exists(f"/proc/{web}")


def test_children_end_when_the_portal_is_killed(portal):
    children = [child_of(portal, word) for word in ("gunicorn", "lgotp worker", "lgotp beat")]

    portal.kill()

    deadline = time.monotonic() + 40
    while any(os.path.exists(f"/proc/{pid}") for pid in children) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(os.path.exists(f"/proc/{pid}") for pid in children)
