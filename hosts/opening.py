"""What opens with a cycle here: the demand survey, with one answer for each local government, and a
mail to everybody who has a part in it.
"""

import logging
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Role, User
from accounts.queries import people_by_organisation
from notices.mails import queue_mail, still_needed
from notices.models import Mail, NoticeError
from schedule.models import Cycle
from schedule.openers import opens_with_cycle
from schedule.vocabulary import DeadlineCode

from .models import DemandSurvey, LocalGovernment, SurveyAnswer

logger = logging.getLogger(__name__)

PURPOSE = "survey_open"


@opens_with_cycle
def open_survey(cycle: Cycle) -> None:
    """Ask every local government that exists, and tell those who answer or relay for it."""
    survey = DemandSurvey.objects.create(cycle=cycle)
    governments = list(LocalGovernment.objects.filter(valid_until=None))
    SurveyAnswer.objects.bulk_create(
        [SurveyAnswer(survey=survey, government=government) for government in governments],
        batch_size=500,
    )
    _tell_people(survey, governments, timezone.localdate())


def _tell_people(survey: DemandSurvey, governments: list[LocalGovernment], today: date) -> None:
    """One mail for each person, with the days ahead; a survey of the past is told to nobody.

    An address that no mail can be sent to keeps nobody else from theirs.
    """
    due = {each.code: each.due_on for each in survey.cycle.deadlines.all() if each.due_on >= today}
    coordinators = people_by_organisation(Role.COORDINATOR, on=today)
    relays = people_by_organisation(Role.RELAY, on=today)
    days: dict[User, dict[str, date]] = {}
    for government in governments:
        if answer_by := due.get(government.survey_deadline):
            for user in coordinators.get(government.organisation_id, []):
                theirs = days.setdefault(user, {})
                theirs["answer_by"] = min(theirs.get("answer_by", answer_by), answer_by)
        if forward_by := due.get(DeadlineCode.SURVEY_RELAY):
            for user in relays.get(government.organisation_id, []):
                days.setdefault(user, {})["forward_by"] = forward_by
    for user, theirs in days.items():
        try:
            _tell(survey, user, theirs)
        except NoticeError as error:
            logger.error("user %s was not told of %s: %s", user.pk, survey.pk, error)


def _tell(survey: DemandSurvey, user: User, days: dict[str, date]) -> None:
    cycle = survey.cycle
    with translation.override(user.language):
        context = {
            "name": user.name,
            "programme": cycle.programme.name,
            "fiscal_year": cycle.year_label,
            "address": settings.SITE_URL + reverse("hosts:home"),
            **days,
        }
    queue_mail(
        key=f"{PURPOSE}:{survey.pk}:{user.pk}",
        purpose=PURPOSE,
        to=user.email,
        to_name=user.name,
        language=user.language,
        template=PURPOSE,
        context=context,
        related=f"hosts.DemandSurvey:{survey.pk}",
    )


@still_needed(PURPOSE)
def reason_against(mail: Mail) -> str | None:
    """Nobody is told of a survey whose cycle is over already."""
    pk = mail.related.rpartition(":")[2]
    is_open = DemandSurvey.objects.filter(pk=pk, cycle__state=Cycle.State.OPEN).exists()
    return None if is_open else "The cycle is no longer open."
