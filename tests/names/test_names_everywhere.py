"""Forty hard names, each printed right in page, mail, letter, receipt, dossier and spreadsheet."""

import email
import html
import io
import re
import subprocess
import unicodedata
from email import policy

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import ContentStream

from files.sheets.writing import write_csv, write_xlsx
from notices.mails import queue_mail
from notices.mails.message import build_message
from notices.pages import page_html
from notices.pdf import letter_page, unprintable
from notices.printing import print_page
from placements.dossiers import dossier_pdf
from tests.factories import NominationFactory, open_request, staff_member, submitted_application
from tests.names.pack import NAMES, HardName
from tests.notices.values import trainee_values
from trainees.dossiers import receipt_context
from trainees.models import Application, Trainee
from trainees.names import check_name, name_forms, tidy_name

FORMS = [(name.code, text) for name in NAMES for text in (name.passport, name.native, name.kanji)]
FORMS = [(code, text) for code, text in FORMS if text]
# `pdftotext` puts the words of these scripts in the order in which they are seen, and vowels of
# Bengali beside their consonant: letters are compared, not their order.
ORDER_OF_SIGHT = {
    *("arabic", "arabic-with-marks", "persian-joiner", "urdu", "hebrew"),
    *("bengali", "tibetan-script", "burmese", "khmer", "sinhala", "tamil", "devanagari"),
    "indian-initials",
}
UNSEEN = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def squeezed(text: str) -> str:
    return UNSEEN.sub("", unicodedata.normalize("NFC", text))


def person_of(name: HardName) -> Trainee:
    return Trainee(
        passport_name=tidy_name(name.passport),
        native_name=name.native,
        kanji=name.kanji,
        katakana=name.katakana,
        nationality=name.nationality,
    )


@pytest.fixture(scope="module")
def printed() -> bytes:
    """All names of the pack on one sheet, out of the press."""
    rows = "".join(f"<p><bdi>{html.escape(text)}</bdi></p>" for _code, text in FORMS)
    return print_page(f'<html lang="en"><title>Names</title><body>{rows}</body></html>')


def empty_boxes(content: bytes) -> int:
    """How often a PDF draws a glyph that its font does not have: 0, or one beyond its last."""
    count = 0
    reader = PdfReader(io.BytesIO(content))
    for page in reader.pages:
        fonts = page["/Resources"].get("/Font", {})
        limits = {name: _glyphs_of(fonts[name].get_object()) for name in fonts}
        font = ""
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator == b"Tf":
                font = operands[0]
            if operator not in {b"Tj", b"TJ"} or limits.get(font) is None:
                continue
            for text in operands[0] if operator == b"TJ" else operands:
                raw = getattr(text, "original_bytes", b"")
                codes = [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]
                count += sum(code == 0 or code >= limits[font] for code in codes)
    return count


def _glyphs_of(font) -> int | None:
    """How many glyphs a font of the press has in this file; None for the font of the numbers."""
    if font["/Subtype"] != "/Type0":
        return None
    descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
    embedded = descriptor.get("/FontFile2") or descriptor["/FontFile3"]
    with TTFont(io.BytesIO(embedded.get_object().get_data())) as kept:
        return kept["maxp"].numGlyphs


# The pack ---------------------------------------------------------------------------------------


def test_there_are_forty_of_them():
    assert len(NAMES) == len({name.code for name in NAMES}) == 40
    assert {len(name.passport) for name in NAMES} >= {1, 2, 120}


@pytest.mark.parametrize(("code", "text"), FORMS)
def test_a_form_takes_the_name_as_it_is(code, text):
    check_name(tidy_name(text))

    assert squeezed(tidy_name(text)) == squeezed(text)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.code)
def test_every_paper_has_its_form_of_the_name(name):
    forms = name_forms(person_of(name))

    assert forms.passport == forms.letter == tidy_name(name.passport)
    assert forms.native == (name.native or name.kanji)
    assert not re.search(r"[^\uff61-\uff9f\x20-\x7e]", forms.bank)
    assert not re.search(r"[^A-Z<]", forms.mrz)
    for form in (forms.letter, forms.letter_ja, forms.bank, forms.name_plate, forms.katakana):
        assert unprintable(form) == []


# Paper ------------------------------------------------------------------------------------------


def test_every_letter_has_a_glyph_in_an_embedded_font(printed):
    listed = subprocess.run(["pdffonts", "-"], input=printed, capture_output=True, check=True)
    rows = [line.split() for line in listed.stdout.decode().splitlines()[2:]]
    fonts = {row[0].partition("+")[2] for row in rows}

    assert [text for _code, text in FORMS if unprintable(text)] == []
    assert empty_boxes(printed) == 0
    assert all(row[-5] == "yes" for row in rows)  # embedded
    assert {"Noto-Serif-Ethiopic", "Noto-Serif-Tibetan", "Noto-Serif-CJK-KR"} <= fonts


def test_a_letter_without_a_font_would_be_found():
    """The control: cuneiform has no font here, and is drawn as a box."""
    box = print_page('<html lang="en"><title>x</title><body><p>\U00012000</p></body></html>')

    assert unprintable("\U00012000") == ["\U00012000"]
    assert empty_boxes(box) > 0


