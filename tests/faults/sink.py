"""A mail server that keeps what it gets and answers as a test wants, on a free port in a thread.

with Sink() as sink:                       # sink.url goes into EMAIL_URL
    sink.answer = lambda received, n: "450 come back later" if n == 3 else ACCEPTED
    sink.after_250 = lambda n: os.kill(pid, signal.SIGKILL)
"""

import email
import email.policy
import socket
import socketserver
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage

ACCEPTED = "250 accepted"
HANG = "hang"  # takes the mail and never answers
DROP = "drop"  # takes the mail and closes the line without an answer


@dataclass
class Received:
    """One mail as it came over the line, whatever was answered."""

    sender: str
    recipients: list[str]
    raw: bytes
    answered: str = ""
    at: float = field(default_factory=time.time)

    @property
    def parsed(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def to(self) -> str:
        return self.recipients[0]

    @property
    def message_id(self) -> str:
        return str(self.parsed["Message-ID"])


class Sink:
    """`arrived` is every hand-over, `messages` only those that were answered with 250.

    `answer(received, n)` gives the answer to the n-th hand-over (from 1): an SMTP line, HANG or
    DROP. `delay` seconds pass before it. `after_250(n)` runs right after a 250 has left for the
    n-th accepted mail, before the line goes on.
    """

    def __init__(self) -> None:
        self.arrived: list[Received] = []
        self.answer: Callable[[Received, int], str] = lambda _received, _n: ACCEPTED
        self.after_250: Callable[[int], None] = lambda _n: None
        self.delay = 0.0
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Line)
        self._server.sink = self
        self.port: int = self._server.server_address[1]
        self.url = f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> "Sink":
        threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def messages(self) -> list[Received]:
        return [one for one in list(self.arrived) if one.answered.startswith("250")]

    def wait_for(self, count: int, seconds: float = 30) -> list[Received]:
        """The accepted mails once there are `count`; AssertionError when they do not come."""
        deadline = time.monotonic() + seconds
        while len(self.messages) < count:
            assert time.monotonic() < deadline, f"{len(self.messages)} of {count} mails arrived"
            time.sleep(0.02)
        return self.messages

    def _take(self, received: Received) -> tuple[str, int]:
        with self._lock:
            self.arrived.append(received)
            answer = self.answer(received, len(self.arrived))
        self._closing.wait(self.delay)
        if answer == HANG:
            self._closing.wait()
        with self._lock:
            received.answered = answer
            return answer, len(self.messages)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    sink: Sink

    def handle_error(self, request, client_address) -> None:
        """A client that was killed is what these tests are for."""


class _Line(socketserver.StreamRequestHandler):
    """One connection: just enough SMTP for our own client."""

    server: _Server

    def handle(self) -> None:
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._say("220 sink")
        sender, recipients = "", []
        while line := self.rfile.readline():
            command = line.decode(errors="replace").strip()
            verb = command[:4].upper()
            if verb in {"EHLO", "HELO"}:
                self._say("250-sink\r\n250 8BITMIME")
            elif verb == "MAIL":
                sender, recipients = command[10:].split(">")[0].strip("<> "), []
                self._say("250 ok")
            elif verb == "RCPT":
                recipients.append(command[8:].strip("<> "))
                self._say("250 ok")
            elif verb == "DATA":
                self._say("354 go on")
                if not self._data(sender, recipients):
                    return
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _data(self, sender: str, recipients: list[str]) -> bool:
        """Take one mail; False when the line is to be closed."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        received = Received(sender, list(recipients), b"".join(lines))
        answer, accepted = self.server.sink._take(received)
        if answer in (HANG, DROP):
            return False
        self._say(answer)
        if answer.startswith("250"):
            self.server.sink.after_250(accepted)
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")
        self.wfile.flush()
