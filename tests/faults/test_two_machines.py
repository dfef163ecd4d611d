"""Web and worker on two machines around one PostgreSQL and one Redis do what they do on one."""

import json
import os
import subprocess
import sys

import pytest

from tests.faults import two_machines
from tests.faults.production import static_files
from tests.servers import ROOT

pytestmark = [pytest.mark.portal, pytest.mark.xdist_group("production")]


def run(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*two_machines.in_new_namespace(), *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )


def test_the_flow_goes_its_way_over_two_machines():
    static_files()
    done = run(sys.executable, "-m", "tests.faults.two_machines")

    assert done.returncode == 0, done.stderr[-4000:]
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "letters": ["%PDF-", "%PDF-"],
        "shown": [True, True],
        "turns": [2, 2, 2],
        "brake": [False, False, False, False, False, True],
        "worked": [True, True],
    }


def test_a_machine_reaches_the_servers_over_the_bridge_alone():
    """The control: without its line a machine reaches nothing, so nothing was shared by itself."""
    script = (
        "import socket, subprocess, sys\n"
        "from tests.faults.two_machines import BRIDGE, network\n"
        "ask = 'import socket; socket.create_connection((%r, 7777), 2)' % BRIDGE\n"
        "server = socket.create_server(('0.0.0.0', 7777))\n"
        "with network() as machines:\n"
        "    on = [*machines[0], sys.executable, '-c', ask]\n"
        "    joined = subprocess.run(on, capture_output=True).returncode\n"
        "    subprocess.run([*machines[0], 'ip', 'link', 'set', 'line0', 'down'], check=True)\n"
        "    cut = subprocess.run(on, capture_output=True).returncode\n"
        "print(joined, cut)\n"
    )
    done = run(sys.executable, "-c", script)

    assert done.stdout == "0 1\n", done.stderr
