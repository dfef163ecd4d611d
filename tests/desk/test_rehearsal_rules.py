"""Each rule of the rehearsal finds the row that breaks it, and nothing on a good day."""

import hashlib
import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Invitation, Role
from desk.rehearsal.invariants import RULES, Memory, broken_rows, what_is_written
from desk.rehearsal.stage import Broken, Said
from hosts.closing import close_survey
from hosts.models import (
    AnswerVersion,
    RelayLetter,
    RelayRound,
    RemindedAnswer,
    SurveyAnswer,
    SurveyReminder,
)
from hosts.relay_letters import FOLDER
from hosts.versioning import keep_versions
from notices.letters.keeping import store
from notices.mails import deliver, queue_mail
from notices.models import Mail, NumberRegister
from notices.states import MailState
from placements.models import Placement
from placements.states import PlacementState
from schedule.models import Cycle
from tests.factories import (
    ApplicationFactory,
    CycleFactory,
    DemandSurveyFactory,
    LocalGovernmentFactory,
    PlacementFactory,
    SurveyAnswerFactory,
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


def look(memory: Memory, *, with_records: bool = False) -> list[str]:
    """The broken rows of today, without those of people whom no test invites and, unless a test is
    about them, of answers that a factory handed in.
    """
    left_out = ["not invited"] if with_records else ["not invited", "on record"]
    found = broken_rows(timezone.localdate(), memory)
    return [row for words, row in found if not any(each in str(words) for each in left_out)]


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
    assert len(RULES) >= 15


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


def test_on_a_still_day_only_what_the_clock_can_break_is_looked_after(memory):
    """A mail that nobody delivers waits, and later is left; nobody has written anything between."""
    application = ApplicationFactory()
    send(application)
    tomorrow = timezone.now() + timedelta(days=1)
    send(application, key="later", due_at=tomorrow)
    assert list(broken_rows(timezone.localdate(), memory, is_still=True)) == []
    UserFactory()  # what only rows can break is not read again, if they are said to be the same
    with time_machine.travel(tomorrow + timedelta(hours=1)):
        rows = [row for _words, row in broken_rows(timezone.localdate(), memory, is_still=True)]

    assert len(rows) == 1
    assert rows[0].startswith("notices.Mail:")


def test_a_day_on_which_a_row_was_written_is_not_still(tmp_path):
    """Whoever wrote it; the control is a day on which rows were only read."""
    own, other = sqlite3.connect(tmp_path / "rows"), sqlite3.connect(tmp_path / "rows")
    own.execute("CREATE TABLE placement (seats)")
    seen = [what_is_written(own)]
    for writer, sql in (
        (own, "INSERT INTO placement VALUES (1)"),
        (own, "UPDATE placement SET seats = 2"),
        (other, "UPDATE placement SET seats = 3"),
        (own, "SELECT * FROM placement"),
    ):
        writer.execute(sql)
        writer.commit()
        seen.append(what_is_written(own))

    assert len(set(seen[:4])) == 4
    assert seen[4] == seen[3]


def test_what_was_said_reads_in_the_readers_language():
    fault = Broken(date(2027, 2, 19), "No more people", "hosts.HostRequest:12")

    assert str(fault) == "2027-02-19: No more people: hosts.HostRequest:12"
    assert str(Said("Nominates {name}.", {"name": "SURYANI"})) == "Nominates SURYANI."


# The survey -----------------------------------------------------------------------------------


def received_answer() -> SurveyAnswer:
    """An answer that was handed in and received, on record as it stands."""
    survey = DemandSurveyFactory()
    answer = SurveyAnswerFactory(
        survey=survey,
        state="received",
        has_demand=False,
        submitted_at=timezone.now(),
    )
    answer.moves.create(from_state="not_opened", to_state="submitted")
    answer.moves.create(from_state="submitted", to_state="received")
    keep_versions([answer], AnswerVersion.Occasion.RECEIVED, by=None)
    return answer


def test_an_answer_without_a_version_or_with_other_words_is_named(memory):
    answer = received_answer()
    assert look(memory, with_records=True) == []
    SurveyAnswer.objects.filter(pk=answer.pk).update(no_demand_reason="Another one.")
    other = SurveyAnswerFactory(
        survey=answer.survey, state="submitted", has_demand=False, submitted_at=timezone.now()
    )

    assert look(memory, with_records=True) == [
        f"hosts.SurveyAnswer:{other.pk} was handed in and has no version",
        f"hosts.SurveyAnswer:{answer.pk} says something else than its newest version",
    ]


def test_a_reminder_to_whoever_has_answered_is_named(memory):
    answer = received_answer()
    silent = SurveyAnswerFactory(survey=answer.survey)
    user = UserFactory()
    user.memberships.create(organisation=answer.government.organisation, role=Role.COORDINATOR)
    reminder = SurveyReminder.objects.create(survey=answer.survey, by=user)
    RemindedAnswer.objects.create(reminder=reminder, answer=silent, people=1)
    assert look(memory, with_records=True) == []
    RemindedAnswer.objects.create(reminder=reminder, answer=answer, people=1)
    SurveyReminder.objects.update(at=timezone.now())
    mail = queue_mail(
        key="survey_reminder:1",
        purpose="a-reminder",
        to=user.email,
        to_name=user.name,
        language="en",
        subject="Please answer",
        body="Silence is no answer.",
        related=f"hosts.SurveyReminder:{reminder.pk}:{user.pk}",
    )
    deliver()
    Mail.objects.filter(pk=mail.pk).update(purpose="survey_reminder")

    assert look(memory, with_records=True) == [
        f"hosts.SurveyAnswer:{answer.pk} was reminded, though it had answered",
        f"notices.Mail:{mail.pk} reminds {user.email} of the survey, which was answered",
    ]


def test_a_letter_upwards_that_names_what_was_not_forwarded_is_named(memory, letter_store):  # noqa: F811
    answer = received_answer()
    relay = LocalGovernmentFactory()
    SurveyAnswer.objects.filter(pk=answer.pk).update(relay=relay)
    keep_versions(
        [SurveyAnswer.objects.get(pk=answer.pk)], AnswerVersion.Occasion.RECEIVED, by=None
    )
    round_ = RelayRound.objects.create(survey=answer.survey, relay=relay)
    content = b"%PDF-1.7 a letter"
    digest = hashlib.sha256(content).hexdigest()
    store(digest, content, folder=FOLDER)
    letter = RelayLetter.objects.create(
        round=round_,
        direction="up",
        state="final",
        number="8-1",
        dated_on=timezone.localdate(),
        sha256=digest,
        size=len(content),
        finalised_at=timezone.now(),
    )
    letter.answers.add(answer)
    assert look(memory, with_records=True) == []
    waiting = SurveyAnswerFactory(survey=answer.survey, relay=relay)
    letter.answers.add(waiting)

    assert look(memory, with_records=True) == [
        f"hosts.RelayLetter:{letter.pk} names hosts.SurveyAnswer:{waiting.pk}"
    ]


def test_a_submission_after_the_closing_is_named(memory):
    answer = received_answer()
    close_survey(answer.survey, by=None)
    assert look(memory, with_records=True) == []
    answer.moves.create(from_state="returned", to_state="submitted")

    late = f"hosts.SurveyAnswer:{answer.pk} was submitted after the survey was closed"
    assert look(memory, with_records=True) == [late]
    answer.events.create(kind="reopened", reason="-", at=timezone.now() - timedelta(hours=1))
    assert look(memory, with_records=True) == []
