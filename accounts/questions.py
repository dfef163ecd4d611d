"""What people do with questions: ask, answer, note a call, close, reopen; and who is mailed."""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from files.received import store_all
from notices.mails import queue_mail, still_needed
from notices.models import Mail, NoticeError

from .models import STAFF_ROLES, Membership, User
from .moves import make_move
from .subjects import OPERATOR, Party, Subject, subject_of
from .threads import THREAD_MOVES, Channel, Thread, ThreadEntry, ThreadFile, ThreadState

logger = logging.getLogger(__name__)

PURPOSE = "question"
FILES_FOR = "question"


class QuestionError(Exception):
    """A rule of the questions was broken. The message is written for the user."""


_move = partial(make_move, table=THREAD_MOVES, refuse=QuestionError)


@dataclass(frozen=True)
class ByHand:
    """What was said elsewhere: how, on which day, with whom."""

    channel: str
    happened_on: date
    counterpart: str
    counterpart_name: str = ""


@dataclass(frozen=True)
class Place:
    """A thread with its subject and the row it is about; `side` is for whom its reader speaks."""

    thread: Thread
    subject: Subject
    row: Any
    taking_part: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether the row still takes anything; its cycle may be over."""
        return self.subject.is_open(self.row)

    def party(self, code: str) -> Party | None:
        return self.subject.party(code)

    def name(self, code: str) -> str:
        """The office behind a side today, in the language of the reader."""
        party = self.subject.party(code)
        if party is None:
            return code
        if not party.is_there(self.row):
            return str(party.label)
        return party.name(self.row)

    def side_of(self, user: User) -> Party | None:
        """For whom this person writes here: of several sides the one that is asked."""
        sides = self.subject.sides_of(user, self.row)
        if sides and sides[0].code == OPERATOR:
            return sides[0]
        order = [self.thread.addressee, self.thread.asker, *self.taking_part]
        found = [side for side in sides if side.code in order]
        return min(found, key=lambda side: order.index(side.code)) if found else None

    def readers(self, side: Party) -> list[Party]:
        """To whom this side can write: the others that take part."""
        codes = [code for code in self.taking_part if code != side.code]
        order = [self.thread.asker, self.thread.addressee]
        codes.sort(key=lambda code: order.index(code) if code in order else len(order))
        present = {party.code for party in self.subject.parties_of(self.row)}
        parties = [self.subject.party(code) for code in codes if code in present]
        return [party for party in parties if party is not None]


def people_of(
    parties: Iterable[Party], row: Any, *, on: date | None = None
) -> dict[str, list[User]]:
    """The people of each of these sides today, in one query."""
    parties = list(parties)
    offices = {party.code: party.organisation(row) for party in parties}
    speakers = _speakers(
        on or timezone.localdate(),
        {role for party in parties for role in party.roles},
        {office.pk for office in offices.values() if office is not None},
        {person.pk for party in parties if (person := party.person(row)) is not None},
    )
    return {
        party.code: speakers.of(party, offices[party.code], party.person(row)) for party in parties
    }


class Speakers:
    """Who speaks for which office on a day, in the order in which they came."""

    def __init__(self, memberships: Iterable[Membership]):
        self.memberships = list(memberships)

    def of(self, party: Party, office: Any, person: User | None = None) -> list[User]:
        """The people of one side; the operator's staff belong to it wherever they are employed,
        and a person alone is one by their own membership.
        """
        found = [
            each.user
            for each in self.memberships
            if each.role in party.roles
            and (
                party.code == OPERATOR
                or (office and office.pk == each.organisation_id)
                or (person and person.pk == each.user_id)
            )
        ]
        return list(dict.fromkeys(found))


def _speakers(on: date, roles: set[str], offices: set[int], people: set[int]) -> Speakers:
    in_offices = Q(organisation__in=offices) | Q(role__in=STAFF_ROLES) | Q(user__in=people)
    memberships = Membership.objects.in_force(on).filter(
        in_offices, role__in=roles, user__is_active=True
    )
    return Speakers(memberships.select_related("user").order_by("pk"))


def waiting_people(on: date) -> list[tuple[Thread, list[User]]]:
    """Every question that waits for an answer, with the people who are to give it on this day: one
    query for each kind of row and one for the people.
    """
    threads = list(Thread.objects.unanswered())
    placed = []
    for kind in sorted({thread.kind for thread in threads}):
        subject = subject_of(kind)
        if subject is None:
            continue
        rows = subject.rows().in_bulk([each.subject_id for each in threads if each.kind == kind])
        for thread in threads:
            party = subject.party(thread.addressee)
            if thread.kind == kind and party and thread.subject_id in rows:
                row = rows[thread.subject_id]
                placed.append((thread, party, party.organisation(row), party.person(row)))
    if not placed:
        return []
    people = _speakers(
        on,
        {role for _thread, party, _office, _person in placed for role in party.roles},
        {office.pk for _thread, _party, office, _person in placed if office is not None},
        {person.pk for _thread, _party, _office, person in placed if person is not None},
    )
    return [(thread, people.of(party, office, person)) for thread, party, office, person in placed]


@transaction.atomic
def ask(
    subject: Subject,
    row: Any,
    *,
    by: User,
    addressee: str,
    title: str,
    text: str,
    reading: Collection[str] = (),
    answer_by: date | None = None,
    files: Sequence[UploadedFile] = (),
) -> Thread:
    """Ask a party of this row; its people are mailed that there is a question.

    Raises QuestionError where the row takes no more questions, or for a party it does not have;
    FileRefused for a file.
    """
    if not subject.is_open(row):
        raise QuestionError(_("This cycle is over; nothing new can be asked or written."))
    sides = subject.sides_of(by, row)
    codes = {party.code for party in subject.parties_of(row)}
    if not sides:
        raise QuestionError(_("You can ask only where you take part."))
    asker = sides[0]
    if addressee not in codes or addressee == asker.code or not set(reading) <= codes:
        raise QuestionError(_("Choose whom to ask."))
    thread = Thread.objects.create(
        kind=subject.key,
        subject_id=row.pk,
        title=title,
        asker=asker.code,
        addressee=addressee,
        answer_by=answer_by,
        opened_by=by,
    )
    thread.moves.create(by=by, from_state="", to_state=ThreadState.OPEN)
    for code in dict.fromkeys([asker.code, addressee, *sorted(reading)]):
        thread.parties.create(party=code)
    place = Place(thread, subject, row, [asker.code, addressee])
    entry = _add(place, by=by, side=asker, text=text, for_party=addressee, files=files)
    _tell(place, entry, "asked")
    return thread


@transaction.atomic
def write(
    place: Place,
    *,
    by: User,
    text: str,
    for_party: str = "",
    is_internal: bool = False,
    by_hand: ByHand | None = None,
    settles: bool = False,
    files: Sequence[UploadedFile] = (),
) -> ThreadEntry:
    """Write into a thread. What the party that was asked writes to the one that asks is an answer;
    what that one writes back is a further question. The people written for are mailed.

    A call or a letter, noted by hand, is an answer where it is said to be one. An internal note is
    the staff's: it changes nothing and mails nobody. Raises QuestionError, FileRefused.
    """
    place = _locked(place)
    side = place.side_of(by)
    if side is None:
        raise QuestionError(_("You can write only where you take part."))
    if is_internal:
        if side.code != OPERATOR:
            raise QuestionError(_("Internal notes are for the staff."))
        return _add(
            place, by=by, side=side, text=text, is_internal=True, by_hand=by_hand, files=files
        )
    _refuse_if_over(place)
    _check_words(place, side, for_party, by_hand)
    entry = _add(
        place, by=by, side=side, text=text, for_party=for_party, by_hand=by_hand, files=files
    )
    if not place.thread.parties.filter(party=side.code).exists():
        place.thread.parties.create(party=side.code)  # whoever is written to can write back
    act = _act_of(place, side, for_party, by_hand, settles)
    if act == "answered" and place.thread.state == ThreadState.OPEN:
        _move(place.thread, ThreadState.ANSWERED, by=by)
    if act == "asked_again" and place.thread.state == ThreadState.ANSWERED:
        _move(place.thread, ThreadState.OPEN, by=by, waiting_since=timezone.now())
    _tell(place, entry, act)
    return entry


def _check_words(place: Place, side: Party, for_party: str, by_hand: ByHand | None) -> None:
    readers = {party.code for party in place.readers(side)}
    if by_hand is None and for_party not in readers:
        raise QuestionError(_("Choose for whom you write."))
    if by_hand is not None:
        if not side.notes_calls:
            raise QuestionError(_("Calls and letters are noted by relay officers and the staff."))
        if for_party and for_party not in readers:
            raise QuestionError(_("Choose for whom you write."))


def _act_of(
    place: Place, side: Party, for_party: str, by_hand: ByHand | None, settles: bool
) -> str:
    """What an entry is: an answer, a further question, or a remark beside both."""
    thread = place.thread
    if by_hand is not None:
        return "answered" if settles else "remarked"
    if (side.code, for_party) == (thread.addressee, thread.asker):
        return "answered"
    if (side.code, for_party) == (thread.asker, thread.addressee):
        return "asked_again"
    return "remarked"


@transaction.atomic
def close_question(place: Place, *, by: User) -> None:
    """Whoever asked says that nothing more is wanted; the staff may for everybody. Twice is once.

    Raises QuestionError for anybody else.
    """
    place = _locked(place)
    if not may_close(place, by):
        raise QuestionError(_("Only the side that asked, or the staff, can close a question."))
    if place.thread.state != ThreadState.CLOSED:
        _move(place.thread, ThreadState.CLOSED, by=by)


@transaction.atomic
def reopen_question(place: Place, *, by: User, reason: str) -> None:
    """Ask again, with what is still missing; the party that is asked is mailed. Twice is once."""
    place = _locked(place)
    _refuse_if_over(place, closed_too=False)
    if place.thread.state != ThreadState.CLOSED:
        return
    side = place.side_of(by)
    if side is None or side.code not in {place.thread.asker, place.thread.addressee, OPERATOR}:
        raise QuestionError(_("You can write only where you take part."))
    _move(place.thread, ThreadState.OPEN, by=by, reason=reason[:500], waiting_since=timezone.now())
    target = place.thread.addressee
    if side.code == target:
        target = place.thread.asker
    entry = _add(place, by=by, side=side, text=reason, for_party=target)
    _tell(place, entry, "asked_again")


def may_close(place: Place, user: User) -> bool:
    side = place.side_of(user)
    return side is not None and side.code in {place.thread.asker, OPERATOR}


def place_of(thread: Thread, *, taking_part: list[str] | None = None) -> Place | None:
    """The thread with its row; None where the row or its kind is no more."""
    subject = subject_of(thread.kind)
    row = subject.rows().filter(pk=thread.subject_id).first() if subject else None
    if subject is None or row is None:
        return None
    if taking_part is None:
        taking_part = list(thread.parties.order_by("pk").values_list("party", flat=True))
    return Place(thread, subject, row, taking_part)


def _locked(place: Place) -> Place:
    """The thread under lock and its row as it is now."""
    thread = Thread.objects.select_for_update().get(pk=place.thread.pk)
    fresh = place_of(thread)
    if fresh is None:
        raise QuestionError(_("What this question is about is no longer there."))
    return fresh


def _refuse_if_over(place: Place, *, closed_too: bool = True) -> None:
    if not place.is_open:
        raise QuestionError(_("This cycle is over; nothing new can be asked or written."))
    if closed_too and place.thread.state == ThreadState.CLOSED:
        raise QuestionError(_("This question has been closed. Reopen it to write more."))


def _add(
    place: Place,
    *,
    by: User,
    side: Party,
    text: str,
    for_party: str = "",
    is_internal: bool = False,
    by_hand: ByHand | None = None,
    files: Sequence[UploadedFile] = (),
) -> ThreadEntry:
    entry = ThreadEntry.objects.create(
        thread=place.thread,
        text=text,
        by=by,
        by_party=side.code,
        by_organisation=side.organisation(place.row),
        for_party=for_party,
        is_internal=is_internal,
        channel=by_hand.channel if by_hand else Channel.PORTAL,
        happened_on=by_hand.happened_on if by_hand else None,
        counterpart=by_hand.counterpart if by_hand else "",
        counterpart_name=by_hand.counterpart_name if by_hand else "",
    )
    for stored in store_all(files, by=by, purpose=FILES_FOR):
        ThreadFile.objects.create(entry=entry, file=stored)
    if not is_internal:  # what only the staff see moves nothing that others could notice
        Thread.objects.filter(pk=place.thread.pk).update(written_at=entry.at)
        place.thread.written_at = entry.at
    return entry


# Mails ------------------------------------------------------------------------------------------
def _tell(place: Place, entry: ThreadEntry, act: str) -> None:
    """One mail for each person of the side that it was written for: that there is something, from
    whom and where; never what it says. An address that no mail can be sent to keeps nobody else
    from theirs.
    """
    party = place.party(entry.for_party)
    if party is None or entry.by_party == entry.for_party:
        return
    for user in people_of([party], place.row)[party.code]:
        if user.pk == entry.by_id:
            continue
        try:
            _queue(place, entry, user, act)
        except NoticeError as error:
            logger.error("user %s was not told of entry %s: %s", user.pk, entry.pk, error)


def _queue(place: Place, entry: ThreadEntry, user: User, act: str) -> None:
    with translation.override(user.language):
        context = {
            "act": act,
            "about": place.subject.title(place.row),
            "office": place.name(entry.by_party),
            "person": entry.by.name if entry.by else "",
            "answer_by": place.thread.answer_by if act == "asked" else None,
            "address": settings.SITE_URL + place.thread.get_absolute_url(),
        }
    queue_mail(
        key=f"{PURPOSE}:{entry.public_id}:{user.pk}",
        purpose=PURPOSE,
        to=user.email,
        to_name=user.name,
        language=user.language,
        template=PURPOSE,
        context=context,
        related=f"accounts.ThreadEntry:{entry.pk}:{user.pk}",
    )


@still_needed(PURPOSE)
def reason_against(mail: Mail) -> str | None:
    """Nobody is told of a question that they may no longer see, or that was closed meanwhile."""
    _label, entry_pk, user_pk = mail.related.rsplit(":", 2)
    user = User.objects.filter(pk=user_pk, is_active=True).first()
    entry = ThreadEntry.objects.select_related("thread").filter(pk=entry_pk).first()
    if user is None or entry is None:
        return _("The person or the question is no more.")
    if not ThreadEntry.objects.visible_to(user).filter(pk=entry.pk).exists():
        return _("The person no longer takes part.")
    if entry.thread.state == ThreadState.CLOSED:
        return _("The question has been closed.")
    return None
