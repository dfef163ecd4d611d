"""More time for one government, with a reason that stays; and taking it back."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from notices.mails import queue_mails, still_needed
from notices.models import Mail

from .models import AnswerEvent, SurveyAnswer
from .services import HostError, coordinators_of, lock_for_edit, relay_officers_of
from .standing import standing_of

PURPOSE = "survey_extension"
FURTHEST_DAYS = 366


@transaction.atomic
def extend_answer(
    answer: SurveyAnswer, *, until: date, reason: str, by: User | None
) -> SurveyAnswer:
    """Give one government more time; its coordinators and its relay are mailed.

    The day lies after the deadline, by a year at most, and not before today. Extending to the same
    day for the same reason again changes nothing. Raises HostError otherwise, or once the answer
    was submitted.
    """
    reason = reason.strip()
    if not reason:
        raise HostError(_("Write the reason for the extension."))
    locked = lock_for_edit(answer)
    if against := reason_against_day(locked, until):
        raise HostError(against)
    if (locked.extended_until, locked.extension_reason) != (until, reason):
        _save(locked, until=until, reason=reason)
        event = locked.events.create(
            kind=AnswerEvent.Kind.EXTENDED, day=until, reason=reason, by=by
        )
        _tell(locked, event)
    answer.refresh_from_db()
    return answer


@transaction.atomic
def end_extension(answer: SurveyAnswer, *, by: User | None) -> SurveyAnswer:
    """Take an extension back: the usual deadline counts again, and who was told of the extension is
    told of that. Without an extension nothing happens.
    """
    locked = lock_for_edit(answer)
    if locked.extended_until is not None:
        _save(locked, until=None, reason="")
        event = locked.events.create(kind=AnswerEvent.Kind.EXTENSION_ENDED, by=by)
        _tell(locked, event)
    answer.refresh_from_db()
    return answer


def told_of_extension(answer: SurveyAnswer) -> list[User]:
    """Who is mailed when this answer is given more time, or less."""
    people = {user.pk: user for user in [*coordinators_of(answer), *relay_officers_of(answer)]}
    return list(people.values())


def usual_day(answer: SurveyAnswer) -> date | None:
    """The day that holds for this government without an extension."""
    with_none = SurveyAnswer(survey=answer.survey, government=answer.government, relay=answer.relay)
    return standing_of(with_none, timezone.localdate()).due_on


def reason_against_day(answer: SurveyAnswer, until: date) -> str | None:
    """Why this answer is not given time until this day; None where it may be."""
    today = timezone.localdate()
    usual = usual_day(answer)
    if usual is not None and until <= usual:
        words = _("Choose a day after the deadline, {day}.")
        return words.format(day=date_format(usual, "DATE_FORMAT"))
    if until < today:
        return _("This day has passed already.")
    if (until - max(today, usual or today)).days > FURTHEST_DAYS:
        return _("This day is more than a year away.")
    return None


def _save(answer: SurveyAnswer, *, until: date | None, reason: str) -> None:
    answer.extended_until, answer.extension_reason = until, reason
    answer.version += 1
    answer.save(update_fields=["extended_until", "extension_reason", "version"])


def _tell(answer: SurveyAnswer, event: AnswerEvent) -> None:
    people = told_of_extension(answer)
    relays = {user.pk for user in relay_officers_of(answer)}
    coordinators = {user.pk for user in coordinators_of(answer)}
    day = answer.extended_until or usual_day(answer)
    queue_mails(
        _draft(answer, event, user, day, is_relay=user.pk in relays - coordinators)
        for user in people
    )


def _draft(
    answer: SurveyAnswer, event: AnswerEvent, user: User, day: date | None, *, is_relay: bool
) -> dict[str, object]:
    with translation.override(user.language):
        cycle = answer.survey.cycle
        context = {
            "government": answer.government.full_name_in(user.language),
            "programme": cycle.programme.name,
            "fiscal_year": cycle.year_label,
            "day": day,
            "is_extension": event.kind == AnswerEvent.Kind.EXTENDED,
            "reason": event.reason,
            "is_relay": is_relay,
            "address": settings.SITE_URL + reverse("hosts:answer", args=[answer.public_id]),
        }
    return {
        "key": f"{PURPOSE}:{event.pk}:{user.pk}",
        "purpose": PURPOSE,
        "to": user.email,
        "to_name": user.name,
        "language": user.language,
        "template": PURPOSE,
        "context": context,
        "related": f"hosts.AnswerEvent:{event.pk}",
    }


@still_needed(PURPOSE)
def reason_against(mail: Mail) -> str | None:
    """A day that was changed again meanwhile is told by the later mail alone."""
    event = AnswerEvent.objects.filter(pk=mail.related.rpartition(":")[2])
    found = event.select_related("answer").first()
    if found is None or found.answer.extended_until != found.day:
        return "The day was changed again."
    return None
