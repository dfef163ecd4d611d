"""What those answer to whom an opening was handed on."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import PersonalLink, Role, User
from hosts.services import people_of
from notices.mails import queue_mail
from trainees.models import ContactLog

from ..models import Forwarding, Nomination
from .ground import PlacementError, in_our_words
from .nomination_mails import request_words
from .recruitment import lock_opening

Answer = Forwarding.Answer


@in_our_words()
@transaction.atomic
def record_answer(
    forwarding: Forwarding,
    *,
    answer: str,
    note: str = "",
    by: User | None = None,
    link: PersonalLink | None = None,
    channel: str = "",
    happened_on: date | None = None,
) -> Forwarding:
    """Write down the answer of an agency or a government: as it gives it by its personal link, or
    as an officer heard it by telephone or letter; with a channel it is kept in the log of talks as
    well. A correction replaces the answer, its history stays in the change log.

    Of a new answer by link the officers of the office are told, unless its nominees have said it;
    the same one twice changes and mails nothing. Raises PlacementError for an answer that is none,
    a day in the future, and what stands against an answer by link.
    """
    locked = _lock(forwarding)
    today = timezone.localdate()
    if answer not in Answer.values:
        raise PlacementError(_("There is no such answer."))
    if happened_on is not None and happened_on > today:
        raise PlacementError(_("This day lies in the future."))
    is_new = locked.answer != answer
    if link is not None:
        if not is_new and locked.answer_note == note:
            return locked
        _check_by_link(locked, answer, note, link)
    locked.answer, locked.answer_note, locked.recorded_by = answer, note, by
    locked.answered_at = None if answer == Answer.WAITING else timezone.now()
    locked.save(update_fields=["answer", "answer_note", "recorded_by", "answered_at"])
    if channel:
        _keep_talk(locked, channel, happened_on or today, by)
    if link is not None and is_new and answer != Answer.NOMINATES:  # each nominee was told of
        _tell_office(locked)
    return locked


def _check_by_link(forwarding: Forwarding, answer: str, note: str, link: PersonalLink) -> None:
    """Who says "nobody" says why; who has nominated gives no other answer before."""
    if answer == Answer.NOMINATES:
        return
    if answer == Answer.NOBODY and not note.strip():
        raise PlacementError(_("Write why nobody is nominated."))
    nominees = Nomination.objects.counted().filter(opening=forwarding.opening_id)
    if nominees.filter(link=link).exists():
        raise PlacementError(_("You have nominated somebody. Ask the office to take that back."))


def _keep_talk(forwarding: Forwarding, channel: str, on: date, by: User | None) -> None:
    said = _("{opening}: {answer}").format(
        opening=forwarding.opening, answer=forwarding.get_answer_display()
    )
    ContactLog.objects.create(
        organisation=forwarding.organisation,
        contact=forwarding.contact,
        channel=channel,
        happened_on=on,
        text=f"{said}\n{forwarding.answer_note}".strip(),
        by=by,
    )


def _lock(forwarding: Forwarding) -> Forwarding:
    opening = lock_opening(forwarding.opening)
    row = (
        Forwarding.objects.select_for_update(of=("self",))
        .select_related("organisation", "contact")
        .get(pk=forwarding.pk)
    )
    row.opening = opening
    return row


def _tell_office(forwarding: Forwarding) -> None:
    opening = forwarding.opening
    at = forwarding.answered_at
    for user in people_of(opening.office.organisation_id, Role.OVERSEAS_OFFICE):
        queue_mail(
            key=f"forwarding-answer:{forwarding.public_id}:{at:%Y%m%d%H%M%S%f}:{user.pk}",
            purpose="forwarding_answer",
            to=user.email,
            to_name=user.name,
            language=user.language,
            template="forwarding_answer",
            context={
                "organisation": forwarding.organisation.name_in(user.language),
                "request": request_words(opening.host_request, user.language),
                "is_nobody": forwarding.answer == Answer.NOBODY,
                "note": forwarding.answer_note,
            },
            related=f"placements.Forwarding:{forwarding.pk}",
        )
