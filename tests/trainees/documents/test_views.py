"""The pages of papers: what they say, who may open them, and what they take."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditRecord, Role
from tests.factories import OverseasOfficeFactory, member_of, staff_member, trainee_person
from tests.files.uploads import pdf, picture
from tests.trainees.documents.papers import handed_in, kind_of, photo_kind, submit, upload
from trainees.documents.handing_in import take_back
from trainees.models import Document

pytestmark = pytest.mark.django_db


FRAME_QUERIES = 4  # session, user, memberships, second factor


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
