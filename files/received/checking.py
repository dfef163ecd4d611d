"""What a file really is, found from its bytes in a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..limits import FILE_BYTES, FILE_MEGABYTES, FILES_A_DAY
from .names import ending_of

CHILD = Path(__file__).with_name("child.py")
WAIT_SECONDS = 30

MESSAGES = {
    "empty": _("This file is empty."),
    "too_large": _("This file is larger than {most} MB. Make it smaller or divide it."),
    "no_name": _("This file has no name that could be kept. Rename it and choose it again."),
    "wrong_ending": _(
        "The name of this file does not end as its content says: it is really {kind}. "
        "Save it in the program it comes from, and choose it again."
    ),
    "unknown": _(
        "Files of this kind are not taken. Send PDF, PNG, JPEG, Excel (XLSX), Word (DOCX), CSV or "
        "plain text."
    ),
    "old_office": _(
        "This file is protected with a password, or it is in the old format of Word or Excel. "
        "Save it without a password as DOCX, XLSX or PDF."
    ),
    "other_archive": _("Packed files are not taken. Send the files in it one by one."),
    "damaged": _("This file is damaged or cut off. Open it, save it anew and choose it again."),
    "two_things": _("This file holds something else behind its content. Save it anew as PDF."),
    "encrypted": _("This file is protected with a password. Save it without one."),
    "pdf_active": _(
        "This PDF contains scripts or actions. Print it to a new PDF and send that one."
    ),
    "pdf_embedded": _("This PDF has files attached to it. Send them one by one."),
    "pdf_unreadable": _("This PDF cannot be checked. Print it to a new PDF and send that one."),
    "too_many_pages": _("This PDF has {count} pages; at most {most} are taken. Divide it."),
    "too_many_pixels": _("This picture has more than {most} megapixels. Make it smaller."),
    "bomb": _("This file is far larger unpacked than packed. It is not opened."),
    "macros": _("This file contains macros. Save it without macros (DOCX, XLSX) or as PDF."),
    "embedded": _("This file holds other files or links to them. Remove them or save it as PDF."),
    "links": _("This file is linked to other files. Remove the links or save it as PDF."),
    "entities": _("This file contains XML entities, as no office program writes them."),
    "markup": _("This file is a web page. Save it as PDF."),
    "live_cell": _(
        "The cell “{cell}” of this file would be worked out by a spreadsheet. Save it as XLSX "
        "with values only."
    ),
    "no_paper": _("Send this paper as a PDF or as a JPEG or PNG picture."),
    "no_photo": _("Send the photo as a JPEG or PNG picture."),
    "photo_too_small": _(
        "This part of the photo has {width} × {height} pixels; a printed photo needs at least "
        "{least_width} × {least_height}. Take a larger picture, or keep a larger part of it."
    ),
    "malware": _("This file was recognised as harmful. It was not kept."),
    "too_heavy": _("This file takes too long or too much memory to check. Make it smaller."),
    "too_much_today": _(
        "You have sent {most} files or 200 MB within a day. Try again tomorrow, or call us."
    ),
    "disk": _("The file could not be kept just now. Nothing was saved; try again later."),
}

# Each kind: its endings, its content type, its name for the reader.
KINDS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "pdf": (("pdf",), "application/pdf", "PDF"),
    "png": (("png",), "image/png", "PNG"),
    "jpeg": (("jpg", "jpeg"), "image/jpeg", "JPEG"),
    "xlsx": (
        ("xlsx",),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Excel (XLSX)",
    ),
    "docx": (
        ("docx",),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Word (DOCX)",
    ),
    "text": (("txt", "csv"), "text/plain", "TXT/CSV"),
}
ENDINGS = tuple(ending for endings, _type, _name in KINDS.values() for ending in endings)
ACCEPT = ",".join(f".{ending}" for ending in ENDINGS)  # for the choice of files in the browser


class FileRefused(Exception):
    """A file is not taken. The message is written for the user and says what to do instead."""

    def __init__(self, code: str, **params: object):
        self.code = code
        self.name = ""  # of the file, where several came together
        super().__init__(format_lazy(MESSAGES[code], **params))

    def __str__(self) -> str:
        if not self.name:
            return str(self.args[0])
        return gettext("{file}: {fault}").format(file=self.name, fault=self.args[0])


@dataclass(frozen=True)
class Cut:
    """Which part of a photo is kept, 3 wide and 4 high: the place of its left upper corner and its
    size in thousandths of the picture; without one, the part named by `part`.
    """

    part: str = "middle"  # start (top or left), middle, end (bottom or right)
    box: tuple[int, int, int, int] | None = None

    def __str__(self) -> str:
        return ",".join(map(str, self.box)) if self.box else self.part


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: what it is, and its bytes, cleaned where that is possible."""

    content_type: str
    content: bytes
    ending: str = ""  # where the file was made anew as another kind
    box: tuple[int, int, int, int] | None = None  # of a photo: the part that was kept


def check(data: bytes, name: str, cut: Cut | None = None) -> Checked:
    """What the bytes are, held against the ending of the name. Raises FileRefused.

    Pictures are made anew from their pixels, photos cut and made a JPEG. PDF, Word, Excel and text
    are kept byte by byte, with the author and the place that they may name.
    """
    if not data:
        raise FileRefused("empty")
    if len(data) > FILE_BYTES:
        raise FileRefused("too_large", most=FILE_MEGABYTES)
    ending = ending_of(name)
    answer, cleaned = _ask(data, ending, cut) if cut else _ask(data, ending)
    if "error" in answer:
        raise FileRefused(str(answer["error"]), **answer.get("params", {}))
    endings, content_type, kind = KINDS[str(answer["kind"])]
    if ending not in ENDINGS and answer["kind"] == "text":
        raise FileRefused("unknown")
    if ending not in endings:
        raise FileRefused("wrong_ending", kind=kind)
    if cut:
        return Checked(KINDS["jpeg"][1], cleaned, "jpg", tuple(answer["box"]))
    if ending == "csv":
        content_type = "text/csv"
    if "charset" in answer:
        content_type = f"{content_type}; charset={answer['charset']}"
    content = cleaned or data
    if len(content) > FILE_BYTES:
        raise FileRefused("too_large", most=FILE_MEGABYTES)
    return Checked(content_type, content)


def _ask(data: bytes, ending: str, cut: Cut | None = None) -> tuple[dict, bytes]:
    """What the child says of these bytes; one that was ended had too much to do."""
    command = [sys.executable, "-I", "-B", "-W", "ignore", str(CHILD), ending[:10]]
    if cut:
        command.append(str(cut))
    environment = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            env=environment,
            timeout=WAIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileRefused("too_heavy") from None
    line, _newline, cleaned = done.stdout.partition(b"\n")
    if done.returncode or not line:
        raise FileRefused("too_heavy")
    return json.loads(line), cleaned


def too_much_today() -> FileRefused:
    return FileRefused("too_much_today", most=FILES_A_DAY)
