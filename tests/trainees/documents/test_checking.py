"""What staff say of a paper, and the duties that follow from it."""

import pytest
from django.urls import reverse

from files.models import Scan
from files.received.scanning import Verdict
from files.received.sweeping import decide
from notices.models import Mail
from schedule.duties import duties_of
from tests.factories import UserFactory, staff_member
from tests.files.uploads import pdf
from tests.trainees.documents.papers import TODAY, handed_in, kind_of, place, submit
from trainees.documents.checking import accept_document, refuse_document
from trainees.models import DocumentKind
from trainees.services import TraineeError

pytestmark = pytest.mark.django_db


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
