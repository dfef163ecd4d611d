"""The press: what a letter may read, how long it may take, how much memory it may use (P23)."""

import os
import re
import struct
import subprocess
import sys
import time
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import settings

from notices import pdf, printing
from notices.letters import letter_bytes, render_letter, render_waiting
from notices.models import Letter
from notices.printing import FONTS_CONF, LetterNotPrinted, Press, letter_folder
from notices.states import LetterState
from tests.notices.values import PRINTED, host_values, with_name

HEAD = "<html lang=en><title>x</title>"
SECRET = "/etc/passwd"
SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'>{inner}</svg>"


def svg(inner: str) -> str:
    return f"<img alt=x src='data:image/svg+xml;base64,{b64(SVG.format(inner=inner))}'>"


def b64(text: str | bytes) -> str:
    return b64encode(text if isinstance(text, bytes) else text.encode()).decode()


HOSTILE = [
    "<img alt=x src='http://127.0.0.1:9/x.png'>",
    "<img alt=x src='https://example.org/x.png'>",
    f"<img alt=x src='file://{SECRET}'>",
    f"<img alt=x src='FILE://{SECRET}'>",
    f"<img alt=x src='file://localhost{SECRET}'>",
    f"<img alt=x src='{SECRET}'>",
    "<img alt=x src='../portal/portal.css'>",
    "<img alt=x src='%2e%2e/portal/portal.css'>",
    "<img alt=x src='ftp://127.0.0.1/x'>",
    f"<link rel=attachment href='file://{SECRET}'>",
    f"<a rel=attachment href='file://{SECRET}'>x</a>",
    f"<link rel=stylesheet href='file://{SECRET}'>",
    "<style>@import 'http://127.0.0.1:9/x.css';</style>",
    f"<style>@import url(file://{SECRET});</style>",
    f"<style>p {{ background: url(file://{SECRET}) }}</style><p>x",
    "<style>p { background: url(http://127.0.0.1:9/x) }</style><p>x",
    f"<style>@font-face {{ font-family: x; src: url(file://{SECRET}) }}</style><p>x",
    f"<style>p::before {{ content: url(file://{SECRET}) }}</style><p>x",
    f"<object data='file://{SECRET}'></object>",
    f"<embed src='file://{SECRET}'>",
    svg(f"<image href='file://{SECRET}' width='9' height='9'/>"),
    svg(f"<use href='file://{SECRET}#x'/>"),
    svg(f"<style>@import url(file://{SECRET});</style><rect width='9' height='9'/>"),
    svg("<image href='http://127.0.0.1:9/x.png' width='9' height='9'/>"),
    f"<!DOCTYPE x [<!ENTITY e SYSTEM 'file://{SECRET}'>]><p>&e;",
]


def letter_page(name: str) -> str:
    """A whole letter about a person of this name, as the template writes it."""
    values = with_name({**host_values(), **PRINTED}, name)
    return pdf.letter_page("placement_notice.host", values, "ja")


# What it reads ----------------------------------------------------------------------------------


@contextmanager
def traced(log: Path, *, open_door: bool = False) -> Iterator[Press]:
    """A press under strace, without a network; with the door open nothing is checked by us."""
    alone = ("unshare", "--map-root-user", "--net")
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        alone = ()  # no namespaces here; every connect is seen all the same
    wrapper = (*alone, "strace", "-f", "-o", str(log), "-e", "trace=%file,connect,execve")
    press = Press(letter_folder(), wrapper=wrapper)
    if open_door:
        place = press.command.index("-m")
        press.command[place : place + 2] = ["-c", OPEN_DOOR]
    press.start()
    log.write_text("")  # what it read before the first letter: libraries, fonts, style sheet
    try:
        yield press
    finally:
        press.close()


