"""Answers that came by paper, telephone or mail: those who received them enter them in the portal.

While an answer is being entered, the staff and the officers of its relay fill in the same pages as
its coordinators (`permissions.can_edit`), and it is marked as entered wherever it is shown.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User

from .models import AnswerEvent, SurveyAnswer
from .permissions import can_relay
from .services import HostError, lock_for_edit

# How an answer may come that is entered by hand; a spreadsheet is taken in by its own page.
CHANNELS = [
    SurveyAnswer.Channel.PAPER,
    SurveyAnswer.Channel.TELEPHONE,
    SurveyAnswer.Channel.MAIL,
]
NOTE_LENGTH = 300


def may_enter(user: User, answer: SurveyAnswer) -> bool:
    """The staff and the officers of its relay enter an answer; its coordinators just answer."""
    return user.is_staff or can_relay(user, answer)


def reason_against_receipt(day: date) -> str | None:
    """Why nothing can have come on this day; None where it can."""
    return _("The day of receipt lies in the future.") if day > timezone.localdate() else None


@transaction.atomic
def start_entry(
    answer: SurveyAnswer, channel: str, received_on: date, note: str, by: User
) -> SurveyAnswer:
    """Begin to enter what came outside the portal; saying the same twice changes nothing.

    `note` says from whom and how it came. Nobody is mailed: the receipt of the submission tells the
    coordinators that it was entered for them. Raises HostError for whoever may not, once the answer
    was submitted, or for a day that lies ahead.
    """
    if not may_enter(by, answer):
        raise HostError(_("Only the staff and the relay of this government enter its answer."))
    if channel not in CHANNELS:
        raise HostError(_("Choose how the answer came."))
    if against := reason_against_receipt(received_on):
        raise HostError(against)
    note = note.strip()
    if not note or len(note) > NOTE_LENGTH:
        raise HostError(_("Write from whom and how the answer came, in up to 300 characters."))
    locked = lock_for_edit(answer)
    known = locked.events.filter(kind=AnswerEvent.Kind.ENTRY_STARTED).last()
    is_same = (
        known is not None
        and locked.channel == channel
        and locked.entered_by == by
        and locked.entered_note == note
        and known.day == received_on
    )
    if not is_same:
        _save(locked, channel=channel, by=by, note=note)
        locked.events.create(
            kind=AnswerEvent.Kind.ENTRY_STARTED,
            channel=channel,
            day=received_on,
            reason=note,
            by=by,
        )
    answer.refresh_from_db()
    return answer


@transaction.atomic
def end_entry(answer: SurveyAnswer, *, by: User) -> SurveyAnswer:
    """Give an answer that is being entered back to its government: from now on only the
    coordinators fill it in. What was typed stays. Once given back, nothing happens.

    Raises HostError for whoever may not, or once the answer was submitted.
    """
    if not may_enter(by, answer):
        raise HostError(_("Only the staff and the relay of this government enter its answer."))
    locked = lock_for_edit(answer)
    if locked.channel != SurveyAnswer.Channel.PORTAL:
        was = locked.channel
        _save(locked, channel=SurveyAnswer.Channel.PORTAL, by=None, note="")
        locked.events.create(kind=AnswerEvent.Kind.ENTRY_ENDED, channel=was, by=by)
    answer.refresh_from_db()
    return answer


def _save(answer: SurveyAnswer, *, channel: str, by: User | None, note: str) -> None:
    answer.channel, answer.entered_by, answer.entered_note = channel, by, note
    answer.version += 1
    answer.save(update_fields=["channel", "entered_by", "entered_note", "version"])
