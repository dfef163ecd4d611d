"""The end of a survey: what was answered is frozen, and one answer may be opened again.

After the closing governments and relays change nothing more. What lies with a relay may still be
received by the operator, who may also open the survey again for one answer, with a reason. A cycle
that ends closes its survey with it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from notices.mails import queue_mails

from .models import AnswerEvent, AnswerVersion, DemandSurvey, SurveyAnswer
from .services import HostError, coordinators_of, lock_open, return_answer
from .states import ANSWER_EDITABLE, ANSWER_SILENT, AnswerState
from .versioning import CHUNK, keep_versions

PURPOSE = "survey_reopened"


@dataclass(frozen=True)
class Unfinished:
    """What has not arrived when a survey is about to be closed, by number of governments."""

    silent: int
    drafts: int
    returned: int
    with_relay: int
    to_receive: int

    @property
    def is_nothing(self) -> bool:
        return not (self.silent or self.returned or self.with_relay or self.to_receive)


def unfinished(survey: DemandSurvey) -> Unfinished:
    """What would stay where it is if the survey were closed now: one query."""
    rows = (
        survey.answers.order_by()
        .values("state")
        .annotate(number=Count("pk"), without_relay=Count("pk", filter=Q(relay__isnull=True)))
    )
    states: Counter = Counter()
    direct: Counter = Counter()
    for row in rows:
        states[row["state"]], direct[row["state"]] = row["number"], row["without_relay"]
    arrived = direct[AnswerState.SUBMITTED]
    return Unfinished(
        silent=sum(states[state] for state in ANSWER_SILENT),
        drafts=states[AnswerState.DRAFT],
        returned=states[AnswerState.RETURNED],
        with_relay=states[AnswerState.SUBMITTED] - arrived + states[AnswerState.HELD],
        to_receive=states[AnswerState.FORWARDED] + arrived,
    )


@transaction.atomic
def close_survey(survey: DemandSurvey, *, by: User | None, at: datetime | None = None) -> bool:
    """Close the survey and freeze what was handed in; False if it was closed already.

    Every answer is locked, so that one that is being submitted at this moment is either in, with
    all it says, or refused. Raises HostError for a survey that was never opened.
    """
    locked = DemandSurvey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if locked.opened_at is None:
        raise HostError(_("This survey was not opened yet."))
    is_new = locked.closed_at is None
    if is_new:
        locked.closed_at, locked.closed_by = at or timezone.now(), by
        locked.version += 1
        locked.save(update_fields=["closed_at", "closed_by", "version"])
        _freeze(locked, by=by, at=locked.closed_at)
    survey.refresh_from_db(fields=["closed_at", "closed_by", "version"])
    return is_new


def _freeze(survey: DemandSurvey, *, by: User | None, at: datetime | None) -> None:
    rows = SurveyAnswer.objects.select_for_update(of=("self",)).filter(survey=survey)
    handed_in = [row for row in rows.order_by("pk") if row.state not in ANSWER_EDITABLE]
    for start in range(0, len(handed_in), CHUNK):
        chunk = handed_in[start : start + CHUNK]
        keep_versions(chunk, AnswerVersion.Occasion.CLOSED, by=by, at=at)


def reason_against_last_day(day: date) -> str | None:
    """Why an answer cannot be opened again until this day; None where it can."""
    return _("This day has passed already.") if day < timezone.localdate() else None


@transaction.atomic
def reopen_answer(
    answer: SurveyAnswer, *, reason: str, by: User, until: date | None = None
) -> SurveyAnswer:
    """Open a closed survey again for this one answer, if wanted with a day; its people are mailed.

    What was handed in is given back as `return_answer` does; what was never handed in may be
    answered after all. Raises HostError without a reason, for a day that has passed, or while the
    survey is open.
    """
    reason = reason.strip()
    if not reason:
        raise HostError(_("Write the reason; it stays with the answer."))
    if until is not None and (against := reason_against_last_day(until)):
        raise HostError(against)
    locked = lock_open(answer)
    if locked.is_under_way:
        raise HostError(_("This answer is open already."))
    if until is not None:
        locked.extended_until, locked.extension_reason = until, reason
        locked.save(update_fields=["extended_until", "extension_reason"])
    if locked.state in ANSWER_EDITABLE:
        locked.reopened_at = timezone.now()
        locked.version += 1
        locked.save(update_fields=["reopened_at", "version"])
        event = locked.events.create(
            kind=AnswerEvent.Kind.REOPENED, day=until, reason=reason, by=by
        )
        queue_mails(_draft(locked, event, user) for user in coordinators_of(locked))
        answer.refresh_from_db()
        return answer
    return return_answer(answer, reason=reason, by=by)


def _draft(answer: SurveyAnswer, event: AnswerEvent, user: User) -> Mapping[str, object]:
    with translation.override(user.language):
        cycle = answer.survey.cycle
        context = {
            "government": answer.government.full_name_in(user.language),
            "programme": cycle.programme.name,
            "fiscal_year": cycle.year_label,
            "day": event.day,
            "reason": event.reason,
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
        "related": f"hosts.SurveyAnswer:{answer.pk}",
    }
