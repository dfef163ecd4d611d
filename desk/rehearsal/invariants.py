"""What must be true at the end of every day; each rule gives the rows that break it.

The rules read the rows and the files again and trust no service: what a person has done or not is
told by the history of moves, what was sent by the files of the mails.
"""

import hashlib
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_binary_file, policy
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from hosts.contents import contents_of_all, fingerprint
from hosts.models import (
    AnswerEvent,
    AnswerVersion,
    DemandSurvey,
    HostRequest,
    RelayLetter,
    RemindedAnswer,
    SurveyAnswer,
    SurveyAnswerMove,
)
from hosts.states import ANSWER_EDITABLE, ANSWER_SILENT, AnswerState
from notices.letters import find_by_code, verify_letters
from notices.models import Letter, Mail, NumberRegister
from notices.states import LetterState, MailState
from placements.models import Nomination, Placement
from placements.states import SEATED, PlacementState
from schedule.models import Cycle, Deadline, Phase
from trainees.models import Application, ApplicationMove
from trainees.states import EDITABLE

GONE_ON = [AnswerState.FORWARDED, AnswerState.RECEIVED]


@dataclass
class Memory:
    """What earlier days have shown, so that a later day can be compared with them."""

    letters: dict[int, tuple[str, str]] = field(default_factory=dict)
    closed: dict[int, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # name of a mail's file → its Message-ID
    reminders: int = 0
    reminded: int = 0
    told: int = 0


Rule = Callable[[date, Memory], Iterator[str]]
RULES: list[tuple[str | Promise, Rule]] = []
BY_THE_CLOCK: list[Rule] = []  # those that may be broken although nothing was written


def rule(words: str | Promise, *, by_the_clock: bool = False) -> Callable[[Rule], Rule]:
    """Declare what must be true at the end of each day."""

    def declare(check: Rule) -> Rule:
        RULES.append((words, check))
        if by_the_clock:
            BY_THE_CLOCK.append(check)
        return check

    return declare


def broken_rows(
    on: date, memory: Memory, *, is_still: bool = False
) -> Iterator[tuple[str | Promise, str]]:
    """Every broken rule with its row; nothing on a good day.

    On most days of a year nobody does anything. A day is still when nothing was written since all
    rules were found to hold: then only those that the clock can break are looked after again.
    """
    for words, check in RULES:
        if is_still and check not in BY_THE_CLOCK:
            continue
        for row in check(on, memory):
            yield words, row


def what_is_written(database: sqlite3.Connection) -> tuple[object, ...]:
    """Differs as soon as a row was written, on this connection or past it; SQLite counts both."""
    past_it = database.execute("PRAGMA data_version").fetchone()
    return database, database.total_changes, past_it


# Places ---------------------------------------------------------------------------------------


@rule(_("No more people are placed than there are seats"))
def seats(on: date, memory: Memory) -> Iterator[str]:
    taken = Count("placements", filter=Q(placements__state__in=SEATED))
    for found in HostRequest.objects.annotate(taken=taken).filter(taken__gt=F("number")):
        yield f"hosts.HostRequest:{found.pk} has {found.number} seats, {found.taken} placed"


@rule(_("Nobody has two placements in one cycle"))
def one_placement(on: date, memory: Memory) -> Iterator[str]:
    people = Placement.objects.filter(state__in=SEATED).order_by()
    counted = people.values("application__trainee", "application__cycle").annotate(n=Count("pk"))
    for row in counted.filter(n__gt=1):
        yield f"trainees.Trainee:{row['application__trainee']} has {row['n']} placements"


@rule(_("A placement is announced with two letters, never with one"))
def two_letters(on: date, memory: Memory) -> Iterator[str]:
    issued = Count("notices", filter=Q(notices__letter__state=LetterState.ISSUED))
    told = Placement.objects.filter(state=PlacementState.ANNOUNCED).annotate(issued=issued)
    for found in told.exclude(issued=2):
        yield f"placements.Placement:{found.pk} was announced with {found.issued} letters"


# Letters --------------------------------------------------------------------------------------


@rule(_("The numbers of the letters have neither gaps nor doubles"))
def numbers(on: date, memory: Memory) -> Iterator[str]:
    given: dict[tuple[str, int], list[int]] = defaultdict(list)
    for series, year, number in Letter.objects.values_list("series", "fiscal_year", "number"):
        given[series, year].append(number)
    registers = {(row.series, row.fiscal_year): row for row in NumberRegister.objects.all()}
    for key in sorted({*given, *registers}):
        last = registers[key].last_number if key in registers else 0
        if sorted(given[key]) != list(range(1, last + 1)):
            yield f"notices.NumberRegister {key[0]} {key[1]}: {sorted(given[key])}, last {last}"


@rule(_("Every letter verifies, and its bytes are those of the day of its issue"))
def letters_stand(on: date, memory: Memory) -> Iterator[str]:
    for problem in verify_letters():
        yield f"notices.Letter {problem.reference}: {problem.message}"
    for letter in Letter.objects.issued().order_by("pk"):
        printed = (letter.sha256, letter.check_code)
        if letter.pk not in memory.letters and find_by_code(letter.check_code) != letter:
            yield f"notices.Letter:{letter.pk} is not found by its check code"
        if memory.letters.setdefault(letter.pk, printed) != printed:
            yield f"notices.Letter:{letter.pk} is another than on the day of its issue"


# Mails ----------------------------------------------------------------------------------------


@rule(_("Every mail has a cause"))
def causes(on: date, memory: Memory) -> Iterator[str]:
    for pk, related in _new_mails(on).values_list("pk", "related"):
        found = re.search(r"\b([a-z]+\.[A-Za-z]+):(\d+)", related)
        known = found and apps.get_model(found[1])._default_manager.filter(pk=found[2]).exists()
        if not known:
            yield f"notices.Mail:{pk} names {related!r}, which is no row"


@rule(_("No mail goes out twice, and none is lost"))
def once(on: date, memory: Memory) -> Iterator[str]:
    for row in Mail.objects.order_by().values("key").annotate(n=Count("pk")).filter(n__gt=1):
        yield f"notices.Mail with the key {row['key']} stands {row['n']} times in the outbox"
    _read_new_files(memory)
    copies = Counter(memory.files.values())
    sent = set(Mail.objects.filter(state=MailState.SENT).values_list("message_id", flat=True))
    for message_id in sorted(sent | copies.keys()):
        if (message_id in sent, copies[message_id]) != (True, 1):
            yield f"the mail {message_id} was handed over {copies[message_id]} times"


@rule(_("No mail is left in the outbox at the end of the day"), by_the_clock=True)
def all_left(on: date, memory: Memory) -> Iterator[str]:
    waiting = Mail.objects.exclude(state__in=[MailState.SENT, MailState.NOT_NEEDED])
    for mail in waiting.filter(due_at__lte=timezone.now()).order_by("pk"):
        yield f"notices.Mail:{mail.pk} to {mail.to} is {mail.state}: {mail.last_error}"


@rule(_("Nobody is reminded of what is done"))
def reminders(on: date, memory: Memory) -> Iterator[str]:
    fresh = Mail.objects.filter(
        purpose="reminder", state=MailState.SENT, pk__gt=memory.reminders
    ).order_by("pk")
    for mail in fresh:
        memory.reminders = mail.pk
        _word, code, rest = mail.related.split(":", 2)
        if mail.sent_at and not _was_open(code, rest, mail.sent_at):
            yield f"notices.Mail:{mail.pk} reminds {mail.to} of {code} {rest}, which was done"


def _was_open(code: str, rest: str, at: datetime) -> bool:
    """Whether the history of moves says that the thing was still to do at that moment."""
    if code == "answer-survey":
        moved = SurveyAnswerMove.objects.filter(answer=int(rest.split(":")[1]), at__lte=at)
        last = moved.order_by("at", "pk").last()
        return last is None or last.to_state in ANSWER_EDITABLE
    if code == "complete-application":
        steps = ApplicationMove.objects.filter(application=int(rest.split(":")[1]), at__lte=at)
        step = steps.order_by("at", "pk").last()
        return step is None or step.to_state in EDITABLE
    if code == "forward-survey":
        organisation, cycle = map(int, rest.split(":")[1:3])
        waiting = [AnswerState.SUBMITTED, AnswerState.HELD]
        answers = SurveyAnswer.objects.filter(survey__cycle=cycle, relay__organisation=organisation)
        states = {}
        for move in SurveyAnswerMove.objects.filter(answer__in=answers, at__lte=at):
            states[move.answer_id] = move.to_state
        return any(state in waiting for state in states.values())
    return True  # a duty of a later phase brings its own rule


def _new_mails(on: date) -> QuerySet[Mail]:
    return Mail.objects.filter(created_at__date=on).order_by("pk")


def _read_new_files(memory: Memory) -> None:
    """The Message-ID of each file of the outbox; a file is read once."""
    for file in sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml")):
        if file.name not in memory.files:
            with file.open("rb") as opened:
                header = message_from_binary_file(opened, policy=policy.default)["Message-ID"]
            memory.files[file.name] = str(header)


# The survey -----------------------------------------------------------------------------------


@rule(_("Every answer that was handed in is on record as it was handed in"))
def on_record(on: date, memory: Memory) -> Iterator[str]:
    given = SurveyAnswer.objects.exclude(state__in=ANSWER_EDITABLE).order_by("pk")
    for pk in given.filter(versions__isnull=True).values_list("pk", flat=True):
        yield f"hosts.SurveyAnswer:{pk} was handed in and has no version"
    running = list(given.filter(survey__cycle__state=Cycle.State.OPEN, versions__isnull=False))
    answers = list(dict.fromkeys(running))
    newest = AnswerVersion.objects.filter(answer__in=answers).order_by("number")
    kept = dict(newest.values_list("answer", "sha256"))
    says = contents_of_all(answers) if answers else {}
    for answer in answers:
        if fingerprint(says[answer.pk]) != kept[answer.pk]:
            yield f"hosts.SurveyAnswer:{answer.pk} says something else than its newest version"


@rule(_("Nobody who has answered the survey is reminded of it"))
def silent_reminded(on: date, memory: Memory) -> Iterator[str]:
    fresh = RemindedAnswer.objects.filter(pk__gt=memory.reminded).select_related("reminder")
    for row in fresh.order_by("pk"):
        memory.reminded = row.pk
        if not _was_silent(row.answer_id, row.reminder.at):
            yield f"hosts.SurveyAnswer:{row.answer_id} was reminded, though it had answered"
    mails = Mail.objects.filter(
        purpose__in=["survey_reminder", "survey_reminder_relay"],
        state=MailState.SENT,
        pk__gt=memory.told,
    )
    for mail in mails.order_by("pk"):
        memory.told = mail.pk
        _model, reminder, user = mail.related.split(":")
        side = "relay" if mail.purpose.endswith("relay") else "government"
        acts_for = Membership.objects.filter(user=int(user)).values("organisation")
        theirs = RemindedAnswer.objects.filter(
            **{"reminder": reminder, f"answer__{side}__organisation__in": acts_for}
        )
        waited = [_was_silent(pk, mail.sent_at) for pk in theirs.values_list("answer", flat=True)]
        if not any(waited):
            yield f"notices.Mail:{mail.pk} reminds {mail.to} of the survey, which was answered"


def _was_silent(answer: int, at: datetime | None) -> bool:
    moved = SurveyAnswerMove.objects.filter(answer=answer, at__lte=at).order_by("at", "pk").last()
    return moved is None or moved.to_state in ANSWER_SILENT


@rule(_("A relay's letter to the operator names only what the relay has forwarded"))
def letters_of_relays(on: date, memory: Memory) -> Iterator[str]:
    up = RelayLetter.objects.filter(direction=RelayLetter.Direction.UP).exclude(sha256="")
    for letter in up.select_related("round").order_by("pk"):
        for answer in letter.answers.order_by("pk"):
            moved = answer.moves.filter(at__lte=letter.finalised_at).order_by("at", "pk").last()
            gone_on = moved is not None and moved.to_state in GONE_ON
            if not gone_on or answer.relay_id != letter.round.relay_id:
                yield f"hosts.RelayLetter:{letter.pk} names hosts.SurveyAnswer:{answer.pk}"


@rule(_("Nothing is submitted to a closed survey that was not opened again for it"))
def closed_surveys(on: date, memory: Memory) -> Iterator[str]:
    late = SurveyAnswerMove.objects.filter(
        to_state=AnswerState.SUBMITTED, at__gt=F("answer__survey__closed_at")
    )
    for move in late.order_by("pk"):
        opened = AnswerEvent.objects.filter(
            answer=move.answer_id, kind=AnswerEvent.Kind.REOPENED, at__lte=move.at
        )
        if not opened.exists():
            yield f"hosts.SurveyAnswer:{move.answer_id} was submitted after the survey was closed"


# Cycles ---------------------------------------------------------------------------------------


@rule(_("A closed cycle does not change"))
def closed_cycles(on: date, memory: Memory) -> Iterator[str]:
    for cycle in Cycle.objects.exclude(state=Cycle.State.OPEN).order_by("pk"):
        digest = _digest_of(cycle)
        if memory.closed.setdefault(cycle.pk, digest) != digest:
            yield f"schedule.Cycle:{cycle.pk} ({cycle.fiscal_year}) changed after it was closed"


def _digest_of(cycle: Cycle) -> str:
    rows: list[QuerySet] = [
        Cycle.objects.filter(pk=cycle.pk),
        Phase.objects.filter(cycle=cycle),
        Deadline.objects.filter(cycle=cycle),
        DemandSurvey.objects.filter(cycle=cycle),
        SurveyAnswer.objects.filter(survey__cycle=cycle),
        HostRequest.objects.filter(answer__survey__cycle=cycle),
        Application.objects.filter(cycle=cycle),
        Nomination.objects.filter(application__cycle=cycle),
        Placement.objects.filter(application__cycle=cycle),
    ]
    digest = hashlib.sha256()
    for found in rows:
        sql, values = found.order_by("pk").values_list().query.sql_with_params()
        with connection.cursor() as cursor:  # as it is stored: thousands of rows, each day
            cursor.execute(sql, values)
            digest.update(repr(cursor.fetchall()).encode())
    return digest.hexdigest()


@rule(_("Nobody can sign in who was not invited"))
def invited(on: date, memory: Memory) -> Iterator[str]:
    people = User.objects.exclude(invitations_accepted__isnull=False)
    for user in people.exclude(memberships__role__in=["staff", "administrator"]).order_by("pk"):
        yield f"accounts.User:{user.pk} has accepted no invitation"
