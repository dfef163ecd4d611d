"""Handing pages to the press and taking PDFs back; the press itself is `press.py`."""

import atexit
import os
import socket
import subprocess
import sys
import threading
import time
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .models import NoticeError

FONTS_CONF = Path(__file__).with_name("fonts.conf")
LETTER_SECONDS = 20
LETTER_MEGABYTES = 512  # fonts and libraries included, which take about 300 of it
PDF_MAX_BYTES = 20_000_000
START_SECONDS = 60  # the first start on a machine reads all its fonts
PAGES_AT_ONCE = 2  # of one web process; the rest of its threads go on answering
PAGE_WAIT_SECONDS = 5  # for a free place in the press
# Of the environment; the press is told no secret and no address of a server.
KEPT = {"PATH", "HOME", "LANG", "LC_ALL", "XDG_CACHE_HOME", "XDG_DATA_HOME"}
_NOT_STARTED = _("The press that prints letters does not run; see the log of the worker.")


class LetterNotPrinted(NoticeError):
    """The press did not print this page. The message is written for staff."""


class PressAway(NoticeError):
    """No press runs and none can be started."""


class PressBusy(NoticeError):
    """As many people print at this moment as may at once."""


class Press:
    """One press process, started when the first page comes and again should it have died.

    Several threads may print at once; each page is printed by its own child. It ends with the
    process that started it, because that one held the other end of its standard input.
    """

    def __init__(
        self,
        folder: Path,
        *,
        seconds: float = LETTER_SECONDS,
        megabytes: int = LETTER_MEGABYTES,
        wrapper: tuple[str, ...] = (),
    ) -> None:
        self.seconds, self.megabytes = seconds, megabytes
        self.command = [*wrapper, sys.executable, "-m", "notices.press"]
        self.command += [str(folder), str(seconds), str(megabytes)]
        self.pango_version = ""
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._control: socket.socket | None = None

    def print(self, html: str) -> bytes:
        """The page as a PDF. Raises LetterNotPrinted, or PressAway where no press can run."""
        started = time.monotonic()
        try:
            answer = self._ask_again_if_gone(html.encode())
        except TimeoutError:
            raise LetterNotPrinted(self._too_long()) from None
        kind, content = answer[:1], answer[1:]
        if kind == b"+" and len(content) <= PDF_MAX_BYTES:
            return content
        if kind == b"+":
            raise LetterNotPrinted(_("The PDF of this letter is larger than a letter may be."))
        if kind == b"-":
            raise LetterNotPrinted(content.decode(errors="replace"))
        if kind != b"m" and self.seconds and time.monotonic() - started >= self.seconds:
            raise LetterNotPrinted(self._too_long())
        raise LetterNotPrinted(
            format_lazy(
                _("Printing this letter was stopped: it needed more than {number} MB."),
                number=self.megabytes,
            )
        )

    def start(self) -> None:
        """Start the press unless it runs. Raises PressAway."""
        with self._lock:
            self._start()

    def close(self) -> None:
        """End the press; letters that it is printing are lost and stay drafts."""
        with self._lock:
            self._end()

    def _too_long(self) -> Promise:
        """Put into words by whoever shows it: the thread that prints speaks no language."""
        return format_lazy(
            _("Printing this letter was stopped: it took longer than {number} seconds."),
            number=f"{self.seconds:g}",
        )

    def _ask_again_if_gone(self, page: bytes) -> bytes:
        """A press that has died is replaced once: another letter may have been its end."""
        try:
            return self._ask(page)
        except PressAway:
            return self._ask(page)

    def _ask(self, page: bytes) -> bytes:
        """What the child says; empty if it died over the page. Raises PressAway if the press
        did.
        """
        ours, theirs = socket.socketpair()
        with ours:
            with theirs, self._lock:
                process, control = self._start()
                try:
                    socket.send_fds(control, [b"."], [theirs.fileno()])
                except OSError:
                    self._end()
                    raise PressAway(_NOT_STARTED) from None
            ours.settimeout(self.seconds + START_SECONDS if self.seconds else None)
            answer = bytearray()
            try:
                ours.sendall(page)
                ours.shutdown(socket.SHUT_WR)
                while part := ours.recv(65536):
                    answer += part
                    if len(answer) > PDF_MAX_BYTES + 1:
                        break
            except (BrokenPipeError, ConnectionResetError):
                pass  # it died over the page
            if not answer and _has_died(process):
                raise PressAway(_NOT_STARTED)
            return bytes(answer)

    def _start(self) -> tuple[subprocess.Popen, socket.socket]:
        if self._process and self._control and self._process.poll() is None:
            return self._process, self._control
        self._end()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {name: os.environ[name] for name in KEPT & os.environ.keys()}
        # The order of Python's sets would get into the bytes: each press counts them alike.
        environment |= {"FONTCONFIG_FILE": str(FONTS_CONF), "PYTHONHASHSEED": "0"}
        with theirs:
            self._process = subprocess.Popen(
                self.command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd=settings.BASE_DIR,
                env=environment,
                start_new_session=True,  # Ctrl-C ends who prints, and that ends the press
            )
        self._control = ours
        ours.settimeout(START_SECONDS)
        try:
            self.pango_version = ours.recv(100).decode()
        except TimeoutError:
            self.pango_version = ""
        if not self.pango_version:
            self._end()
            raise PressAway(_NOT_STARTED)
        return self._process, ours

    def _end(self) -> None:
        if self._control:
            self._control.close()
        if self._process:
            try:
                self._process.wait(2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = self._control = None


def _has_died(process: subprocess.Popen) -> bool:
    """Whether it has, or is just about to."""
    try:
        process.wait(0.5)
    except subprocess.TimeoutExpired:
        return False
    return True


@cache
def _press_of(process: int) -> Press:
    press = Press(letter_folder())
    atexit.register(press.close)
    return press


def own_press() -> Press:
    """The press of this process; a fork has one of its own."""
    return _press_of(os.getpid())


_places = threading.BoundedSemaphore(PAGES_AT_ONCE)


def print_page(html: str) -> bytes:
    """Print a page that is no letter while its reader waits, in the press with its limits.

    Only so many at once, so that printing never takes all threads of a web process. Raises
    LetterNotPrinted, PressAway, or PressBusy where no place became free in a few seconds.
    """
    if not _places.acquire(timeout=PAGE_WAIT_SECONDS):
        raise PressBusy(_("Many people are printing at this moment. Please try again shortly."))
    try:
        return own_press().print(html)
    finally:
        _places.release()


def letter_folder() -> Path:
    """The only folder that a letter may read from."""
    return Path(settings.BASE_DIR) / "static" / "letters"


def cores() -> int:
    """How many letters are printed at once."""
    return min(len(os.sched_getaffinity(0)), 8)
