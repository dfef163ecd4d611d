"""Papers made into one PDF: in order, numbered, with bookmarks; a bad one spoils nothing."""

import io
import re
import subprocess

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from files import binding
from files.binding import NotBound, Piece, Prepared, Stretch, bind, prepare


def pdf(pages: int = 1, *, turned: bool = False) -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        page = writer.add_blank_page(595, 842)
        if turned:
            page.rotate(90)
    writer.add_metadata({"/Title": "of a stranger"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(size=(300, 200), mode="RGB", form="JPEG") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 200 if mode == "L" else None).save(out, form)
    return out.getvalue()


def words_of(content: bytes) -> list[str]:
    """The words of each page."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True)
    return [page.strip() for page in done.stdout.decode().split("\f")[:-1]]


def marks_of(content: bytes) -> list[tuple[str, int]]:
    reader = PdfReader(io.BytesIO(content))
    found = []

    def walk(entries):
        for each in entries:
            if isinstance(each, list):
                walk(each)
            else:
                found.append((each.title, reader.get_destination_page_number(each) + 1))

    walk(reader.outline)
    return found


@pytest.fixture(scope="module")
def book() -> bytes:
    papers = prepare([Piece("pdf", pdf(2, turned=True)), Piece("picture", picture())])
    plan = [
        Stretch(0, 0, 1, "Cover"),
        Stretch(1, title="1. 在職証明書", level=1),
        Stretch(0, 1, 1),
        Stretch(2, title="2. Diploma", level=1),
    ]
    label = "2027-0012 · {page}/{pages}"
    return bind(pdf(2), papers, plan, label=label, title="Åse 山田", language="en")


def test_every_page_has_its_number(book):
    assert words_of(book) == [f"2027-0012 · {page}/5" for page in range(1, 6)]


def test_every_part_has_its_bookmark(book):
    assert marks_of(book) == [("Cover", 1), ("1. 在職証明書", 2), ("2. Diploma", 5)]


def test_all_fonts_are_embedded_and_nothing_acts(book):
    listed = subprocess.run(["pdffonts", "-"], input=book, capture_output=True).stdout.decode()
    rows = [line.split() for line in listed.splitlines()[2:]]

    assert rows
    assert all("yes" in row[-5:-3] or row[-5] == "yes" for row in rows)
    assert not re.search(rb"/(JavaScript|JS|AA|OpenAction)\b", book)
    assert PdfReader(io.BytesIO(book)).metadata.title == "Åse 山田"


def test_turned_pages_stand_upright_and_pictures_on_a4(book):
    sizes = [
        (round(float(page.mediabox.width)), round(float(page.mediabox.height)), page.rotation)
        for page in PdfReader(io.BytesIO(book)).pages
    ]

    assert sizes == [(595, 842, 0), (842, 595, 0), (842, 595, 0), (595, 842, 0), (842, 595, 0)]


@pytest.mark.parametrize(
    ("kind", "content", "fault"),
    [
        ("pdf", b"%PDF-1.4 nothing", "damaged"),
        ("pdf", b"", "damaged"),
        ("picture", b"\xff\xd8\xff nothing", "damaged"),
        ("picture", picture()[:300], "damaged"),
        ("other", b"PK\x03\x04", "kind"),
    ],
)
def test_a_bad_paper_says_what_is_wrong_and_keeps_no_other_back(kind, content, fault):
    bad, good = prepare([Piece(kind, content), Piece("pdf", pdf())])

    assert bad == Prepared(fault=fault)
    assert good.pages == 1


@pytest.mark.parametrize(("mode", "form"), [("L", "JPEG"), ("RGBA", "PNG"), ("P", "PNG")])
def test_pictures_of_every_kind_come_on_a_page(mode, form):
    (done,) = prepare([Piece("picture", picture((40, 60), mode, form))])

    assert (done.pages, done.fault) == (1, "")


def test_a_paper_that_ends_the_process_keeps_no_other_back(monkeypatch):
    """Two papers in one process that dies: each is tried alone, and one alone is called heavy."""
    ask = binding._ask

    def dies(asked, pieces):
        if b"bomb" in pieces:
            raise NotBound("-9")
        return ask(asked, pieces)

    monkeypatch.setattr(binding, "_ask", dies)

    bad, good = prepare([Piece("pdf", b"bomb"), Piece("pdf", pdf())])

    assert (bad.fault, good.pages) == ("heavy", 1)


def test_the_process_has_limits():
    """What would take all memory is ended by the kernel, and the portal goes on."""
    (done,) = prepare([Piece("picture", picture((9000, 4900), "L", "PNG"))])
    (over,) = prepare([Piece("picture", picture((12000, 9000), "L", "PNG"))])

    assert done.pages == 1
    assert over.fault in {"damaged", "heavy"}