OPEN_DOOR = """
import sys
from notices import press
from weasyprint.urls import URLFetcher
press.OwnFilesOnly = lambda folder: URLFetcher()
press.main()
"""
CALLS = re.compile(r'^\d+\s+(\w+)\((?:AT_FDCWD, )?(?:"([^"]*)")?')


def opened(log: Path) -> set[str]:
    """The files that were opened, and every connection, while letters were printed."""
    found = set()
    for line in log.read_text(errors="replace").splitlines():
        call = CALLS.match(line)
        if call is None or "ENOENT" in line:
            continue
        if call[1] in {"connect", "execve"}:
            found.add(line)
        elif call[1] in {"open", "openat", "openat2"}:
            found.add(call[2])
    return found


def allowed(path: str) -> bool:
    """Fonts and their cache, libraries, Python, and the letter folder."""
    python = {os.path.realpath(sys.prefix), os.path.realpath(sys.base_prefix)}
    inside = ("/usr/share/fonts/", "/usr/local/share/fonts/", "/var/cache/fontconfig/")
    inside += ("/usr/lib/", "/lib/", "/usr/local/lib/", f"{letter_folder().resolve()}/")
    inside += (f"{settings.BASE_DIR}/.venv/", f"{settings.BASE_DIR}/notices/")
    inside += tuple(f"{prefix}/" for prefix in python)
    exact = {
        str(FONTS_CONF),
        "/etc/ld.so.cache",
        "/proc/self/status",
        "/proc/cpuinfo",
        "/etc/localtime",
    }
    exact |= {"/dev/urandom", "/usr/share/mime/magic", "/proc/sys/vm/overcommit_memory"}
    return path in exact or path.startswith(inside)


def check_reads_nothing_outside(press: Press, log: Path, pages: list[str]) -> None:
    for html in pages:
        try:
            content = press.print(HEAD + html)
        except LetterNotPrinted:
            continue
        assert b"root:" not in content
    press.print(letter_page("<img src='file:///etc/passwd'> &#x202e; NGUYEN"))
    foreign = {path for path in opened(log) if not allowed(path)}
    assert foreign == set()


def test_a_letter_reads_no_file_and_no_address_outside(tmp_path: Path):
    log = tmp_path / "trace"
    with traced(log) as press:
        check_reads_nothing_outside(press, log, HOSTILE)


def test_with_the_default_fetcher_a_letter_reads_and_connects_outside(tmp_path: Path):
    log = tmp_path / "trace"
    with traced(log, open_door=True) as press, pytest.raises(AssertionError):
        check_reads_nothing_outside(press, log, HOSTILE[:3])

    found = opened(log)
    assert SECRET in found
    assert any("connect(" in line for line in found)


def test_the_press_is_told_no_secret(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SECRET_KEY", "a secret that nobody may learn")
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere")
    press = Press(letter_folder())
    press.start()
    try:
        environment = Path(f"/proc/{press._process.pid}/environ").read_bytes()
    finally:
        press.close()

    names = {entry.split(b"=")[0].decode() for entry in environment.split(b"\0") if entry}
    assert names - printing.KEPT <= {"FONTCONFIG_FILE", "LC_CTYPE", "PYTHONHASHSEED"}


# How much it takes --------------------------------------------------------------------------------


def flood(side: int) -> str:
    """A picture of a few kilobytes that unpacks to hundreds of megabytes."""
    row = b"\0" + b"\0" * side * 4
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _row in range(side)) + packer.flush()

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    picture = chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    picture = b"\x89PNG\r\n\x1a\n" + picture
    return f"{HEAD}<img alt=x src='data:image/png;base64,{b64(picture)}'>"


ENDLESS = HEAD + "<div>" * 100_000
LONG = HEAD + "<p>" + "word " * 30_000  # some seconds of work


@pytest.fixture(scope="module")
def press() -> Iterator[Callable[..., Press]]:
    """A press with limits of its own; it is started once for this module."""
    made: dict[str, Press] = {}

    def make(**limits: float) -> Press:
        return made.setdefault(str(limits), Press(letter_folder(), **limits))

    yield make
    for each in made.values():
        each.close()


