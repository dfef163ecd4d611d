"""The statement of the employer: given by a personal link, asked for, entered and awaited."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import PersonalLink, Role
from notices.models import Mail
from placements.duties import sender_statement
from tests.factories import (
    InvitationFactory,
    NominationFactory,
    SendingGovernmentFactory,
    member_of,
    staff_member,
    submit_deadline,
)
from tests.placements.cases.statements import SAID, confirmed, png, statement_page
from tests.placements.ground_of_links import hold_link, opening_of, statement_link
from trainees.models import Application, Contact, SenderStatement
from trainees.states import ApplicationState

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> PersonalLink:
    nomination = confirmed()
    return statement_link(nomination.application)


def test_the_employer_is_asked_by_itself_once_the_nominee_has_confirmed():
    sender = SendingGovernmentFactory()
    contact = Contact.objects.create(
        organisation=sender.organisation, name="Budi", email="budi@example.org", language="ja"
    )

    nomination = confirmed(sender=sender, contact=contact)

    link = PersonalLink.objects.get(purpose="statement")
    assert (link.email, link.subject) == (
        "budi@example.org",
        f"trainees.Application:{nomination.application_id}",
    )
    assert Mail.objects.filter(to="budi@example.org", language="ja").count() == 1


def test_nobody_is_asked_where_nobody_is_known():
    confirmed()

    assert not PersonalLink.objects.exists()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_employer_gives_its_statement_in_its_language(asked, language):
    client = hold_link(asked)
    page = statement_page(asked).replace("/en/", f"/{language}/")
    assert client.get(page).status_code == 200

    client.post(page, SAID)

    given = SenderStatement.objects.get()
    assert (given.is_full, given.language, given.entered_by) == (True, language, None)
    assert given.employed_since == date(2015, 4, 1)
    assert client.get(page).status_code == 200


def test_a_correction_is_a_new_row_and_the_first_stays(asked):
    client = hold_link(asked)
    client.post(statement_page(asked), SAID)

    client.post(statement_page(asked), {**SAID, "recommendation": "We recommend her warmly."})

    kept = SenderStatement.objects.order_by("pk").values_list("recommendation", flat=True)
    assert list(kept) == ["We recommend her.", "We recommend her warmly."]


def test_after_the_last_day_a_first_statement_is_taken_and_a_correction_is_not(asked):
    cycle = Application.objects.get().cycle
    submit_deadline(cycle, timezone.localdate() - timedelta(days=1))
    client = hold_link(asked)
    assert client.post(statement_page(asked), SAID).status_code == 302

    answer = client.post(statement_page(asked), {**SAID, "given_by": "Somebody"})

    assert (answer.status_code, SenderStatement.objects.count()) == (422, 1)


BAD_STATEMENTS = [
    {"is_employed": ""},
    {"will_return": "perhaps"},
    {"recommendation": ""},
    {"recommendation": "<script>alert(1)</script>"},
    {"recommendation": "x" * 4001},
    {"given_by": ""},
    {"given_by": "Budi\x00"},
    {"employed_since": "2099-01-01"},
    {"employed_since": "0001-01-01"},
    {"employed_since": "yesterday"},
]


def test_a_faulty_statement_keeps_what_was_typed(asked):
    client = hold_link(asked)
    for bad in BAD_STATEMENTS:
        answer = client.post(statement_page(asked), {**SAID, **bad})

        assert answer.status_code == 422, bad
        assert "Head of personnel" in answer.content.decode(), bad
    assert not SenderStatement.objects.exists()


def test_a_no_is_an_answer_without_a_recommendation(asked):
    client = hold_link(asked)

    client.post(statement_page(asked), {**SAID, "will_return": "no", "recommendation": ""})

    assert SenderStatement.objects.get().is_full is False


def test_japanese_days_are_read(asked):
    client = hold_link(asked)
    for typed in ["平成27年4月1日", "H27.4.1", "２０１５-０４-０１"]:
        client.post(statement_page(asked), {**SAID, "employed_since": typed})

    kept = SenderStatement.objects.values_list("employed_since", flat=True)
    assert list(kept) == [date(2015, 4, 1)] * 3


def test_a_file_comes_from_who_holds_the_link_and_from_nobody_else(asked):
    page = statement_page(asked)
    stranger = Client()
    assert stranger.post(page, {**SAID, "file": png()}).status_code == 413

    client = hold_link(asked)
    client.post(page, {**SAID, "recommendation": "", "file": png()})

    given = SenderStatement.objects.get()
    assert (given.is_full, given.file.uploaded_by) == (True, None)
    own = reverse("cases:statement_own_file", args=[asked.public_id, given.public_id])
    assert client.get(own)["Content-Type"] == "image/png"
    assert stranger.get(own).status_code == 404


def test_too_large_a_body_is_refused_unread_also_by_link(asked):
    client = hold_link(asked)
    huge = SimpleUploadedFile("letter.pdf", b"%PDF-1.4" + b"x" * 12_000_000)

    assert client.post(statement_page(asked), {**SAID, "file": huge}).status_code == 413


def test_a_web_page_named_pdf_is_refused_at_its_field(asked):
    fake = SimpleUploadedFile("letter.pdf", b"<html><script>1</script></html>")

    answer = hold_link(asked).post(statement_page(asked), {**SAID, "file": fake})

    assert (answer.status_code, SenderStatement.objects.count()) == (422, 0)


def test_the_files_of_one_case_in_a_day_are_counted(asked, monkeypatch):
    monkeypatch.setattr("placements.services.statements.FILES_A_DAY", 1)
    client = hold_link(asked)
    client.post(statement_page(asked), {**SAID, "file": png()})

    assert client.post(statement_page(asked), {**SAID, "file": png()}).status_code == 422


def test_a_frozen_application_takes_no_statement(asked):
    Application.objects.update(state=ApplicationState.FROZEN, submitted_at=timezone.now())
    client = hold_link(asked)

    assert client.post(statement_page(asked), SAID).status_code == 422


# Asking for it --------------------------------------------------------------


def test_an_officer_asks_after_a_look_at_the_mail(client):
    nomination = confirmed()
    officer = member_of(nomination.office.organisation, Role.OVERSEAS_OFFICE, language="en")
    client.force_login(officer)
    page = reverse("cases:statement_ask", args=[nomination.public_id])
    typed = {"name": "Budi", "email": "budi@example.org", "language": "en", "message": "Please."}

    looked = client.post(page, typed)
    assert looked.status_code == 200
    assert not PersonalLink.objects.exists()
    client.post(page, {**typed, "send": "1"})

    link = PersonalLink.objects.get()
    assert (link.made_by, link.email) == (officer, "budi@example.org")


def test_the_nominee_is_not_asked_for_their_own_statement(client):
    nomination = confirmed()
    client.force_login(staff_member(language="en"))
    page = reverse("cases:statement_ask", args=[nomination.public_id])
    typed = {"name": "S", "email": "nominee@example.org", "language": "en", "send": "1"}

    assert client.post(page, typed).status_code == 422


def test_staff_enter_what_came_by_letter_and_it_says_so(client):
    nomination = confirmed()
    staff = staff_member(language="en")
    client.force_login(staff)

    client.post(
        reverse("cases:statement_enter", args=[nomination.public_id]), {**SAID, "language": "ja"}
    )

    given = SenderStatement.objects.get()
    assert (given.entered_by, given.language) == (staff, "ja")


def test_the_list_shows_late_ones_first_with_the_same_queries(
    client, django_assert_max_num_queries
):
    opening = opening_of(quota=9)
    submit_deadline(opening.host_request.cycle, timezone.localdate() - timedelta(days=1))
    officer = member_of(opening.office.organisation, Role.OVERSEAS_OFFICE, language="en")
    client.force_login(officer)
    for number in range(3):
        NominationFactory(
            application__cycle=opening.host_request.cycle,
            opening=opening,
            office=opening.office,
            state="confirmed",
            invitation=InvitationFactory(),
        )
        with django_assert_max_num_queries(10):
            page = client.get(reverse("cases:statements"))
        assert page.content.decode().count("state late") == number + 1


def test_an_officer_has_the_duty_until_the_statement_is_given(client):
    nomination = confirmed()
    cycle = nomination.application.cycle
    deadline = submit_deadline(cycle, timezone.localdate() + timedelta(days=9))
    officer = member_of(nomination.office.organisation, Role.OVERSEAS_OFFICE, language="en")
    today = timezone.localdate()

    (duty,) = sender_statement(officer, today)
    assert (duty.deadline, duty.user) == (deadline, officer)
    assert [each.user for each in sender_statement(None, today)] == [officer]
    client.force_login(officer)
    for page in (
        reverse("accounts:overview"),
        reverse("recruitment:home"),
        reverse("recruitment:nomination", args=[nomination.public_id]),
    ):
        assert client.get(page).status_code == 200, page

    hold_link(statement_link(nomination.application)).post(
        statement_page(PersonalLink.objects.get()), SAID
    )
    assert sender_statement(officer, today) == []
    shown = client.get(reverse("recruitment:nomination", args=[nomination.public_id]))
    assert "We recommend her." in shown.content.decode()
