"""The demand survey from its first draft to the day on which it is sent out.

It is there with its cycle, as a draft that asks everybody; the staff compose it and open it.
"""

import logging
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.queries import people_by_organisation
from notices.mails import queue_mails, still_needed
from notices.models import Mail
from schedule.models import Cycle
from schedule.openers import ends_with_cycle, opens_with_cycle
from schedule.vocabulary import DeadlineCode

from .closing import close_survey
from .models import DemandSurvey, LocalGovernment, SurveyAnswer
from .services import HostError

logger = logging.getLogger(__name__)

PURPOSE = "survey_open"


@opens_with_cycle
def compose_survey(cycle: Cycle) -> None:
    """Draft the survey: every local government that exists on the day on which the cycle is opened
    is to be asked, through the relay that the last survey of the programme gave it, else its usual
    one. Nobody but the staff sees it before it is opened.
    """
    survey = DemandSurvey.objects.create(cycle=cycle)
    today = timezone.localdate(cycle.opened_at) if cycle.opened_at else timezone.localdate()
    governments = LocalGovernment.objects.existing(today).select_related("prefecture")
    before = relays_of_before(cycle)
    SurveyAnswer.objects.bulk_create(
        [
            SurveyAnswer(
                survey=survey, government=each, relay=before.get(each.pk, each.usual_relay)
            )
            for each in governments
        ],
        batch_size=500,
    )


def relays_of_before(cycle: Cycle) -> dict[int, LocalGovernment | None]:
    """Who relayed for whom in the last survey of this programme, as far as both still exist."""
    before = (
        DemandSurvey.objects.filter(
            cycle__programme=cycle.programme_id,
            cycle__fiscal_year__lt=cycle.fiscal_year,
            opened_at__isnull=False,
        )
        .order_by("-cycle__fiscal_year")
        .first()
    )
    if before is None:
        return {}
    rows = SurveyAnswer.objects.filter(survey=before).select_related(
        "relay__organisation", "relay__prefecture"
    )
    return {
        row.government_id: row.relay
        for row in rows
        if row.relay is None or row.relay.valid_until is None
    }


@ends_with_cycle
def close_with_cycle(cycle: Cycle, by: User | None) -> None:
    """A cycle that ends closes its survey: what was answered is frozen as it stands. One that was
    still being composed was never sent, and stays so.
    """
    for survey in DemandSurvey.objects.filter(cycle=cycle, opened_at__isnull=False, closed_at=None):
        close_survey(survey, by=by)


@transaction.atomic
def open_survey(survey: DemandSurvey, *, by: User | None, at: datetime | None = None) -> None:
    """Send the survey out: the governments see it, and those who answer or relay are told.

    Opening it again does nothing. Raises HostError when its cycle is over or it asks nobody.
    """
    locked = (
        DemandSurvey.objects.select_for_update(of=("self",))
        .select_related("cycle__programme")
        .get(pk=survey.pk)
    )
    if locked.opened_at is None:
        _open(locked, by=by, at=at or timezone.now())
    survey.refresh_from_db()


def _open(survey: DemandSurvey, *, by: User | None, at: datetime) -> None:
    if survey.cycle.state != Cycle.State.OPEN:
        raise HostError(_("This cycle is closed; its answers can no longer be changed."))
    asked = asked_by(survey)
    if not asked:
        raise HostError(_("The survey asks nobody yet. Choose whom to ask."))
    survey.opened_at, survey.opened_by = at, by
    survey.save(update_fields=["opened_at", "opened_by"])
    tell_those_asked(survey, asked)


def asked_by(survey: DemandSurvey) -> list[SurveyAnswer]:
    rows = SurveyAnswer.objects.filter(survey=survey)
    return list(rows.select_related("government__organisation", "relay__organisation"))


def recipients_of(
    survey: DemandSurvey, answers: list[SurveyAnswer], today: date
) -> dict[User, dict[str, date]]:
    """Who is told that the survey is open, each with the days ahead: the coordinators of those
    asked and the officers of their relays. A survey of the past is told to nobody.
    """
    due = {each.code: each.due_on for each in survey.cycle.deadlines.all() if each.due_on >= today}
    coordinators = people_by_organisation(Role.COORDINATOR, on=today)
    relays = people_by_organisation(Role.RELAY, on=today)
    days: dict[User, dict[str, date]] = {}
    for answer in answers:
        if answer_by := due.get(answer.survey_deadline):
            for user in coordinators.get(answer.government.organisation_id, []):
                theirs = days.setdefault(user, {})
                theirs["answer_by"] = min(theirs.get("answer_by", answer_by), answer_by)
        forward_by = due.get(DeadlineCode.SURVEY_RELAY)
        if forward_by and answer.relay:
            for user in relays.get(answer.relay.organisation_id, []):
                days.setdefault(user, {})["forward_by"] = forward_by
    return days


def tell_those_asked(survey: DemandSurvey, answers: list[SurveyAnswer]) -> None:
    """One mail for each person, however many governments they act for, and never a second one.

    An address that no mail can be sent to keeps nobody else from theirs.
    """
    told = recipients_of(survey, answers, timezone.localdate())
    queued = queue_mails(_draft(survey, user, days) for user, days in told.items())
    for key, reason in queued.refused.items():
        logger.error("%s was not told of %s: %s", key, survey.pk, reason)


def _draft(survey: DemandSurvey, user: User, days: dict[str, date]) -> dict[str, Any]:
    cycle = survey.cycle
    with translation.override(user.language):
        context = {
            "name": user.name,
            "programme": cycle.programme.name,
            "fiscal_year": cycle.year_label,
            "text": survey.text,
            "address": settings.SITE_URL + reverse("hosts:home"),
            **days,
        }
    return {
        "key": f"{PURPOSE}:{survey.pk}:{user.pk}",
        "purpose": PURPOSE,
        "to": user.email,
        "to_name": user.name,
        "language": user.language,
        "template": PURPOSE,
        "context": context,
        "related": f"hosts.DemandSurvey:{survey.pk}",
    }


@still_needed(PURPOSE)
def reason_against(mail: Mail) -> str | None:
    """Nobody is told of a survey whose cycle is over already."""
    pk = mail.related.rpartition(":")[2]
    is_open = DemandSurvey.objects.filter(pk=pk, cycle__state=Cycle.State.OPEN).exists()
    return None if is_open else "The cycle is no longer open."
