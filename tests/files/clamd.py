"""A clamd small enough for tests: it knows one harmful text, and answers as it is told.

with Clamd() as clamd:
    settings.SCANNER = clamd.address
"""

import socketserver
import struct
import threading

HARMFUL = b"harmful-to-the-small-clamd"


class _Line(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            part = self.request.recv(1)
            if not part:
                return
            command += part
        clamd: Clamd = self.server.clamd  # type: ignore[attr-defined]
        clamd.commands.append(command)
        if command == b"zVERSION\0":
            self.request.sendall(b"ClamAV 1.4.2/27500\0")
        elif command == b"zINSTREAM\0":
            content = self._content()
            clamd.contents.append(content)
            said = b"stream: Small.Test FOUND\0" if HARMFUL in content else b"stream: OK\0"
            self.request.sendall(said if clamd.answer is None else clamd.answer)

    def _content(self) -> bytes:
        content = b""
        while length := struct.unpack("!L", self._exactly(4))[0]:
            content += self._exactly(length)
        return content

    def _exactly(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            part = self.request.recv(count - len(found))
            if not part:
                raise ConnectionError
            found += part
        return found


class Clamd:
    """A server on a free port, in a thread; `answer` replaces what it says of a file."""

    def __init__(self, path: str = "") -> None:
        self.commands: list[bytes] = []
        self.contents: list[bytes] = []
        self.answer: bytes | None = None
        kind = socketserver.ThreadingUnixStreamServer if path else socketserver.ThreadingTCPServer
        self._server = kind(path or ("127.0.0.1", 0), _Line)
        self._server.daemon_threads = True
        self._server.clamd = self
        where = path or "{}:{}".format(*self._server.server_address)
        self.address = f"clamd://{where}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> "Clamd":
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