def test_a_letter_that_takes_too_long_is_stopped(press):
    hasty = press(seconds=0.5)
    hasty.start()
    started = time.monotonic()

    with pytest.raises(LetterNotPrinted, match=r"longer than 0\.5 seconds"):
        hasty.print(LONG)

    assert time.monotonic() - started < 5


def test_a_letter_that_needs_too_much_memory_is_stopped(press):
    with pytest.raises(LetterNotPrinted, match="more than 512 MB"):
        press().print(flood(6000))


def test_without_limits_both_letters_come_out(press):
    free = press(seconds=0, megabytes=0)
    free.start()
    started = time.monotonic()

    assert free.print(LONG).startswith(b"%PDF")
    assert time.monotonic() - started > 0.5
    assert free.print(flood(6000)).startswith(b"%PDF")


def test_the_limits_are_twenty_seconds_and_512_megabytes():
    own = printing.own_press()

    assert (own.seconds, own.megabytes) == (20, 512)
    assert own.command[-2:] == ["20", "512"]


def test_a_letter_writes_no_file(tmp_path: Path):
    target = tmp_path / "written"
    program = "import sys; from notices.press import limit; limit(20, 512); "
    program += "open(sys.argv[1], 'wb', buffering=0).write(b'x')"

    done = subprocess.run(
        [sys.executable, "-c", program, str(target)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        check=False,
    )

    assert b"File too large" in done.stderr
    assert target.read_bytes() == b""


@pytest.mark.parametrize("html", ["", "<", "<div>" * 3000, "\ud800", "\x00", "<p>" * 5000])
def test_the_press_outlives_any_page(press, html: str):
    printed = press(seconds=2)
    with suppress(LetterNotPrinted, UnicodeEncodeError):
        printed.print(html)

    assert printed.print(letter_page("NGUYEN THI LAN")).startswith(b"%PDF")


def test_a_press_that_was_killed_is_started_again(press):
    printed = press(megabytes=510)
    before = printed.print(letter_page("NGUYEN THI LAN"))
    printed._process.kill()

    assert printed.print(letter_page("NGUYEN THI LAN")) == before


def test_the_press_ends_with_the_process_that_started_it():
    program = (
        "import django; django.setup()\n"
        "from notices.printing import own_press\n"
        "own_press().start(); print(own_press()._process.pid, flush=True)\n"
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "lgotp.settings"},
        check=False,
    )

    deadline = time.monotonic() + 5
    while is_alive(int(done.stdout)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(int(done.stdout))


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that nobody has buried yet does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.django_db
def test_a_letter_that_is_stopped_says_so_and_keeps_no_other_back(draft, press, monkeypatch):
    """The bomb stands in a template: in a letter of ours no value becomes markup."""
    small = press(seconds=3)
    monkeypatch.setattr(pdf, "own_press", lambda: small)
    real = pdf.letter_page
    monkeypatch.setattr(
        pdf,
        "letter_page",
        lambda template, context, language: (
            ENDLESS if context["reference"].endswith("第2号") else real(template, context, language)
        ),
    )
    letters = [draft(f"letter {number}") for number in range(4)]

    assert render_waiting() == 3

    found = {letter.number: letter for letter in Letter.objects.all()}
    assert [found[n].state for n in (1, 2, 3, 4)] == [
        LetterState.ISSUED,
        LetterState.DRAFT,
        LetterState.ISSUED,
        LetterState.ISSUED,
    ]
    assert found[2].last_error == (
        "Printing this letter was stopped: it took longer than 3 seconds."
    )
    assert found[2].render_not_before is not None
    assert letter_bytes(found[1]).startswith(b"%PDF")
    monkeypatch.setattr(pdf, "letter_page", real)
    assert render_letter(letters[1].pk).state == LetterState.ISSUED
