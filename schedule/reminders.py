"""Reminders of duties: one mail for each person, duty and stage, for ever."""

import logging
from collections.abc import Iterable
from collections.abc import Set as Keys
from datetime import date

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from notices.mails import queue_mail, still_needed
from notices.models import Mail

from .duties import REMIND_DAYS_BEFORE, Duty, duties_of_all, pending_duty
from .models import Programme

logger = logging.getLogger(__name__)

STAGES = [*(f"{days}-days" for days in REMIND_DAYS_BEFORE), "overdue"]  # in their order in time
CHUNK = 100  # reminders of one transaction, so that nobody waits long for a run


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


def plan_reminders(duties: Iterable[Duty], on: date, known: Keys[str]) -> list[tuple[Duty, str]]:
    """Who is to be reminded of what on this day: values in, values out, no database, no clock.

    `known` are the keys of the reminders that were queued before. One of a later stage stands for
    the earlier ones, so that a clock that was set back reminds nobody as if it were early. A
    deadline that had passed when its cycle was opened could not be met: nobody is reminded of it.
    """
    return [
        (duty, stage)
        for duty in duties
        if (stage := stage_of(duty, on))
        and not _was_over_at_opening(duty)
        and known.isdisjoint(_keys_from(duty, stage))
    ]


def _was_over_at_opening(duty: Duty) -> bool:
    if duty.deadline is None or duty.due_on is None:
        return False
    return duty.due_on < timezone.localdate(duty.deadline.cycle.opened_at)


def _keys_from(duty: Duty, stage: str) -> list[str]:
    """The keys of this stage and of those that come after it."""
    return [_key(duty, each) for each in STAGES[STAGES.index(stage) :]]


def queue_reminders(on: date, *, dry_run: bool = False) -> list[tuple[Duty, str]]:
    """Queue the reminders of this day that are not in the outbox yet, and return them.

    One that cannot be queued is logged, left out and tried again with the next run: it keeps
    nobody else from theirs. Raises OperationalError or InterfaceError when the database is gone.
    """
    due = plan_reminders(duties_of_all(on), on, known=frozenset())
    if dry_run:
        return plan_reminders([duty for duty, _stage in due], on, _known(due))
    queued = []
    for start in range(0, len(due), CHUNK):
        queued += _queue_chunk(due[start : start + CHUNK], on)
    return queued


@transaction.atomic
def _queue_chunk(due: list[tuple[Duty, str]], on: date) -> list[tuple[Duty, str]]:
    """Look what was queued before and queue the rest: one run at a time."""
    hold_planning()
    fresh = plan_reminders([duty for duty, _stage in due], on, _known(due))
    return [(duty, stage) for duty, stage in fresh if _is_queued(_key(duty, stage), duty, on)]


def hold_planning() -> None:
    """Let no second run plan before this transaction ends: whoever plans holds the programmes."""
    list(Programme.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _known(due: list[tuple[Duty, str]]) -> frozenset[str]:
    keys = [key for duty, stage in due for key in _keys_from(duty, stage)]
    return frozenset(Mail.objects.filter(key__in=keys).values_list("key", flat=True))


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
    cycle = duty.deadline.cycle if duty.deadline else None  # a question has a day of its own
    with translation.override(user.language):
        context = {
            "name": user.name,
            "title": str(duty.title),
            "deadline": duty.due_on,
            "days_left": duty.days_left(on),
            "programme": cycle.programme.name if cycle else "",
            "fiscal_year": cycle.year_label if cycle else "",
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
    code, subject, user_pk = _parts(mail.related)
    today = timezone.localdate()
    user = User.objects.filter(pk=user_pk, is_active=True).first()
    duty = pending_duty(code, subject, user, today) if user else None
    if duty is None:
        return _("The duty no longer stands.")
    _start, due_on, stage = mail.key.rsplit(":", 2)
    if duty.due_on is None or duty.due_on.isoformat() != due_on:
        return _("The day was moved.")
    reached = stage_of(duty, today)
    if reached and STAGES.index(reached) > STAGES.index(stage):
        return _("A later reminder takes its place.")
    return None


def _parts(related: str) -> tuple[str, str, str]:
    """Code, subject and person of the duty that a reminder tells of."""
    _duty, code, rest = related.split(":", 2)
    subject, user_pk = rest.rsplit(":", 1)
    return code, subject, user_pk
