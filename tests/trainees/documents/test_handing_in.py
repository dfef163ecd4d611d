"""Papers and photos that people hand in: what is taken, cut, replaced and refused."""

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from files.models import StoredFile
from files.received import Cut, FileRefused, bytes_of
from schedule.models import Cycle
from tests.factories import UserFactory
from tests.files.uploads import CANARY, HOSTILE, pdf, picture, pixel_flood
from tests.trainees.documents.papers import TODAY, handed_in, kind_of, photo_kind, submit
from trainees.documents import handing_in
from trainees.documents.checking import accept_document, refuse_document
from trainees.documents.handing_in import take_back
from trainees.models import Document, DocumentRule, Reopening
from trainees.services import TraineeError

pytestmark = pytest.mark.django_db


# Handing in -----------------------------------------------------------------------------------
def test_a_better_paper_takes_the_place_of_the_one_before(application):
    kind = kind_of()
    first = handed_in(application, kind)

    second = handed_in(application, kind, "better.pdf", pdf(pages=2))

    first.refresh_from_db()
    assert (first.state, first.replaced_by, second.state) == ("replaced", second, "handed_in")
    assert [(move.from_state, move.to_state) for move in first.moves.all()] == [
        ("handed_in", "replaced")
    ]


def test_the_file_has_both_hashes_and_its_purpose(application):
    paper = handed_in(application, photo_kind(), "me.png", picture("PNG", (600, 800)))

    assert paper.file.original_sha256 != paper.file.sha256
    assert {len(paper.file.original_sha256), len(paper.file.sha256)} == {64}
    assert paper.file.purpose == "document"


def test_the_same_file_again_changes_nothing(application):
    kind = kind_of()
    first = handed_in(application, kind)

    assert handed_in(application, kind) == first
    assert (Document.objects.count(), StoredFile.objects.count()) == (1, 1)


@pytest.mark.parametrize("state", ["submitted", "complete", "frozen"])
def test_after_the_submission_only_what_is_asked_again(application, state):
    kind = kind_of()
    handed_in(application, kind)
    submit(application, state=state)

    with pytest.raises(TraineeError):
        handed_in(application, kind, content=pdf(pages=2))

    assert StoredFile.objects.count() == 1


def test_without_the_rule_the_submitted_could_be_changed_control(application, monkeypatch):
    monkeypatch.setattr(handing_in, "reason_against_handing_in", lambda *args: None)

    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        test_after_the_submission_only_what_is_asked_again(application, "submitted")


def test_what_was_refused_is_replaced_after_the_submission(application):
    kind = kind_of()
    paper = handed_in(application, kind)
    submit(application)
    refuse_document(paper, reason="The second page is cut off.", by=UserFactory())

    assert handed_in(application, kind, content=pdf(pages=2)).state == "handed_in"


def test_what_was_reopened_is_replaced_until_its_day(application):
    kind = kind_of()
    handed_in(application, kind)
    submit(application)
    reopening = Reopening.objects.create(
        application=application, fields=["document.diploma"], reason="x", open_until=TODAY
    )

    assert handed_in(application, kind, content=pdf(pages=2)).state == "handed_in"

    Reopening.objects.filter(pk=reopening.pk).update(open_until=TODAY - timedelta(days=1))
    with pytest.raises(TraineeError):
        handed_in(application, kind, content=pdf(pages=3))


@pytest.mark.parametrize("state", ["submitted", "frozen"])
def test_papers_for_the_residence_come_after_the_submission(application, state):
    kind = kind_of(stage="residence")
    submit(application, state=state)

    assert handed_in(application, kind).state == "handed_in"


@pytest.mark.parametrize("over", ["withdrawn", "closed"])
def test_nothing_comes_in_once_it_is_over(application, over):
    kind = kind_of()
    if over == "withdrawn":
        submit(application, state="withdrawn")
    else:
        Cycle.objects.update(state=Cycle.State.CLOSED)

    with pytest.raises(TraineeError):
        handed_in(application, kind)


def test_a_paper_that_nobody_asks_for_is_not_taken(application):
    kind = kind_of()
    DocumentRule.objects.update(nationalities=["NZ"])

    with pytest.raises(TraineeError, match="not asked"):
        handed_in(application, kind)


@pytest.mark.parametrize("issued_on", [None, TODAY + timedelta(days=1), date(1899, 12, 31)])
def test_a_day_of_issue_is_a_day_that_has_been(application, issued_on):
    kind = kind_of(has_issue_day=True)

    with pytest.raises(TraineeError):
        handed_in(application, kind, issued_on=issued_on)

    assert handed_in(application, kind, issued_on=TODAY).issued_on == TODAY


