"""Each rule of the rehearsal finds the row that breaks it, and nothing on a good day."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Invitation
from desk.rehearsal.invariants import RULES, Memory, broken_rows
from desk.rehearsal.stage import Broken, Said
from hosts.models import SurveyAnswer
from notices.mails import deliver, queue_mail
from notices.models import Mail, NumberRegister
from notices.states import MailState
from placements.models import Placement
from placements.states import PlacementState
from schedule.models import Cycle
from tests.factories import (
    ApplicationFactory,
    CycleFactory,
    PlacementFactory,
    UserFactory,
    application_of,
    open_request,
    submit_deadline,
    trainee_person,
)
from tests.notices.conftest import draft, issue, letter_store  # noqa: F401
from trainees.models import Application

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings, tmp_path: Path) -> Path:
    """Mails become files in a folder of the test's own."""
    settings.EMAIL_BACKEND = "notices.backends.FileBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


@pytest.fixture
def memory() -> Memory:
    return Memory()


def look(memory: Memory) -> list[str]:
    """The broken rows of today, without those of people whom no test invites."""
    found = broken_rows(timezone.localdate(), memory)
    return [row for words, row in found if "not invited" not in str(words)]


def send(application: Application, purpose: str = "application_receipt", **fields) -> Mail:
    mail = queue_mail(
        **{
            "key": f"{purpose}:{application.pk}",
            "purpose": purpose,
            "to": "suryani@example.org",
            "to_name": "Suryani",
            "language": "en",
            "subject": "We have received your application",
            "body": "It has arrived.",
            "related": f"trainees.Application:{application.pk}",
            **fields,
        }
    )
    deliver()
    return mail


def test_a_good_day_breaks_no_rule(memory, issue):  # noqa: F811
    issue()
    PlacementFactory()
    send(ApplicationFactory())

    assert look(memory) == []
    assert look(memory) == []
    assert len(RULES) >= 11


def test_more_people_than_seats_are_named(memory):
    cycle = CycleFactory()
    request = open_request(cycle, number=1)
    for _person in range(2):
        PlacementFactory(
            application=ApplicationFactory(
                cycle=cycle, state="submitted", submitted_at=timezone.now()
            ),
            host_request=request,
        )

    assert look(memory) == [f"hosts.HostRequest:{request.pk} has 1 seats, 2 placed"]


def test_a_second_placement_of_one_person_is_named(memory):
    first = PlacementFactory()
    person, cycle = first.application.trainee, first.application.cycle
    Application.objects.filter(pk=first.application.pk).update(state="withdrawn")
    again = ApplicationFactory(
        trainee=person, cycle=cycle, state="submitted", submitted_at=timezone.now()
    )
    PlacementFactory(application=again)

    assert look(memory) == [f"trainees.Trainee:{person.pk} has 2 placements"]


def test_an_announcement_without_its_letters_is_named(memory):
    placement = PlacementFactory()
    Placement.objects.update(state=PlacementState.ANNOUNCED, decided_on=date(2027, 2, 19))

    assert look(memory) == [f"placements.Placement:{placement.pk} was announced with 0 letters"]


def test_a_gap_in_the_numbers_is_named(memory, issue):  # noqa: F811
    issue()
    NumberRegister.objects.update(last_number=3)

    found = look(memory)

    assert "notices.NumberRegister KK 2026: [1], last 3" in found


def test_a_flipped_bit_is_named(memory, issue, letter_store):  # noqa: F811
    letter = issue()
    assert look(memory) == []
    file = letter_store / letter.file
    file.write_bytes(file.read_bytes()[:-1] + b"\0")

    assert look(memory) == [
        f"notices.Letter {letter.reference}: "
        f"The file of letter {letter.reference} is not the one that was issued."
    ]


def test_a_letter_that_became_another_is_named(memory, issue):  # noqa: F811
    letter = issue()
    memory.letters[letter.pk] = ("0" * 64, letter.check_code)

    assert look(memory) == [f"notices.Letter:{letter.pk} is another than on the day of its issue"]


def test_a_mail_without_a_cause_is_named(memory):
    mail = send(ApplicationFactory(), related="trainees.Application:987654321")

    assert look(memory) == [
        f"notices.Mail:{mail.pk} names 'trainees.Application:987654321', which is no row"
    ]


def test_a_mail_handed_over_twice_is_named(memory, outbox):
    mail = send(ApplicationFactory())
    (file,) = outbox.glob("*.eml")
    (outbox / f"99{file.name}").write_bytes(file.read_bytes())

    assert look(memory) == [f"the mail {mail.message_id} was handed over 2 times"]


def test_a_lost_mail_is_named(memory, outbox):
    mail = send(ApplicationFactory())
    for file in outbox.glob("*.eml"):
        file.unlink()

    assert look(memory) == [f"the mail {mail.message_id} was handed over 0 times"]


def test_a_mail_that_stays_is_named(memory):
    mail = send(ApplicationFactory())
    Mail.objects.update(state=MailState.FAILED, sent_at=None, last_error="550 no such user")

    assert f"notices.Mail:{mail.pk} to suryani@example.org is failed: 550 no such user" in (
        look(memory)
    )


def test_a_reminder_of_what_is_done_is_named(memory):
    user = trainee_person()
    application = application_of(user)
    submit_deadline(application.cycle, timezone.localdate() + timedelta(days=3))
    subject = f"trainees.Application:{application.pk}"
    related = f"duty:complete-application:{subject}:{user.pk}"
    still_to_do = send(application, "a-reminder", key="reminder:1", related=related)
    Mail.objects.filter(pk=still_to_do.pk).update(purpose="reminder")
    assert look(memory) == []
    application.moves.create(from_state="draft", to_state="submitted")
    late = send(application, "late-reminder", key="reminder:2", related=related)
    Mail.objects.filter(pk=late.pk).update(purpose="reminder")

    assert look(memory) == [
        f"notices.Mail:{late.pk} reminds suryani@example.org of "
        f"complete-application {subject}:{user.pk}, which was done"
    ]


@pytest.mark.parametrize(
    "touch",
    [
        lambda cycle: SurveyAnswer.objects.filter(survey__cycle=cycle).update(version=9),
        lambda cycle: Application.objects.filter(cycle=cycle).update(statement="More."),
        lambda cycle: cycle.deadlines.update(due_on=date(2030, 1, 1)),
    ],
)
def test_a_touched_closed_cycle_is_named(memory, touch: Callable[[Cycle], object]):
    cycle = CycleFactory()
    open_request(cycle)
    ApplicationFactory(cycle=cycle)
    submit_deadline(cycle, timezone.localdate())
    Cycle.objects.update(state=Cycle.State.CLOSED)
    assert look(memory) == []
    touch(cycle)

    assert look(memory) == [
        f"schedule.Cycle:{cycle.pk} ({cycle.fiscal_year}) changed after it was closed"
    ]


def test_a_person_whom_nobody_invited_is_named(memory):
    user = UserFactory()

    rows = [row for _words, row in broken_rows(timezone.localdate(), memory)]

    assert rows == [f"accounts.User:{user.pk} has accepted no invitation"]
    Invitation.objects.create(
        email=user.email, role="trainee", token_hash="1" * 64, accepted_by=user, language="en"
    )
    assert list(broken_rows(timezone.localdate(), memory)) == []


def test_what_was_said_reads_in_the_readers_language():
    fault = Broken(date(2027, 2, 19), "No more people", "hosts.HostRequest:12")

    assert str(fault) == "2027-02-19: No more people: hosts.HostRequest:12"
    assert str(Said("Nominates {name}.", {"name": "SURYANI"})) == "Nominates SURYANI."
