"""Handing papers in, what staff say of them, and who may open them."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import AuditRecord, Role
from files.models import Scan, StoredFile
from files.received import Cut, FileRefused, bytes_of
from files.received.scanning import Verdict
from files.received.sweeping import decide
from notices.models import Mail
from schedule.duties import duties_of
from schedule.models import Cycle
from tests.factories import (
    OverseasOfficeFactory,
    PlacementFactory,
    UserFactory,
    application_of,
    member_of,
    open_request,
    staff_member,
    trainee_person,
)
from tests.files.uploads import CANARY, HOSTILE, pdf, picture, pixel_flood
from trainees.documents import handing_in
from trainees.documents.checking import accept_document, refuse_document
from trainees.documents.handing_in import hand_in, take_back
from trainees.models import Document, DocumentKind, DocumentRule, Reopening
from trainees.services import TraineeError

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
FRAME_QUERIES = 4  # session, user, memberships, second factor


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    """The store of each test is empty."""
    monkeypatch.setattr(storages["default"], "_location", str(tmp_path))
    for name in ("base_location", "location"):
        storages["default"].__dict__.pop(name, None)
    yield tmp_path
    for name in ("base_location", "location"):
        storages["default"].__dict__.pop(name, None)


@pytest.fixture
def person():
    return trainee_person(email="suryani@example.org", language="en")


@pytest.fixture
def application(person):
    return application_of(person)


def kind_of(code: str = "diploma", stage: str = "submission", **fields) -> DocumentKind:
    """A kind of paper that is asked of everybody."""
    names = {"name_ja": "卒業証明書", "name_en": "Diploma"}
    kind = DocumentKind.objects.create(**{"code": code, **names, **fields})
    DocumentRule.objects.create(kind=kind, stage=stage)
    return kind


def photo_kind() -> DocumentKind:
    return kind_of("photo", format="photo", name_ja="写真", name_en="Photo")


def upload(name: str = "diploma.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)


def handed_in(application, kind, name: str = "diploma.pdf", content: bytes | None = None, **more):
    by = application.trainee.user
    return hand_in(application, kind, upload(name, content), by=by, **more)


def submit(application, **fields) -> None:
    fields = {"state": "submitted", "submitted_at": timezone.now(), **fields}
    for name, value in fields.items():
        setattr(application, name, value)
    application.save()


def place(application) -> None:
    PlacementFactory(
        application=application,
        host_request=open_request(application.cycle),
        state="announced",
        decided_on=TODAY,
        announced_at=timezone.now(),
    )


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


# What staff say -------------------------------------------------------------------------------
def test_a_refusal_is_mailed_with_its_reason_once(application):
    paper = handed_in(application, kind_of())
    staff = staff_member()

    for _click in range(2):
        refuse_document(paper, reason="The second page is cut off.", by=staff)

    [mail] = Mail.objects.all()
    assert (mail.to, "Diploma" in mail.body, "The second page is cut off." in mail.body) == (
        "suryani@example.org",
        True,
        True,
    )
    assert f"/en/trainee/application/{application.public_id}/documents/" in mail.body


def test_a_refusal_about_health_tells_the_mail_nothing(application):
    paper = handed_in(application, kind_of(is_special_care=True))

    refuse_document(paper, reason="The X-ray is missing.", by=staff_member())

    [mail] = Mail.objects.all()
    assert "Diploma" not in mail.subject + mail.body
    assert "X-ray" not in mail.subject + mail.body


def test_without_its_mark_the_mail_would_tell_of_health_control(application, monkeypatch):
    DocumentKind.objects.filter(is_special_care=True).update(is_special_care=False)
    paper = handed_in(application, kind_of(is_special_care=False))

    refuse_document(paper, reason="The X-ray is missing.", by=staff_member())

    assert "X-ray" in Mail.objects.get().body


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 1001])
def test_a_refusal_needs_a_reason(application, reason):
    paper = handed_in(application, kind_of())

    with pytest.raises(TraineeError):
        refuse_document(paper, reason=reason, by=UserFactory())

    assert Mail.objects.count() == 0


def test_what_was_replaced_meanwhile_is_neither_accepted_nor_refused(application):
    kind = kind_of()
    paper = handed_in(application, kind)
    handed_in(application, kind, content=pdf(pages=2))

    with pytest.raises(TraineeError):
        accept_document(paper, by=UserFactory())
    with pytest.raises(TraineeError):
        refuse_document(paper, reason="x", by=UserFactory())


def test_what_nobody_could_open_is_not_accepted(application, settings):
    settings.SCANNER = "clamd://127.0.0.1:1"
    paper = handed_in(application, kind_of())

    with pytest.raises(TraineeError):
        accept_document(paper, by=UserFactory())


def test_a_harmful_paper_is_refused_at_once_and_staff_hear_of_it(application, settings):
    settings.SCANNER = "clamd://127.0.0.1:1"
    staff = staff_member()
    paper = handed_in(application, kind_of())

    decide(paper.file, Verdict(False, "Eicar-Signature", "ClamAV 1.4"))

    paper.refresh_from_db()
    assert (paper.state, paper.file.scan) == ("refused", Scan.HARMFUL)
    assert set(Mail.objects.values_list("to", "purpose")) == {
        ("suryani@example.org", "document_refused"),
        (staff.email, "harmful-file"),
    }


# Duties ---------------------------------------------------------------------------------------
def test_a_refused_paper_is_a_duty_until_it_is_replaced(application, person):
    kind = kind_of()
    paper = handed_in(application, kind)
    submit(application)
    assert duties_of(person, TODAY) == []

    refuse_document(paper, reason="Cut off.", by=UserFactory())
    [duty] = duties_of(person, TODAY)
    handed_in(application, kind, content=pdf(pages=2))

    assert duty.code == "hand-in-documents"
    assert str(duty.url) == reverse("trainees:documents", args=[application.public_id])
    assert duties_of(person, TODAY) == []


def test_papers_for_the_residence_are_a_duty_once_a_place_was_announced(application, person):
    kind = kind_of(stage="residence")
    submit(application, state="frozen")
    assert duties_of(person, TODAY) == []

    place(application)

    assert [duty.code for duty in duties_of(person, TODAY)] == ["hand-in-documents"]
    handed_in(application, kind)
    assert duties_of(person, TODAY) == []


# Pages ----------------------------------------------------------------------------------------
def page_of(application) -> str:
    return reverse("trainees:documents", args=[application.public_id])


def paper_page(application, kind) -> str:
    return reverse("trainees:document_hand_in", args=[application.public_id, kind.code])


def test_the_page_says_what_is_missing_in_words(client, person, application):
    kind_of()
    client.force_login(person)

    page = client.get(page_of(application)).content.decode()

    assert "1 paper is missing" in page
    assert "It is needed before you submit." in page


def test_a_paper_is_handed_in_without_a_script(client, person, application):
    kind = kind_of(has_issue_day=True)
    client.force_login(person)
    typed = {"upload": upload(), "issued_on": "令和７年１１月１７日"}

    answer = client.post(paper_page(application, kind), typed)

    assert answer.status_code == 302, answer.content.decode()
    assert answer.url == page_of(application)
    paper = Document.objects.get()
    assert (paper.issued_on, paper.handed_in_by) == (date(2025, 11, 17), person)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({}, "Choose the file."),
        ({"upload": SimpleUploadedFile("a.pdf", b"")}, "This file is empty."),
        ({"upload": SimpleUploadedFile("a.pdf", b"<html>")}, "web page"),
        ({"upload": SimpleUploadedFile("a.pdf", pdf()), "issued_on": "2999-01-01"}, "future"),
        ({"upload": SimpleUploadedFile("a.pdf", pdf()), "issued_on": "=1+1"}, "date"),
    ],
)
def test_a_fault_stands_at_its_field_and_nothing_is_kept(client, person, application, typed, fault):
    kind = kind_of(has_issue_day=True)
    client.force_login(person)

    answer = client.post(paper_page(application, kind), {"issued_on": "2026-11-01", **typed})

    assert (answer.status_code, Document.objects.count()) == (422, 0)
    assert fault in answer.content.decode()


@pytest.mark.parametrize(
    ("cut", "kept"),
    [
        ("100,0,750,1000", [100, 125, 750, 750]),
        ("", [0, 0, 1000, 1000]),
        ("0,0,0,0", [0, 0, 1000, 1000]),
        ("900,0,750,1000", [0, 0, 1000, 1000]),
        ("１,0,2,3", [0, 0, 1000, 1000]),
        ("-1,0,2,3", [0, 0, 1000, 1000]),
        ("<script>", [0, 0, 1000, 1000]),
    ],
)
def test_the_part_that_the_browser_sends_is_kept_where_it_is_one(
    client, person, application, cut, kept
):
    kind = photo_kind()
    client.force_login(person)
    photo = SimpleUploadedFile("me.png", picture("PNG", (600, 800)))

    answer = client.post(paper_page(application, kind), {"upload": photo, "cut": cut})

    assert answer.url == paper_page(application, kind)
    paper = Document.objects.get()
    assert paper.cut == kept
    assert (
        reverse("trainees:document", args=[paper.public_id])
        in client.get(answer.url).content.decode()
    )


def test_a_download_is_checked_anew_and_looks_at_health_are_recorded(client, person, application):
    office = OverseasOfficeFactory(countries=[application.trainee.nationality.code])
    officer = member_of(office.organisation, Role.OVERSEAS_OFFICE)
    plain, health = kind_of(), kind_of("health", is_special_care=True)
    papers = [
        handed_in(application, kind, content=pdf(pages=n))
        for n, kind in enumerate([plain, health], start=1)
    ]
    submit(application)
    answers = {}
    for reader in (person, staff_member(), officer, trainee_person(email="other@example.org")):
        client.force_login(reader)
        answers[reader] = [
            client.get(reverse("trainees:document", args=[paper.public_id])).status_code
            for paper in papers
        ]
    client.logout()

    assert list(answers.values()) == [[200, 200], [200, 200], [200, 404], [404, 404]]
    looks = AuditRecord.objects.filter(act="download", model="trainees.Document")
    assert looks.filter(object_id=str(papers[1].pk)).count() == 2  # the person and staff
    assert looks.filter(object_id=str(papers[0].pk)).count() == 2  # staff and the office


def test_what_was_taken_back_is_the_persons_own(client, person, application):
    paper = take_back(handed_in(application, kind_of()), by=person)
    address = reverse("trainees:document", args=[paper.public_id])

    client.force_login(staff_member())
    assert client.get(address).status_code == 404
    client.force_login(person)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_take_the_same_queries(
    client, person, application, number, django_assert_max_num_queries
):
    kinds = [kind_of(f"paper-{n}", stage="residence") for n in range(number)]
    for n, kind in enumerate(kinds, start=1):
        handed_in(application, kind, content=pdf(pages=n))
    client.force_login(person)
    client.get(page_of(application))  # the first page of a session writes it

    with django_assert_max_num_queries(FRAME_QUERIES + 6):
        client.get(page_of(application))
    with django_assert_max_num_queries(FRAME_QUERIES + 4):
        client.get(paper_page(application, kinds[0]))
    client.force_login(staff_member())
    client.get(page_of(application))
    with django_assert_max_num_queries(FRAME_QUERIES + 6):
        client.get(reverse("desk:documents", args=[application.public_id]))


def test_staff_accept_and_refuse_on_the_desk(client, application):
    paper = handed_in(application, kind_of())
    staff = staff_member(language="en")
    client.force_login(staff)

    page = client.get(reverse("desk:documents", args=[application.public_id])).content.decode()
    client.post(reverse("desk:document_accept", args=[paper.public_id]))
    paper.refresh_from_db()
    assert ("1 paper waits for your check." in page, paper.state) == (True, "accepted")

    refuse = reverse("desk:document_refuse", args=[paper.public_id])
    assert client.post(refuse, {"reason": ""}).status_code == 422
    assert client.post(refuse, {"reason": "<b>no</b>"}).status_code == 422
    assert client.post(refuse, {"reason": "Cut off."}).status_code == 302
    paper.refresh_from_db()
    assert (paper.state, paper.refusal) == ("refused", "Cut off.")
