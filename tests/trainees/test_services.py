"""The way of an application: created, submitted, returned, complete, frozen, withdrawn."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from notices.models import Mail
from schedule.models import Cycle
from tests.factories import (
    ApplicationFactory,
    CompleteApplicationFactory,
    CycleFactory,
    SendingGovernmentFactory,
    TraineeFactory,
    UserFactory,
    application_of,
    staff_member,
    submit_deadline,
    trainee_person,
)
from trainees.models import Application, Trainee
from trainees.services import (
    TraineeError,
    create_application,
    faults_of,
    freeze,
    link_person,
    mark_complete,
    return_application,
    submit_application,
    withdraw_application,
)
from trainees.states import APPLICATION_MOVES, ApplicationState

pytestmark = pytest.mark.django_db

WAYS = {
    ApplicationState.RETURNED: lambda row, by: return_application(row, reason="No dates", by=by),
    ApplicationState.COMPLETE: lambda row, by: mark_complete(row, by=by),
    ApplicationState.FROZEN: lambda row, by: freeze(row, by=by),
    ApplicationState.WITHDRAWN: lambda row, by: withdraw_application(row, by=by),
}


def _states(application: Application) -> list[str]:
    return [move.to_state for move in application.moves.all()]


def test_create_application_gives_the_next_number_of_the_cycle():
    cycle = CycleFactory()
    sender = SendingGovernmentFactory()

    made = [
        create_application(trainee=TraineeFactory(), cycle=cycle, sending_government=sender)
        for _each in range(3)
    ]
    other = create_application(trainee=TraineeFactory(), cycle=CycleFactory())

    assert [each.number for each in made] == [1, 2, 3]
    assert [other.number, other.state, other.sending_government] == [1, "draft", None]


def test_number_of_a_withdrawn_application_is_not_given_again():
    cycle = CycleFactory()
    first = create_application(trainee=TraineeFactory(), cycle=cycle)
    withdraw_application(first, by=staff_member())

    assert create_application(trainee=first.trainee, cycle=cycle).number == 2


def test_create_application_refuses_a_second_one_in_the_cycle():
    application = ApplicationFactory()

    with pytest.raises(TraineeError):
        create_application(trainee=application.trainee, cycle=application.cycle)


@pytest.mark.parametrize("state", [Cycle.State.CLOSED, Cycle.State.CALLED_OFF])
def test_create_application_refuses_a_closed_cycle(state):
    with pytest.raises(TraineeError):
        create_application(trainee=TraineeFactory(), cycle=CycleFactory(state=state))


def test_link_person_joins_once_and_harmlessly_again():
    trainee, person = TraineeFactory(), trainee_person()

    link_person(trainee, person)
    link_person(trainee, person)

    trainee.refresh_from_db()
    assert trainee.user == person


def test_link_person_refuses_a_record_of_somebody_else():
    trainee = TraineeFactory(user=trainee_person())

    with pytest.raises(TraineeError):
        link_person(trainee, trainee_person())


def test_link_person_refuses_a_person_with_another_record():
    person = trainee_person()
    TraineeFactory(user=person)

    with pytest.raises(TraineeError):
        link_person(TraineeFactory(), person)


def test_submit_application_moves_and_mails_a_receipt():
    person = trainee_person(email="suryani@example.org")
    application = application_of(person, cycle__fiscal_year=2027, number=12)
    submit_deadline(application.cycle, timezone.localdate() + timedelta(days=3))

    application = submit_application(application, by=person)

    assert [application.state, _states(application)] == ["submitted", ["submitted"]]
    assert application.submitted_at is not None
    mail = Mail.objects.get()
    assert [mail.to, mail.to_name, mail.purpose, mail.language] == [
        "suryani@example.org",
        "Suryani",
        "application_receipt",
        "en",
    ]
    assert mail.subject == (
        "Receipt of your application 2027-0012: Local Government Officials Training Program, FY2027"
    )
    assert "Then you can change it until the end of" in mail.body
    assert mail.related == f"trainees.Application:{application.pk}"


def test_receipt_is_written_in_the_language_of_the_person():
    person = trainee_person(language="ja")
    application = application_of(person, cycle__fiscal_year=2027, number=3)

    submit_application(application, by=person)

    mail = Mail.objects.get()
    assert mail.subject == (
        "【受付】候補者調書 2027-0003（自治体職員協力交流事業 令和9年度（2027年度））"
    )
    assert "再び変更できます" in mail.body


def test_receipt_names_no_day_that_has_passed():
    person = trainee_person()
    application = application_of(person)
    submit_deadline(application.cycle, timezone.localdate() - timedelta(days=1))

    submit_application(application, by=person)

    assert "Then you can change it again." in Mail.objects.get().body


def test_second_submit_changes_nothing_and_mails_nothing():
    person = trainee_person()
    application = application_of(person)
    submit_application(application, by=person)

    submit_application(application, by=person)

    assert [_states(application), Mail.objects.count()] == [["submitted"], 1]


def test_submit_application_refuses_an_incomplete_one():
    person = trainee_person()
    application = application_of(person, complete=False)

    with pytest.raises(TraineeError):
        submit_application(application, by=person)

    application.refresh_from_db()
    assert [application.state, Mail.objects.count()] == ["draft", 0]


def test_submit_application_refuses_a_closed_cycle():
    person = trainee_person()
    application = application_of(person, cycle__state=Cycle.State.CLOSED)

    with pytest.raises(TraineeError):
        submit_application(application, by=person)


def test_returned_application_is_mailed_with_the_comment_and_submitted_again():
    person, staff = trainee_person(), staff_member()
    application = submit_application(application_of(person), by=person)

    return_application(application, reason="Please name your department.", by=staff)
    submit_application(application, by=person)

    assert _states(application) == ["submitted", "returned", "submitted"]
    purposes = list(Mail.objects.order_by("pk").values_list("purpose", flat=True))
    assert purposes == ["application_receipt", "application_returned", "application_receipt"]
    assert "Please name your department." in Mail.objects.get(purpose="application_returned").body


def test_return_application_needs_a_comment():
    person = trainee_person()
    application = submit_application(application_of(person), by=person)

    with pytest.raises(TraineeError):
        return_application(application, reason="  ", by=staff_member())


def test_comment_cannot_carry_a_link_or_a_header():
    person = trainee_person()
    application = submit_application(application_of(person), by=person)

    return_application(application, reason="See https://evil.example/\r\nBcc: a@b", by=person)

    mail = Mail.objects.get(purpose="application_returned")
    assert "https://evil.example" not in mail.body
    assert "\n" not in mail.subject


def test_complete_application_is_frozen_and_opened_again():
    person, staff = trainee_person(), staff_member()
    application = submit_application(application_of(person), by=person)

    mark_complete(application, by=staff)
    freeze(application, by=staff)
    mark_complete(application, by=staff)

    assert _states(application) == ["submitted", "complete", "frozen", "complete"]


@pytest.mark.parametrize("state", ApplicationState.values)
@pytest.mark.parametrize("target", list(WAYS))
def test_moves_outside_the_table_are_refused(state, target):
    moment = None if state == "draft" else timezone.now()
    application = ApplicationFactory(state=state, submitted_at=moment)
    staff = staff_member()

    if target in APPLICATION_MOVES.get(state, ()):
        WAYS[target](application, staff)
        assert application.state == target
    else:
        with pytest.raises(TraineeError):
            WAYS[target](application, staff)
        application.refresh_from_db()
        assert application.state == state


def test_faults_name_step_and_field_in_the_order_of_the_steps():
    application = ApplicationFactory(
        complete=False, trainee__born_on=None, trainee__passport_name="สมชาย"
    )

    assert [(step, field) for step, field, _message in faults_of(application)] == [
        ("names", "mrz_name"),
        ("person", "born_on"),
        ("person", "sex"),
        ("person", "residence"),
        ("person", "passport_number"),
        ("contact", "telephone"),
        ("contact", "address"),
        ("contact", "comes_alone"),
        ("contact", "emergency_name"),
        ("contact", "emergency_relation"),
        ("contact", "emergency_telephone"),
        ("needs", "agree_needs"),
        ("needs", "agree_health"),
        ("employer", "employer_department"),
        ("employer", "employer_position"),
        ("employer", "employed_since"),
        ("employer", "employer_duties"),
        ("education", "education-1-school"),
        ("languages", "english_level"),
        ("languages", "japanese_level"),
        ("japan", "never_in_japan"),
        ("japan", "never_refused"),
        ("field", "field"),
        ("field", "statement"),
        ("field", "future_use"),
        ("field", "available_from"),
        ("field", "available_until"),
    ]


def test_complete_application_has_no_fault_with_no_word_of_japanese():
    assert faults_of(CompleteApplicationFactory(japanese_level=0)) == []


def test_employment_before_birth_is_a_fault():
    application = CompleteApplicationFactory(employed_since=date(1989, 4, 1))

    assert [(step, field) for step, field, _message in faults_of(application)] == [
        ("employer", "employed_since")
    ]


def test_mail_goes_to_the_nominated_address_while_nobody_is_linked():
    application = ApplicationFactory(
        state="submitted", submitted_at=timezone.now(), trainee__email="nominee@example.org"
    )

    return_application(application, reason="Please sign.", by=UserFactory())

    assert Mail.objects.get().to == "nominee@example.org"


# A cycle that is over ---------------------------------------------------------------------------


@pytest.mark.parametrize("over", [Cycle.State.CLOSED, Cycle.State.CALLED_OFF])
@pytest.mark.parametrize(
    ("state", "target"),
    [
        ("submitted", ApplicationState.RETURNED),
        ("submitted", ApplicationState.COMPLETE),
        ("complete", ApplicationState.FROZEN),
        ("frozen", ApplicationState.COMPLETE),
        ("submitted", ApplicationState.WITHDRAWN),
    ],
)
def test_no_application_is_moved_once_its_cycle_is_over(over, state, target):
    application = ApplicationFactory(state=state, submitted_at=timezone.now())
    Cycle.objects.update(state=over)  # the row in hand still says that it is open

    with translation.override("en"), pytest.raises(TraineeError, match="cycle is closed"):
        WAYS[target](application, staff_member())

    application.refresh_from_db()
    assert [application.state, application.moves.count(), Mail.objects.count()] == [state, 0, 0]


def test_submit_application_reads_the_cycle_anew():
    person = trainee_person()
    application = application_of(person)
    Cycle.objects.update(state=Cycle.State.CLOSED)

    with translation.override("en"), pytest.raises(TraineeError, match="cycle is closed"):
        submit_application(application, by=person)

    application.refresh_from_db()
    assert application.state == "draft"


# What was judged --------------------------------------------------------------------------------


def test_later_edit_of_the_person_leaves_a_submitted_application_as_it_was():
    person = trainee_person()
    application = submit_application(application_of(person), by=person)
    mark_complete(application, by=staff_member())
    freeze(application, by=staff_member())

    Trainee.objects.update(passport_name="Suryani Baru", nationality="TH", born_on=None)

    kept = Application.objects.get(pk=application.pk).judged_person
    assert [kept.passport_name, kept.nationality.code, kept.born_on] == [
        "Suryani",
        "ID",
        date(1990, 5, 17),
    ]


def test_person_is_kept_anew_when_a_returned_application_is_submitted_again():
    person = trainee_person()
    application = submit_application(application_of(person), by=person)
    return_application(application, reason="The name", by=staff_member())
    Trainee.objects.update(passport_name="Suryani Baru")

    application = submit_application(application, by=person)

    assert application.person["passport_name"] == "Suryani Baru"


def test_freezing_again_keeps_the_person_of_the_first_time():
    person, staff = trainee_person(), staff_member()
    application = submit_application(application_of(person), by=person)
    mark_complete(application, by=staff)
    freeze(application, by=staff)
    Trainee.objects.update(passport_name="Suryani Baru")

    mark_complete(application, by=staff)
    freeze(application, by=staff)

    assert application.person["passport_name"] == "Suryani"


def test_freeze_keeps_the_person_of_an_application_that_has_no_snapshot():
    application = ApplicationFactory(state="complete", submitted_at=timezone.now())

    freeze(application, by=staff_member())

    assert application.person == application.trainee.snapshot


# Mails that cannot be written -------------------------------------------------------------------


def test_return_without_a_mail_leaves_the_application_submitted():
    application = ApplicationFactory(
        state="submitted", submitted_at=timezone.now(), trainee__email="no address"
    )

    with pytest.raises(TraineeError, match="no address"):
        return_application(application, reason="Please sign.", by=UserFactory())

    application.refresh_from_db()
    assert [application.state, application.moves.count()] == ["submitted", 0]
