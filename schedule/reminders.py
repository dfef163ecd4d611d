"""Reminders of duties: one mail for each person, duty and stage, for ever."""

import logging
from datetime import date

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone, translation

from accounts.models import User
from notices.mails import queue_mail, still_needed
from notices.models import Mail

from .duties import REMIND_DAYS_BEFORE, Duty, duties_of_all, pending_duty

logger = logging.getLogger(__name__)

STAGES = [*(f"{days}-days" for days in REMIND_DAYS_BEFORE), "overdue"]  # in their order in time


def stage_of(duty: Duty, on: date) -> str | None:
    """The stage that a duty is in on this day: the nearest one that has been reached, or None.

    A beat that was away for days sends the nearest stage only, never an early one late.
    """
    left = duty.days_left(on)
    if left is None or left > max(REMIND_DAYS_BEFORE):
        return None
    if left < 0:
        return "overdue"
    return f"{min(days for days in REMIND_DAYS_BEFORE if days >= left)}-days"


def due_reminders(on: date) -> list[tuple[Duty, str]]:
    """Who is to be reminded of what on this day, whether or not it was sent before.

    A deadline that had passed when its cycle was opened could not be met: nobody is reminded of it.
    """
    return [
        (duty, stage)
        for duty in duties_of_all(on)
        if (stage := stage_of(duty, on)) and not _was_over_at_opening(duty)
    ]


def _was_over_at_opening(duty: Duty) -> bool:
    if duty.deadline is None:
        return False
    return duty.deadline.due_on < timezone.localdate(duty.deadline.cycle.opened_at)


def queue_reminders(on: date, *, dry_run: bool = False) -> list[tuple[Duty, str]]:
    """Queue the reminders of this day that are not in the outbox yet, and return them.

    One that cannot be queued is logged, left out and tried again with the next run: it keeps
    nobody else from theirs. Raises OperationalError or InterfaceError when the database is gone.
    """
    reminders = {_key(duty, stage): (duty, stage) for duty, stage in due_reminders(on)}
    known = set(Mail.objects.filter(key__in=list(reminders)).values_list("key", flat=True))
    fresh = {key: reminder for key, reminder in reminders.items() if key not in known}
    if dry_run:
        return list(fresh.values())
    return [reminder for key, reminder in fresh.items() if _is_queued(key, reminder[0], on)]


def _is_queued(key: str, duty: Duty, on: date) -> bool:
    try:
        with transaction.atomic():
            _queue(key, duty, on)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # The key names rows by their numbers; the error's own words could name the person.
        logger.error("%s was not queued: %s", key, type(error).__name__)
        return False
    return True


def _key(duty: Duty, stage: str) -> str:
    due_on = duty.due_on.isoformat() if duty.due_on else ""
    return f"reminder:{duty.code}:{duty.subject}:{duty.user.pk}:{due_on}:{stage}"


def _queue(key: str, duty: Duty, on: date) -> None:
    user = duty.user
    if duty.deadline is None:
        return  # nothing to remind of
    with translation.override(user.language):
        context = {
            "name": user.name,
            "title": str(duty.title),
            "deadline": duty.due_on,
            "days_left": duty.days_left(on),
            "programme": duty.deadline.cycle.programme.name,
            "fiscal_year": duty.deadline.cycle.year_label,
            "address": f"{settings.SITE_URL}/{user.language}/home/",
        }
    queue_mail(
        key=key,
        purpose="reminder",
        to=user.email,
        to_name=user.name,
        language=user.language,
        template="reminder",
        context=context,
        related=f"duty:{duty.code}:{duty.subject}:{user.pk}",
    )


@still_needed("reminder")
def reason_against(mail: Mail) -> str | None:
    """A reminder of a thing that was done, withdrawn or moved meanwhile is no longer needed."""
    _word, code, subject, user_pk = _parts(mail.related)
    today = timezone.localdate()
    user = User.objects.filter(pk=user_pk, is_active=True).first()
    duty = pending_duty(code, subject, user, today) if user else None
    if duty is None:
        return "The duty no longer stands."
    _start, due_on, stage = mail.key.rsplit(":", 2)
    if duty.due_on is None or duty.due_on.isoformat() != due_on:
        return "The day was moved."
    reached = stage_of(duty, today)
    if reached and STAGES.index(reached) > STAGES.index(stage):
        return "A later reminder takes its place."
    return None


def _parts(related: str) -> tuple[str, str, str, str]:
    word, code, rest = related.split(":", 2)
    subject, user_pk = rest.rsplit(":", 1)
    return word, code, subject, user_pk
