"""Who still has to complete an application."""

from datetime import date

import pytest
from django.utils import timezone

from schedule.duties import duties_of, pending_duty
from tests.factories import (
    ApplicationFactory,
    CycleFactory,
    UserFactory,
    application_of,
    submit_deadline,
    trainee_person,
)
from trainees.duties import complete_application

pytestmark = pytest.mark.django_db

TODAY = date(2026, 12, 1)


def test_draft_of_a_linked_person_is_to_be_completed_by_the_deadline():
    person = trainee_person()
    application = application_of(person)
    deadline = submit_deadline(application.cycle, date(2026, 12, 24))

    [duty] = duties_of(person, TODAY)

    assert [duty.code, duty.user, duty.deadline, duty.state_mark] == [
        "complete-application",
        person,
        deadline,
        "none",
    ]
    assert str(duty.url) == f"/en/trainee/application/{application.public_id}/names/"


def test_returned_application_stands_out():
    person = trainee_person()
    application_of(person, state="returned", submitted_at=timezone.now())

    assert [duty.state_mark for duty in complete_application(person, TODAY)] == ["late"]


@pytest.mark.parametrize("state", ["submitted", "complete", "frozen", "withdrawn"])
def test_nothing_is_to_do_after_the_submission(state):
    person = trainee_person()
    application_of(person, state=state, submitted_at=timezone.now())

    assert complete_application(person, TODAY) == []


def test_nobody_is_reminded_before_the_nomination_was_confirmed():
    ApplicationFactory()

    assert complete_application(None, TODAY) == []


def test_closed_account_has_no_duty():
    application_of(trainee_person(is_active=False))

    assert complete_application(None, TODAY) == []


def test_called_off_cycle_asks_for_nothing():
    person = trainee_person()
    application_of(person, cycle__state="called_off")

    assert complete_application(person, TODAY) == []


def test_duties_of_everybody_are_those_of_each():
    cycle = CycleFactory()
    people = [trainee_person() for _each in range(3)]
    for person in people:
        application_of(person, cycle=cycle)

    assert [duty.user for duty in complete_application(None, TODAY)] == people


def test_duties_of_everybody_need_two_queries(django_assert_num_queries):
    for _each in range(3):
        application_of(trainee_person())

    with django_assert_num_queries(2):
        complete_application(None, TODAY)


def test_reminder_asks_again_whether_the_duty_stands():
    person = trainee_person()
    application = application_of(person)
    subject = f"trainees.Application:{application.pk}"

    assert pending_duty("complete-application", subject, person, TODAY)
    assert not pending_duty("complete-application", subject, UserFactory(), TODAY)
