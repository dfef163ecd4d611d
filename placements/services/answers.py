"""What those to whom an opening was forwarded answer."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import PersonalLink, Role, User
from hosts.services import people_of
from notices.mails import queue_mail

from ..models import Forwarding, Nomination
from .ground import PlacementError, in_our_words, lock_open
from .nomination_mails import request_words


@in_our_words()
@transaction.atomic
def answer_forwarding(
    forwarding: Forwarding,
    *,
    answer: str,
    note: str = "",
    by: User | None = None,
    link: PersonalLink | None = None,
) -> Forwarding:
    """Write down the answer of an agency or a government, and tell the officers of the office.

    Whoever has nominated somebody gives no other answer before that nomination is withdrawn. The
    same answer twice changes and mails nothing. Raises PlacementError.
    """
    cycle = forwarding.opening.host_request.cycle
    lock_open(cycle)
    locked = Forwarding.objects.select_for_update().get(pk=forwarding.pk)
    if (locked.answer, locked.answer_note) == (answer, note):
        return locked
    if answer == Forwarding.Answer.NOBODY and not note.strip():
        raise PlacementError(_("Write why nobody is nominated."))
    nominees = Nomination.objects.counted().filter(opening=locked.opening_id)
    other = answer != Forwarding.Answer.NOMINATES
    if other and link and nominees.filter(link=link).exists():
        raise PlacementError(_("You have nominated somebody. Ask the office to take that back."))
    is_new = locked.answer != answer
    locked.answer, locked.answer_note, locked.answered_at = answer, note, timezone.now()
    locked.recorded_by = by
    locked.save(update_fields=["answer", "answer_note", "answered_at", "recorded_by"])
    if is_new:
        _tell_office(locked, but=by)
    return locked


def _tell_office(forwarding: Forwarding, *, but: User | None) -> None:
    opening = forwarding.opening
    at = forwarding.answered_at
    for user in people_of(opening.office.organisation_id, Role.OVERSEAS_OFFICE):
        if but is not None and user.pk == but.pk:
            continue
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
                "is_nobody": forwarding.answer == Forwarding.Answer.NOBODY,
                "is_nominated": forwarding.answer == Forwarding.Answer.NOMINATES,
                "note": forwarding.answer_note,
            },
            related=f"placements.Forwarding:{forwarding.pk}",
        )
