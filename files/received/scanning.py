"""The scanner for harmful content, a program of its own beside the portal.

`SCANNER` names it: `clamd://host:3310` and `clamd:///run/clamav/clamd.ctl` speak clamd's own
protocol (INSTREAM), `command:/usr/bin/clamscan` starts a program for each file that answers as
clamscan does. `none`, or nothing in the embedded mode, means that there is none.

It fails closed (P29): a file that no scanner has found clean is given to nobody, and the sweep asks
again until it is answered.
"""

import shlex
import socket
import struct
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.dispatch import Signal

NONE = "none"
PIECE = 64 * 1024
SECONDS = 60  # for one file; a clamd on the same machine takes one
PROGRAM_SECONDS = 120  # a program reads its signatures anew for each file
CLAMD_PORT = 3310
WITH_MOST = 100  # characters of what a scanner says of itself

# Sent once for each file that was found harmful, inside the transaction that shuts it away.
harmful_found = Signal()


class ScannerFault(Exception):
    """The scanner is away, does not understand, or is not named rightly. Nothing was decided."""


@dataclass(frozen=True)
class Verdict:
    """What a scanner says of a file: whether it is clean, what it found, and who says so."""

    is_clean: bool
    found: str
    scanner: str


Scan = Callable[[bytes], Verdict]


def is_scanner_set() -> bool:
    """Whether files are scanned at all: in production it is off only where `none` is written."""
    return settings.SCANNER not in {"", NONE}


def scan(content: bytes) -> Verdict:
    """What the scanner says of these bytes. Raises ScannerFault."""
    return scanner_of(settings.SCANNER)(content)


def scanner_of(address: str) -> Scan:
    """The scanner of this address. Raises ScannerFault where it is none."""
    kind, _colon, rest = address.partition(":")
    if kind == "command":
        if not (words := _words(rest)):
            raise ScannerFault("command: names no program.")
        return lambda content: _ask_program(words, content)
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or CLAMD_PORT
    except ValueError:
        raise ScannerFault("it is no address.") from None
    if kind == "clamd" and host:
        return lambda content: _ask_clamd(lambda: _connect_to(host, port), content)
    if kind == "clamd" and parts.path.startswith("/") and parts.path != "/":
        return lambda content: _ask_clamd(lambda: _connect_to_socket(parts.path), content)
    raise ScannerFault("it must be clamd://host:port, clamd:///path, command:/path or none.")


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError:
        return []
    return words if words and words[0].startswith("/") else []


# clamd ----------------------------------------------------------------------------------------
def _connect_to(host: str, port: int) -> socket.socket:
    return socket.create_connection((host, port), timeout=SECONDS)


def _connect_to_socket(path: str) -> socket.socket:
    found = socket.socket(socket.AF_UNIX)
    found.settimeout(SECONDS)
    try:
        found.connect(path)
    except BaseException:
        found.close()
        raise
    return found


def _ask_clamd(connect: Callable[[], socket.socket], content: bytes) -> Verdict:
    """INSTREAM: the length of each piece before it, a length of nothing behind the last; `z` says
    that question and answer end with NUL. Only "OK" and "… FOUND" decide anything.
    """
    try:
        version = _command(connect, b"zVERSION\0").decode(errors="replace")
        answer = _command(connect, b"zINSTREAM\0", content).decode(errors="replace")
    except OSError as error:
        raise ScannerFault(f"clamd does not answer: {type(error).__name__}.") from None
    said = answer.removeprefix("stream:").strip()
    scanner = version[:WITH_MOST] or "clamd"
    if said == "OK":
        return Verdict(True, "", scanner)
    if said.endswith(" FOUND"):
        return Verdict(False, said.removesuffix(" FOUND")[:WITH_MOST], scanner)
    raise ScannerFault("clamd gave an answer that decides nothing.")


def _command(
    connect: Callable[[], socket.socket], command: bytes, content: bytes | None = None
) -> bytes:
    with closing(connect()) as line:
        line.sendall(command)
        if content is not None:
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                line.sendall(struct.pack("!L", len(piece)) + piece)
            line.sendall(struct.pack("!L", 0))
        answer = b""
        while b"\0" not in answer and len(answer) < PIECE:
            part = line.recv(4096)
            if not part:
                break
            answer += part
    said, ending, _rest = answer.partition(b"\0")
    if not ending:
        raise ConnectionError("the answer was cut off")
    return said


# A program ------------------------------------------------------------------------------------
def _ask_program(words: list[str], content: bytes) -> Verdict:
    """As clamscan ends: 0 is clean, 1 is harmful, anything else decides nothing."""
    try:
        done = subprocess.run(
            [*words, "-"],
            input=content,
            capture_output=True,
            timeout=PROGRAM_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ScannerFault(f"the program does not answer: {type(error).__name__}.") from None
    if done.returncode not in {0, 1}:
        raise ScannerFault(f"the program ended with {done.returncode}.")
    said = done.stdout.decode(errors="replace")
    found = next((line for line in said.splitlines() if line.endswith(" FOUND")), "")
    name = found.removesuffix(" FOUND").rpartition(": ")[2]
    return Verdict(done.returncode == 0, name[:WITH_MOST], words[0][:WITH_MOST])
