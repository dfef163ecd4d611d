"""What staff do with one application."""

import pytest
from django.urls import reverse

from notices.models import Mail
from schedule.models import Cycle
from tests.factories import CycleFactory, application_of, staff_member, trainee_person
from trainees.models import Application
from trainees.states import ApplicationState

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    person = staff_member(language="en")
    client.force_login(person)
    return person


@pytest.fixture
def application() -> Application:
    """An application that was submitted by a person who signs in."""
    found = application_of(trainee_person(), cycle=CycleFactory())
    found.state, found.submitted_at = ApplicationState.SUBMITTED, found.cycle.opened_at
    found.save()
    return found


def address_of(application: Application) -> str:
    return reverse("desk:application_return", args=[application.public_id])


def test_staff_return_an_application_with_a_comment_that_is_mailed(client, staff, application):
    listed = client.get(reverse("admin:trainees_application_changelist")).content.decode()
    page = client.get(address_of(application)).content.decode()

    client.post(address_of(application), {"reason": "Please name your department."})

    application.refresh_from_db()
    mail = Mail.objects.get()
    move = application.moves.get()
    assert address_of(application) in listed
    assert "Return this application" in page
    assert (application.state, move.by, move.reason) == (
        "returned",
        staff,
        "Please name your department.",
    )
    assert (mail.to, mail.purpose) == (application.trainee.user.email, "application_returned")
    assert "Please name your department." in mail.body


@pytest.mark.parametrize("reason", ["", " ", "<b>department</b>", "x" * 2001])
def test_a_return_without_a_plain_comment_is_refused_at_the_field(
    client, staff, application, reason
):
    page = client.post(address_of(application), {"reason": reason})

    application.refresh_from_db()
    assert (page.status_code, application.state) == (422, "submitted")
    assert list(page.context["form"].errors) == ["reason"]


def test_a_second_click_returns_and_mails_once(client, staff, application):
    client.post(address_of(application), {"reason": "Please name your department."})
    again = client.post(address_of(application), {"reason": "Please name your department."})

    assert again.status_code == 422
    assert (application.moves.count(), Mail.objects.count()) == (1, 1)


@pytest.mark.parametrize("state", ["draft", "returned", "frozen", "withdrawn"])
def test_what_cannot_be_returned_offers_no_button(client, staff, application, state):
    Application.objects.update(state=state)

    page = client.get(address_of(application)).content.decode()
    listed = client.get(reverse("admin:trainees_application_changelist")).content.decode()

    assert "Return this application" not in page
    assert address_of(application) not in listed


def test_nothing_is_returned_once_the_cycle_is_over(client, staff, application):
    Cycle.objects.update(state=Cycle.State.CLOSED)

    shown = client.get(address_of(application)).content.decode()
    sent = client.post(address_of(application), {"reason": "Please name your department."})

    application.refresh_from_db()
    assert "Return this application" not in shown
    assert (sent.status_code, application.state) == (422, "submitted")


def test_nobody_but_staff_returns_an_application(client, application):
    client.force_login(application.trainee.user)

    client.post(address_of(application), {"reason": "Please name your department."})

    application.refresh_from_db()
    assert application.state == "submitted"