def test_the_names_are_read_back_from_the_pdf(printed):
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=printed, capture_output=True)
    whole = squeezed(done.stdout.decode())
    letters = set(whole)

    lost = [
        code
        for code, text in FORMS
        if squeezed(text) not in whole
        and not (code in ORDER_OF_SIGHT and set(squeezed(text)) <= letters)
    ]
    assert lost == []


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.code)
def test_the_notice_of_decision_names_the_person(name):
    forms = name_forms(person_of(name))
    values = trainee_values()
    values["trainee"] = {
        **values["trainee"],
        "passport_name": forms.passport,
        "salutation_en": forms.letter,
    }
    values |= {"issued_on": "2027-02-19", "reference": "2026-2", "subject": "Notice of Decision"}
    values |= {"check_code": "AAAA-BBBB-CCCC", "verify_url": "https://x.example", "version": 1}
    values["addressee_lines"] = [forms.letter, *values["addressee_lines"][1:]]

    shown = letter_page("placement_notice.trainee", values, "en")  # refuses what it cannot print

    assert html.escape(forms.passport) in shown


# Rows -------------------------------------------------------------------------------------------


@pytest.fixture
def nominees(db):
    """All forty, nominated for one request, their dossiers submitted."""
    request = None
    for name in NAMES:
        application = submitted_application(
            request.answer.survey.cycle if request else _cycle(), trainee=_saved(name)
        )
        request = request or open_request(application.cycle)
        NominationFactory(application=application, host_request=request)
    return request


def _cycle():
    from tests.factories import CycleFactory

    return CycleFactory()


def _saved(name: HardName) -> Trainee:
    person = person_of(name)
    person.email = f"{name.code}@example.org"
    person.save()
    return person


def test_pages_receipts_and_spreadsheets_show_all_forty(nominees):
    client = Client()
    client.force_login(staff_member(language="en"))

    page = client.get(reverse("desk:request_dossiers", args=[nominees.public_id]))

    shown = page.content.decode()
    people = list(Application.objects.with_names().order_by("number"))
    assert len(people) == 40
    for application in people:
        name = html.escape(application.trainee.passport_name)
        assert f"<bdi>{name}</bdi>" in shown
    for application in people:
        Application.objects.filter(pk=application.pk).update(submitted_at=timezone.now())
        application.refresh_from_db()
        with translation.override("en"):
            receipt = page_html("trainees/prints/receipt.html", receipt_context(application), "en")
        person = application.trainee
        for text in filter(None, [person.passport_name, person.native_name, person.kanji]):
            assert f"<bdi>{html.escape(text)}</bdi>" in receipt
        assert "〓" not in receipt  # what printers set where they have no type


def test_the_export_of_the_desk_and_back(nominees):
    client = Client()
    client.force_login(staff_member(language="en"))
    names = {name.code: tidy_name(name.passport) for name in NAMES}

    csv = client.get(reverse("desk:sheet_export", args=["applications", "csv"])).content
    book = client.get(reverse("desk:sheet_export", args=["applications", "xlsx"])).content

    text = csv.decode("utf-8-sig")
    from openpyxl import load_workbook

    cells = {
        str(cell.value)
        for sheet in load_workbook(io.BytesIO(book)).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    for code, name in names.items():
        assert name in text or name.replace('"', '""') in text, code
        assert name in cells, code


@pytest.mark.parametrize("writer", ["csv", "xlsx"])
def test_cells_keep_every_form_of_the_name(writer):
    rows = [[code, text] for code, text in FORMS]

    if writer == "csv":
        out = write_csv(rows)
        content = out if isinstance(out, bytes) else out.encode()
        text = content.decode("utf-8-sig")
        assert all(each in text for _code, each in FORMS)
    else:
        from openpyxl import load_workbook

        sheet = load_workbook(io.BytesIO(write_xlsx(rows, title="names"))).active
        read = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert read[-len(rows) :] == rows


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["hundred-and-twenty", "arabic", "rare-kanji", "burmese"])
def test_the_hardest_dossiers_are_bound(code):
    from tests.outputs.dossiers import whole_dossier
    from tests.outputs.test_binding import words_of

    name = next(each for each in NAMES if each.code == code)
    application = whole_dossier(
        passport_name=name.passport, native_name=name.native, kanji=name.kanji
    )

    content = dossier_pdf(application, is_full=False, language="en")

    whole = squeezed(" ".join(words_of(content)))
    assert squeezed(name.passport) in whole
    assert empty_boxes(content) == 0


# Mail -------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.code)
def test_a_mail_carries_the_name_in_header_and_body(name):
    called = tidy_name(name.native or name.passport)
    mail = queue_mail(
        key=f"names:{name.code}",
        purpose="application_receipt",
        to="somebody@example.org",
        to_name=called,
        language="en",
        subject=f"To {called}",
        body=f"Dear {called},\n",
        related="trainees.Application:1",
    )

    read = email.message_from_bytes(build_message(mail).message().as_bytes(), policy=policy.default)

    (address,) = read["to"].addresses
    assert squeezed(address.display_name) == squeezed(called)
    assert squeezed(called) in squeezed(read["subject"])
    assert squeezed(called) in squeezed(read.get_content())
