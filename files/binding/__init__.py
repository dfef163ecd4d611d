"""Many papers made into one PDF, with page numbers and bookmarks, in a process of its own that has
limits on time and memory::

    prepared = prepare([Piece("pdf", data), Piece("picture", photo)])
    book = bind(front, prepared, plan, label="2027-0012 · {page}/{pages}", title=…, language="en")

A paper that cannot be read gives a fault instead of pages; who binds prints a page that says so.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

CHILD = Path(__file__).with_name("child.py")
WAIT_SECONDS = 120
STAMP_LETTERS = "0123456789- ·/"
STAMP_FONT = "Tinos-Regular.ttf"
STAMP_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")


class NotBound(Exception):
    """The papers could not be made into one PDF."""


@dataclass(frozen=True)
class Piece:
    """What is to be bound: its kind (pdf, picture, photo; any other is not bound) and bytes."""

    kind: str
    content: bytes


@dataclass(frozen=True)
class Prepared:
    """A paper as a PDF of its own with so many pages, or the code of what is wrong with it:
    damaged, heavy, long, locked, kind.
    """

    content: bytes = b""
    pages: int = 0
    fault: str = ""


@dataclass(frozen=True)
class Stretch:
    """Pages that follow each other: of which piece (0 is the front, papers from 1), from which page
    (from 0), how many (None: all of it), and the title of their bookmark.
    """

    piece: int
    first: int = 0
    pages: int | None = None
    title: str = ""
    level: int = 0


def prepare(papers: Sequence[Piece]) -> list[Prepared]:
    """Each paper ready to be bound; a paper that ends the process keeps no other from it."""
    if not papers:
        return []
    try:
        return _prepare(papers)
    except NotBound:
        if len(papers) == 1:
            return [Prepared(fault="heavy")]
        return [prepare([paper])[0] for paper in papers]


def _prepare(papers: Sequence[Piece]) -> list[Prepared]:
    asked = {"task": "prepare", "papers": [{"kind": paper.kind} for paper in papers]}
    answer, made = _ask(asked, [paper.content for paper in papers])
    return [
        Prepared(fault=told["fault"]) if "fault" in told else Prepared(content, told["pages"])
        for told, content in zip(answer["papers"], made, strict=True)
    ]


def bind(
    front: bytes,
    papers: Sequence[Prepared],
    plan: Sequence[Stretch],
    *,
    label: str,
    title: str,
    language: str,
) -> bytes:
    """One PDF in the order of the plan. `label` stands on each page and knows {page} and {pages}.

    Raises NotBound.
    """
    font, widths = _stamp_font()
    asked = {
        "task": "bind",
        "plan": [[each.piece, each.first, each.pages, each.title, each.level] for each in plan],
        "label": label,
        "title": title,
        "language": language,
        "widths": widths,
    }
    _answer, made = _ask(asked, [font, front, *(paper.content for paper in papers)])
    return made[0]


def _ask(asked: dict, pieces: Sequence[bytes]) -> tuple[dict, list[bytes]]:
    """What the child answers. Raises NotBound where it was ended or failed."""
    line = json.dumps({**asked, "sizes": [len(piece) for piece in pieces]}).encode("ascii")
    environment = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", "-W", "ignore", str(CHILD)],
            input=b"\n".join([line, b"".join(pieces)]),
            capture_output=True,
            env=environment,
            timeout=WAIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotBound("timeout") from None
    head, _newline, data = done.stdout.partition(b"\n")
    if done.returncode or not head:
        raise NotBound(str(done.returncode))
    answer = json.loads(head)
    made, start = [], 0
    for size in answer["sizes"]:
        made.append(data[start : start + size])
        start += size
    return answer, made


@cache
def _stamp_font() -> tuple[bytes, dict[str, int]]:
    """The letters of the page numbers, cut out of the font of the letters, and their widths."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    found = [file for folder in STAMP_FOLDERS for file in Path(folder).rglob(STAMP_FONT)]
    if not found:
        raise NotBound(STAMP_FONT)
    options = Options(hinting=False, glyph_names=False, notdef_outline=True, layout_features=[])
    with TTFont(found[0]) as font:
        cutter = Subsetter(options)
        cutter.populate(text=STAMP_LETTERS)
        cutter.subset(font)
        unit = font["head"].unitsPerEm
        names = font.getBestCmap()
        widths = {
            letter: round(font["hmtx"][names[ord(letter)]][0] * 1000 / unit)
            for letter in STAMP_LETTERS
        }
        out = BytesIO()
        font.save(out)
    return out.getvalue(), widths
