"""The dossier as one PDF, and the receipt: what stands in them, and for whom (P4)."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.trail import Act, AuditRecord
from notices.pages import page_html
from placements import dossiers
from placements.dossiers import dossier_name, dossier_pdf
from tests.factories import application_of, staff_member, trainee_person
from tests.outputs.dossiers import ILLNESS, PASSPORT, whole_dossier
from tests.outputs.test_binding import marks_of, words_of
from trainees.dossiers import check_number, receipt_context
from trainees.models import Trainee
from trainees.versions import judged

pytestmark = pytest.mark.django_db


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def application():
    return whole_dossier()


def test_the_full_version_holds_everything_in_order(application):
    content = dossier_pdf(application, is_full=True, language="en")

    pages = words_of(content)
    total = len(pages)
    numbers = [re.search(r"\d{4}-\d{4} · (\d+)/(\d+)", page).groups() for page in pages]
    assert numbers == [(str(page), str(total)) for page in range(1, total + 1)]
    whole = squeezed(" ".join(pages))
    assert PASSPORT in whole
    assert ILLNESS in whole
    assert "This file is damaged and could not be read." in whole
    marks = dict(marks_of(content))
    assert next(iter(marks)) == "Cover sheet"
    papers = [f"{number}. Paper {number}" for number in range(1, 6)]
    first = marks["1. Paper 1"]
    assert [marks[each] for each in papers] == [first, first + 1, first + 2, first + 3, first + 5]
    assert first + 5 == total  # the damaged one has a page that says so
    contents = squeezed(pages[marks["Contents"] - 1])
    assert f"5. Paper 5 (not included) {total}" in contents or f"{total}" in contents
    assert str(marks["10. Documents"]) in contents


def test_the_other_version_knows_neither_passport_nor_health(application):
    content = dossier_pdf(application, is_full=False, language="en")

    whole = squeezed(" ".join(words_of(content)))
    assert "Version without passport and health" in whole
    assert "****4321" in whole
    for secret in (PASSPORT, ILLNESS, "passport.jpg", "health.pdf"):
        assert secret not in whole
    assert "Documents on passport and health are not part of this version." in whole
    assert len(marks_of(content)) == 2 + 10 + 3  # cover, contents, parts, three papers


def test_without_the_rule_the_other_version_would_show_them(application, monkeypatch):
    """The control: nothing is left out, and the same look finds it."""
    monkeypatch.setattr(dossiers, "_is_for_others", lambda paper: True)

    parts = dossiers._parts(judged(application), is_full=False)

    shown = str(next(part for part in parts if part.code == "documents").tables)
    assert "passport.jpg" in shown
    assert "health.pdf" in shown


def test_a_file_that_the_scanner_shut_away_is_not_bound(application):
    document = application.documents.get(kind__code="diploma")
    type(document.file).objects.filter(pk=document.file_id).update(scan="harmful")

    with translation.override("en"):
        sheets, _photo = dossiers._sheets(judged(application), is_full=True)

    assert [sheet.prepared.fault for sheet in sheets] == ["", "", "", "harmful", "damaged"]


def test_the_dossier_is_for_staff_and_each_look_is_recorded(application, monkeypatch):
    monkeypatch.setattr("desk.dossiers.dossier_pdf", lambda *args, **more: b"%PDF-1.4")
    address = reverse("desk:application_dossier", args=[application.public_id, "full"])
    client = Client()
    client.force_login(application.trainee.user)
    assert client.get(address).status_code == 302  # to the sign-in of the desk
    client.force_login(staff_member())

    answer = client.get(address)

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    record = AuditRecord.objects.filter(act=Act.DOWNLOAD).latest("pk")
    assert (record.object_id, record.fields) == (str(application.pk), ["full"])
    other = reverse("desk:application_dossier", args=[application.public_id, "other"])
    assert client.get(other).status_code == 404


def test_the_name_of_the_file_carries_the_name_of_the_person(application):
    Trainee.objects.update(passport_name="Nguyễn Thị Hương")
    application.trainee.refresh_from_db()
    number = application.case_number

    assert dossier_name(application, is_full=False).startswith(f"{number} ")


# Receipt ----------------------------------------------------------------------------------------


def receipt_html(application, language: str = "en") -> str:
    with translation.override(language):
        return page_html("trainees/prints/receipt.html", receipt_context(application), language)


def test_the_receipt_masks_the_passport_and_names_no_illness(application):
    shown = receipt_html(application)

    assert application.case_number in shown
    assert "****4321" in shown
    assert PASSPORT not in shown
    assert ILLNESS not in shown
    assert "declared on" in shown
    for document in application.documents.select_related("file"):
        assert document.file.sha256[:8] in shown


def test_the_check_number_is_one_in_both_languages_and_changes_with_the_dossier(application):
    number = check_number(judged(application))

    assert number in receipt_html(application, "en")
    assert number in receipt_html(application, "ja")
    Trainee.objects.filter(pk=application.trainee_id).update(kanji="山田")
    assert check_number(judged(application)) == number  # what was submitted stays
    application.state = "returned"
    application.trainee.refresh_from_db()
    assert check_number(judged(application)) != number


def test_the_receipt_is_a_pdf_for_the_person_alone(application):
    client = Client()
    address = reverse("trainees:receipt", args=[application.public_id])
    client.force_login(application.trainee.user)

    answer = client.get(address)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    words = squeezed(" ".join(words_of(answer.content)))
    assert "Receipt of your application" in words
    assert "Received (UTC)" in words
    client.force_login(trainee_person())
    assert client.get(address).status_code == 404


def test_what_was_never_submitted_has_no_receipt():
    person = trainee_person()
    own = application_of(person)
    client = Client()
    client.force_login(person)

    answer = client.get(reverse("trainees:receipt", args=[own.public_id]))

    assert (answer.status_code, answer.url) == (302, own.get_absolute_url())