def test_a_paper_is_taken_back_until_somebody_has_looked(application, person):
    kind = kind_of()
    paper = handed_in(application, kind)

    assert take_back(take_back(paper, by=person), by=person).state == "removed"

    second = handed_in(application, kind)
    accept_document(second, by=UserFactory())
    with pytest.raises(TraineeError):
        take_back(second, by=person)


# Files that are no good -----------------------------------------------------------------------
BAD = {
    "GIF with a script": ("me.jpg", HOSTILE["gif with a script"][2], "no_paper"),
    "PDF with a script": ("a.pdf", HOSTILE["pdf with a script"][2], "pdf_active"),
    "PDF and web page": ("a.pdf", HOSTILE["pdf and web page"][2], "two_things"),
    "test of scanners": ("a.pdf", HOSTILE["test of scanners"][2], "malware"),
    "wrong ending": ("a.jpg", pdf(), "wrong_ending"),
    "empty": ("a.pdf", b"", "empty"),
    "11 MB": ("a.pdf", pdf() + b"\n" * 11_000_000, "too_large"),
    "100 megapixels": ("a.png", pixel_flood(), "too_many_pixels"),
    "a text": ("a.txt", b"text", "no_paper"),
}


@pytest.mark.parametrize("title", BAD)
def test_a_bad_file_is_refused_and_nothing_is_kept(application, own_store, title):
    name, content, code = BAD[title]

    with pytest.raises(FileRefused) as refused:
        handed_in(application, kind_of(), name, content)

    assert refused.value.code == code
    assert (Document.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert [path for path in own_store.rglob("*") if path.is_file()] == []


def test_the_51st_file_of_a_day_is_refused(application, person):
    StoredFile.objects.bulk_create(
        StoredFile(
            name="a.pdf",
            content_type="application/pdf",
            size=1,
            sha256="0" * 64,
            purpose="document",
            key=f"received/{number}",
            uploaded_by=person,
        )
        for number in range(50)
    )

    with pytest.raises(FileRefused) as refused:
        handed_in(application, kind_of())

    assert refused.value.code == "too_much_today"


# Photos ---------------------------------------------------------------------------------------
def jpeg(size: tuple[int, int], colours=("red", "blue")) -> bytes:
    """A photo that is half one colour and half another, with a place in it."""
    photo = Image.new("RGB", size, colours[0])
    photo.paste(colours[1], (0, size[1] // 2, *size))
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (35.0, 41.0, 22.0)  # the latitude of GPS
    exif[0x8825] = {1: "N", 2: (35.0, 41.0, 22.0)}
    exif[0x010E] = CANARY.decode()
    out = io.BytesIO()
    photo.save(out, format="JPEG", exif=exif.tobytes())
    return out.getvalue()


def kept_photo(paper: Document) -> Image.Image:
    return Image.open(io.BytesIO(bytes_of(paper.file)))


def test_a_photo_is_cut_by_the_middle_where_nobody_chose(application):
    paper = handed_in(application, photo_kind(), "me.png", picture("PNG", (1600, 800)))

    assert kept_photo(paper).size == (600, 800)
    assert paper.cut == [312, 0, 375, 1000]
    assert (paper.file.name, paper.file.content_type) == ("me.jpg", "image/jpeg")


@pytest.mark.parametrize(("part", "colour"), [("start", "red"), ("end", "blue")])
def test_a_photo_is_cut_by_the_part_that_was_named(application, part, colour):
    paper = handed_in(application, photo_kind(), "me.jpg", jpeg((600, 1600)), cut=Cut(part))

    pixel = kept_photo(paper).getpixel((300, 400))
    assert (pixel[0] > 200, pixel[2] > 200) == (colour == "red", colour == "blue")


def test_a_photo_is_cut_to_its_shape_also_where_the_browser_sends_another(application):
    photo = picture("PNG", (1000, 2000))

    paper = handed_in(application, photo_kind(), "me.png", photo, cut=Cut(box=(100, 100, 800, 800)))

    assert kept_photo(paper).size == (800, 1066)


def test_a_large_photo_becomes_as_small_as_print_needs(application):
    paper = handed_in(application, photo_kind(), "me.png", picture("PNG", (3000, 4000)))

    assert kept_photo(paper).size == (1200, 1600)


def test_the_place_of_a_photo_is_gone(application):
    data = jpeg((600, 800))
    assert CANARY in data
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)

    paper = handed_in(application, photo_kind(), "me.jpg", data)

    kept = bytes_of(paper.file)
    assert CANARY not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("me.png", picture("PNG", (353, 2000)), "photo_too_small"),
        ("me.png", picture("PNG", (2000, 471)), "photo_too_small"),
        ("me.pdf", pdf(), "no_photo"),
    ],
)
def test_a_photo_that_cannot_be_printed_is_refused(application, name, content, code):
    with pytest.raises(FileRefused) as refused:
        handed_in(application, photo_kind(), name, content)

    assert refused.value.code == code
    assert "{" not in str(refused.value)
