"""What the demonstration's answers said when they were handed on, as it is kept for ever."""

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from hosts.closing import close_survey
from hosts.models import AnswerVersion, DemandSurvey, SurveyAnswer
from hosts.states import ANSWER_SILENT, AnswerState
from hosts.versioning import keep_versions
from japan.business_days import roll

TOGETHER = 100  # answers with many requests say much


def at_ten(day: date) -> datetime:
    """Ten in the morning of a day in Japan: when the deeds of the demonstration are done."""
    return datetime.combine(day, time(10), tzinfo=timezone.get_current_timezone())


def received_on_of(year: int) -> date:
    """The day on which the answers of a past year had come."""
    return roll(date(year - 1, 12, 1), "after")


def put_on_record(*, by: User, running_year: int) -> None:
    """Keep what was submitted as it stood, and close the surveys of past years."""
    for survey in DemandSurvey.objects.select_related("cycle").order_by("cycle__fiscal_year"):
        rows = SurveyAnswer.objects.filter(survey=survey).exclude(state__in=ANSWER_SILENT)
        received = rows.filter(state=AnswerState.RECEIVED)
        _keep(received, AnswerVersion.Occasion.RECEIVED, by=by, later=timedelta(days=2))
        others = rows.exclude(state=AnswerState.RECEIVED)
        _keep(others, AnswerVersion.Occasion.SUBMITTED, by=None, later=timedelta())
        year = survey.cycle.fiscal_year
        if year != running_year:
            closed_on = roll(received_on_of(year) + timedelta(days=14), "after")
            close_survey(survey, by=by, at=at_ten(closed_on))


def _keep(
    rows: QuerySet[SurveyAnswer], occasion: str, *, by: User | None, later: timedelta
) -> None:
    moments = rows.order_by("submitted_at").values_list("submitted_at", flat=True).distinct()
    for at in filter(None, moments):
        found = list(rows.filter(submitted_at=at).order_by("pk"))
        for start in range(0, len(found), TOGETHER):
            chunk = found[start : start + TOGETHER]
            keep_versions(chunk, occasion, by=by, at=at + later)
