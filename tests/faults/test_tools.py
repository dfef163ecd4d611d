"""The fault tools themselves: a test that leans on a broken tool proves nothing."""

import io
import smtplib
import socket
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

from tests.faults.barrier import at_once, failures
from tests.faults.canary import canary, found_in, texts_of, texts_of_mail
from tests.faults.processes import environment, running
from tests.faults.proxy import Proxy
from tests.faults.sink import DROP, Sink


def send(port: int, text: str = "Subject: a\r\n\r\nb\r\n.\r\n") -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as line:
        line.sendmail("from@example.jp", ["to@example.jp"], text)


def test_sink_keeps_what_it_accepts_as_it_was_sent():
    with Sink() as sink:
        send(sink.port, "Subject: a\r\n\r\n.dot\r\n")

        (received,) = sink.wait_for(1)
    assert (received.to, received.sender) == ("to@example.jp", "from@example.jp")
    assert received.raw == b"Subject: a\r\n\r\n.dot\r\n"


def test_sink_answers_as_told_and_counts_only_what_it_accepted():
    answers = {1: "450 later", 2: DROP, 3: "250 ok"}
    with Sink() as sink:
        sink.answer = lambda _received, n: answers[n]
        with pytest.raises(smtplib.SMTPDataError):
            send(sink.port)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send(sink.port)
        send(sink.port)

        assert (len(sink.arrived), len(sink.messages)) == (3, 1)


@pytest.fixture
def echo():
    """A server that says everything back; gives its port and all that it heard."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                line, _address = server.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=[line], daemon=True).start()

    def answer(line):
        with line:
            while said := line.recv(100):
                heard.append(said)
                line.sendall(said)

    heard = []
    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1], heard
    server.close()


def say(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
        line.sendall(b"hello")
        return line.recv(100)


def lost(port: int) -> bool:
    """Whether the line closed without an answer."""
    try:
        return say(port) == b""
    except ConnectionError:
        return True


def test_proxy_passes_refuses_swallows_cuts_and_heals(echo):
    port, heard = echo
    with Proxy(port) as line:
        assert say(line.port) == b"hello"
        line.mode = "refuse"
        assert lost(line.port)
        line.mode = "hole"
        with pytest.raises(TimeoutError):
            say(line.port)
        line.mode = "pass"
        deadline = time.monotonic() + 10
        while len(heard) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert heard == [b"hello"] * 2, "what was said in the hole arrives once the line is healed"
        heard.clear()
        line.mode = "cut"
        assert lost(line.port)
        assert heard == [b"hello"], "the question arrives, only the answer is lost"
        line.mode = "pass"
        assert say(line.port) == b"hello"


@pytest.mark.django_db(transaction=True)
def test_at_once_gives_results_and_exceptions_in_order():
    barrier = threading.Barrier(2)

    results = at_once(lambda: barrier.wait(5) >= 0, lambda: barrier.wait(5) >= 0, list)

    assert results == [True, True, []]
    assert [type(one) for one in failures(at_once(lambda: 1 // 0, int))] == [ZeroDivisionError]


def test_canaries_are_found_in_whatever_case_and_packing():
    one, other = canary("kyoto"), canary("kobe")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.xml", f"<a>{one.upper()}</a>")
    mail = f"Subject: x\r\nX-Name: {other}\r\n\r\n&#90;\r\n".encode()

    assert found_in(texts_of(packed.getvalue()), {one, other}) == {one}
    assert found_in(texts_of_mail(mail), {one, other}) == {other}
    assert found_in(texts_of(b'"\\u005a' + one[1:].encode() + b'"'), {one}) == {one}


def is_running(status: Path) -> bool:
    """Whether the process exists and is more than an entry that nobody has collected."""
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_running_processes_are_stopped_with_their_children():
    program = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print('child', child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    env = environment()

    with running([sys.executable, "-c", program], env, ready=lambda it: "child" in it.output) as it:
        child = Path("/proc", it.output.split()[1], "stat")
        assert is_running(child)

    deadline = time.monotonic() + 5
    while is_running(child):
        assert time.monotonic() < deadline
