"""The press: the process in which letters are printed, each in a child of its own with limits.

    python -m notices.press FOLDER SECONDS MEGABYTES

It knows nothing of Django, the database or any secret, and reads only the letter folder and the
fonts. Fonts and style sheet are loaded once; then every letter is printed by a fork, so that a
letter finds no trace of the one before, and one that is killed takes nobody with it. On standard
input it gets one socket per letter: the page comes in, the PDF or the reason against it goes back.
Standard input closed is the end.
"""

import gc
import hashlib
import os
import resource
import signal
import socket
import sys
import types
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pydyf
from weasyprint import CSS, HTML
from weasyprint.text.ffi import pango
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

STYLE_SHEET = "letter.css"
PRINTED, REFUSED, NO_MEMORY = b"+", b"-", b"m"
# One of each thing that letters are made of, so that the children find it loaded.
WARM_UP = """<html lang="ja"><title>x</title><body><p class="register">
<span class="reference">1</span><h1>A</h1><div class="text">
<p>Abc 123 協力交流研修員の受入れの決定について（通知）</p></div>
<table><colgroup><col class="item"><col></colgroup><tr><th>項目<td>値</table><footer>
<img class="qr" alt="x" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9'
 height='9'%3E%3Cpath stroke='%23000' d='M1 1.5h3m1 0h2'/%3E%3C/svg%3E">
<p class="contact">x</p></footer>"""
DATA_ADDRESS_MAX = 1_000_000  # characters; a QR code takes five thousand

# Compressed a little less, a tenth sooner; what is in the file is the same.
pydyf.zlib = types.SimpleNamespace(
    compress=zlib.compress, compressobj=lambda level: zlib.compressobj(6)
)


class OwnFilesOnly(URLFetcher):
    """Gives `data:` addresses and files of the letter folder, and stops the letter at any other."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            allowed_protocols=("data", "file"), allow_redirects=False, fail_on_errors=True
        )
        self.folder = folder

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        parts = urlsplit(url)
        if parts.scheme.lower() == "file":
            path = Path(url2pathname(parts.path)).resolve()
            if parts.netloc or not path.is_relative_to(self.folder):
                raise FatalURLFetchingError(f"outside the letter folder: {url[:200]}")
        elif parts.scheme.lower() != "data":
            raise FatalURLFetchingError(f"a letter may not fetch: {url[:200]}")
        elif len(url) > DATA_ADDRESS_MAX:
            raise FatalURLFetchingError("a letter may not hold so large a picture")
        return super().fetch(url, headers)


class Press:
    """What every letter shares: the fonts, the parsed style sheet and the fetcher."""

    def __init__(self, folder: Path) -> None:
        folder = folder.resolve()
        self.base_url = folder.as_uri() + "/"
        self.fetcher = OwnFilesOnly(folder)
        self.fonts = FontConfiguration()
        sheet = (folder / STYLE_SHEET).read_text()
        self.style = CSS(
            string=sheet, base_url=self.base_url, url_fetcher=self.fetcher, font_config=self.fonts
        )

    def print(self, html: str) -> bytes:
        """The page as PDF/UA-1; the same bytes from the same page."""
        page = HTML(string=html, base_url=self.base_url, url_fetcher=self.fetcher)
        return page.write_pdf(
            stylesheets=[self.style],
            font_config=self.fonts,
            pdf_variant="pdf/ua-1",
            pdf_identifier=hashlib.sha256(html.encode()).hexdigest()[:32].encode(),
        )


def main() -> None:
    folder, seconds, megabytes = Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    control = socket.socket(fileno=os.dup(0))
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)  # the children shall not hold the line of a press that died
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the children
    press = Press(folder)
    press.print(WARM_UP)
    gc.collect()
    gc.freeze()
    control.send(str(pango.pango_version()).encode())
    while True:
        message, handed, _flags, _address = socket.recv_fds(control, 1, 1)
        if not message:
            return
        try:
            child = os.fork()
        except OSError:  # no room for a process now: the letter is told by the closed socket
            child = -1
        if child == 0:
            control.close()
            _print_and_end(press, handed[0], seconds, megabytes)
        os.close(handed[0])


def _print_and_end(press: Press, handed: int, seconds: float, megabytes: int) -> None:
    """In the child: print the one letter that comes in, within the limits, and be gone."""
    try:
        limit(seconds, megabytes)
        gc.disable()
        with socket.socket(fileno=handed) as client:
            client.sendall(_answer(press, client))
    finally:
        os._exit(0)


def limit(seconds: float, megabytes: int) -> None:
    """The kernel ends this process after so much time, and gives it no more memory than that.

    The clock on the wall counts, and the processor's. Memory is what the process maps, fonts and
    libraries included. It writes no file and leaves no core. 0 is without limit.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if seconds:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        whole = int(seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
    if megabytes:
        size = megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _answer(press: Press, client: socket.socket) -> bytes:
    try:
        page = bytearray()
        while part := client.recv(65536):
            page += part
        return PRINTED + press.print(page.decode())
    except MemoryError:
        return NO_MEMORY
    except (Exception, FatalURLFetchingError) as error:  # the latter is no Exception
        return REFUSED + f"{type(error).__name__}: {error}"[:400].encode(errors="replace")


if __name__ == "__main__":
    main()
