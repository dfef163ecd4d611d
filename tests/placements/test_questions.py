"""Questions on a nomination between the nominee, the office and the operator: who reads what."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, Thread
from accounts.questions import ask, place_of, write
from accounts.services import accept_invitation
from accounts.subjects import Person, subject_of
from notices.models import Mail
from placements.models import Nomination, Recruitment
from placements.services import confirm_nomination
from schedule.duties import duties_of
from tests.accounts.ground_of_questions import fresh, seen_by
from tests.factories import coordinator_of, staff_member
from tests.placements.ground_of_links import opening_of
from tests.placements.nominees import nominated, officer_of, own_nominated, own_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def nomination() -> Nomination:
    found = nominated(opening_of())
    confirm_nomination(found, by=accept_invitation(found.invitation))
    Mail.objects.all().delete()
    return Nomination.objects.with_people().get(pk=found.pk)


@pytest.fixture
def nominee(nomination):
    return fresh(nomination.application.trainee.user)


@pytest.fixture
def officer(nomination):
    return fresh(officer_of(nomination.opening))


def asked(nomination: Nomination, by, addressee: str, **more) -> Thread:
    subject = subject_of("placements.Nomination")
    row = subject.rows().get(pk=nomination.pk)
    values = {"title": "Your diploma", "text": "CANARY: where is it?", **more}
    return ask(subject, row, by=by, addressee=addressee, **values)


def answer_to(thread: Thread, for_party: str, **more) -> dict:
    return {"once": str(uuid.uuid4()), "text": "It comes.", "for_party": for_party, **more}


def test_the_nominee_is_told_reads_and_answers_what_the_office_asks(
    client, nomination, nominee, officer
):
    thread = asked(nomination, officer, "nominee")

    mail = Mail.objects.get()
    duties = [duty.title for duty in duties_of(nominee, timezone.localdate())]
    client.force_login(nominee)
    page = client.get(thread.get_absolute_url())
    sent = client.post(thread.get_absolute_url(), answer_to(thread, "office"))

    assert (mail.to, "CANARY" in mail.body) == (nominee.email, False)
    assert "Answer a question" in duties
    assert "CANARY: where is it?" in page.content.decode()
    assert reverse("trainees:status") in page.content.decode()
    assert sent.status_code == 302
    thread.refresh_from_db()
    assert thread.state == "answered"
    assert seen_by(officer) == seen_by(nominee) == [thread.pk]


def test_the_nominee_asks_from_the_status_page(client, nomination, nominee):
    client.force_login(nominee)
    status = client.get(reverse("trainees:status"))
    address = status.context["facts"]["ask"]

    page = client.get(address)
    sent = client.post(
        address,
        {
            "once": str(uuid.uuid4()),
            "addressee": "operator",
            "title": "My photo",
            "text": "May I wear glasses?",
            "answer_by": "",
        },
    )

    assert page.status_code == 200
    assert sent.status_code == 302
    assert Thread.objects.get().asker == "nominee"
    assert client.get(reverse("accounts:questions")).status_code == 200


def test_between_others_the_nominee_reads_nothing_unless_it_is_shown_to_them(
    client, nomination, nominee, officer
):
    hidden = asked(nomination, officer, "operator")
    shown = asked(nomination, officer, "operator", reading=["nominee"])
    client.force_login(nominee)

    assert seen_by(nominee) == [shown.pk]
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert client.get(shown.get_absolute_url()).status_code == 200


def test_an_internal_note_is_the_staffs_alone(client, nomination, nominee, officer):
    thread = asked(nomination, officer, "nominee")
    write(place_of(thread), by=staff_member(), text="SECRET note", is_internal=True)

    for reader in (nominee, officer):
        client.force_login(reader)
        assert "SECRET" not in client.get(thread.get_absolute_url()).content.decode()


def test_another_nominee_and_another_office_read_nothing(client, nomination, nominee, officer):
    thread = asked(nomination, officer, "nominee")
    other = nominated(opening_of(Recruitment.objects.get()), 2)
    user = accept_invitation(other.invitation)
    confirm_nomination(other, by=user)

    for reader in (user, officer_of(other.opening)):
        client.force_login(reader)
        assert seen_by(reader) == []
        assert client.get(thread.get_absolute_url()).status_code == 404


def test_without_the_check_of_the_person_another_would_read_it_control(
    nomination, nominee, officer, monkeypatch
):
    thread = asked(nomination, officer, "nominee")
    other = nominated(opening_of(Recruitment.objects.get()), 2)
    user = accept_invitation(other.invitation)
    confirm_nomination(other, by=user)
    every = Nomination.objects.all()
    monkeypatch.setattr(Person, "rows_of", lambda self, user, rows: every)

    assert seen_by(user) == [thread.pk]


def test_who_has_not_confirmed_takes_no_part_yet():
    nomination = nominated(opening_of())
    subject = subject_of("placements.Nomination")
    row = subject.rows().get(pk=nomination.pk)

    assert [party.code for party in subject.parties_of(row)] == ["office", "operator"]


def test_whose_role_has_ended_reads_no_more(nomination, nominee, officer):
    asked(nomination, officer, "nominee")
    nominee.memberships.filter(role=Role.TRAINEE).delete()

    assert seen_by(nominee) == []


def test_a_host_and_its_own_candidate_write_to_each_other():
    request = own_request()
    nomination = own_nominated(request)
    user = accept_invitation(nomination.invitation)
    confirm_nomination(nomination, by=user)
    host = fresh(coordinator_of(request.answer.government))

    thread = asked(nomination, host, "nominee")

    assert seen_by(user) == seen_by(host) == [thread.pk]
