"""Composing a survey: whom it asks and through whom. What is sent out is changed no more than this
allows.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.change_log import log_changes
from accounts.models import User
from files.sheets.bulk import create_rows, update_rows
from schedule.models import Cycle

from .models import DemandSurvey, HostRequest, LocalGovernment, SurveyAnswer, SurveyReply
from .opening import relays_of_before, tell_those_asked
from .services import HostError
from .states import ANSWER_EDITABLE, AnswerState, RequestState


class Way(StrEnum):
    """What is done with a selection."""

    ONLY = "only"
    ADD = "add"
    REMOVE = "remove"


@dataclass
class AskedPlan:
    """What a selection is going to change; those who have begun are kept."""

    added: list[LocalGovernment] = field(default_factory=list)
    removed: list[SurveyAnswer] = field(default_factory=list)
    begun: list[SurveyAnswer] = field(default_factory=list)
    kept: int = 0

    @property
    def total(self) -> int:
        return self.kept + len(self.begun) + len(self.added)

    @property
    def is_empty(self) -> bool:
        return not self.added and not self.removed

    @property
    def seal(self) -> str:
        """What has to be the same when the plan is carried out as it was when it was shown."""
        told = [[each.pk for each in self.added], [each.pk for each in self.removed]]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def select_governments(
    survey: DemandSurvey,
    *,
    on: date,
    kinds: Collection[str] = (),
    prefectures: Collection[int] = (),
    asked_for: int | None = None,
    hosted: int | None = None,
) -> list[LocalGovernment]:
    """The governments that fit every choice made: kind, prefecture, trainees wanted or hosted in
    one of the last n fiscal years.
    """
    rows = LocalGovernment.objects.existing(on)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if prefectures:
        rows = rows.filter(Q(pk__in=prefectures) | Q(prefecture__in=prefectures))
    before = SurveyAnswer.objects.filter(
        government=OuterRef("pk"),
        survey__cycle__programme=survey.cycle.programme_id,
        survey__cycle__fiscal_year__lt=survey.cycle.fiscal_year,
    )
    if asked_for:
        since = survey.cycle.fiscal_year - asked_for
        wanted = before.filter(has_demand=True, survey__cycle__fiscal_year__gte=since)
        rows = rows.filter(Exists(wanted))
    if hosted:
        since = survey.cycle.fiscal_year - hosted
        filled = HostRequest.objects.filter(answer=OuterRef("pk"), state=RequestState.FILLED)
        placed = before.filter(Exists(filled), survey__cycle__fiscal_year__gte=since)
        rows = rows.filter(Exists(placed))
    return list(rows.select_related("organisation", "prefecture__organisation"))


def plan_asked(survey: DemandSurvey, wanted: Iterable[LocalGovernment], way: Way) -> AskedPlan:
    """What would change, with nobody removed who has begun. Nothing is written."""
    chosen = {each.pk: each for each in wanted}
    plan = AskedPlan()
    answers = SurveyAnswer.objects.filter(survey=survey).select_related(
        "government__organisation", "government__prefecture__organisation"
    )
    for answer in with_beginnings(answers):
        is_chosen = chosen.pop(answer.government_id, None) is not None
        goes = is_chosen if way == Way.REMOVE else (way == Way.ONLY and not is_chosen)
        if not goes:
            plan.kept += 1
        elif answer.has_begun:
            plan.begun.append(answer)
        else:
            plan.removed.append(answer)
    if way != Way.REMOVE:
        plan.added = sorted(chosen.values(), key=lambda each: each.code)
    return plan


def with_beginnings(answers):
    """Answers that know whether their government, or somebody for it, has done anything yet."""
    requests = HostRequest.objects.filter(answer=OuterRef("pk"))
    replies = SurveyReply.objects.filter(answer=OuterRef("pk"))
    return answers.annotate(
        has_begun=~Q(state=AnswerState.NOT_OPENED)
        | Q(first_opened_at__isnull=False)
        | ~Q(channel=SurveyAnswer.Channel.PORTAL)
        | Q(extended_until__isnull=False)
        | Exists(requests)
        | Exists(replies)
    ).order_by("government__code")


@transaction.atomic
def change_asked(
    survey: DemandSurvey,
    wanted: Iterable[LocalGovernment],
    way: Way,
    *,
    by: User | None,
    seal: str | None = None,
) -> AskedPlan:
    """Carry the selection out. Those who are asked after the opening are told at once.

    Done again it changes nothing. Raises HostError once the survey is closed, or where `seal` says
    that another plan was shown.
    """
    survey = lock_survey(survey)
    if survey.opened_at is not None:  # whoever begins just now waits, or is seen to have begun
        list(SurveyAnswer.objects.select_for_update().filter(survey=survey).values_list("pk"))
    plan = plan_asked(survey, wanted, way)
    if seal is not None and seal != plan.seal and not plan.is_empty:
        raise HostError(
            _("The list has changed since you looked at it. Look at it again before you confirm.")
        )
    if survey.opened_at is not None and not plan.total:
        raise HostError(_("A survey that is open has to ask somebody."))
    if plan.removed:
        pks = [answer.pk for answer in plan.removed]
        rows = SurveyAnswer.objects.filter(pk__in=pks)
        if survey.opened_at is None:
            rows._raw_delete(rows.db)  # nobody has seen it, so that nothing stands on it
            log_changes([(answer, None) for answer in plan.removed], by=by)
        else:
            rows.delete()
    if plan.added:
        relays = relays_of_before(survey.cycle)
        new = [
            SurveyAnswer(
                survey=survey, government=each, relay=relays.get(each.pk, each.usual_relay)
            )
            for each in plan.added
        ]
        create_rows(SurveyAnswer, new)
        log_changes([(None, answer) for answer in new], by=by)
        if survey.opened_at is not None:
            tell_those_asked(survey, new)
    return plan


@transaction.atomic
def change_relays(
    survey: DemandSurvey,
    relays: Mapping[LocalGovernment, LocalGovernment | None],
    *,
    by: User | None,
) -> int:
    """Say through whom these governments answer (None: directly); how many changed.

    All of it or nothing. Raises HostError for one that is not asked, for itself as its relay, for
    a relay that no longer exists, and where the answer has gone on to its relay already.
    """
    survey = lock_survey(survey)
    answers = (
        SurveyAnswer.objects.select_for_update(of=("self",))
        .filter(survey=survey, government__in=relays)
        .select_related("government__organisation", "government__prefecture__organisation")
        .order_by("pk")
    )
    found = {answer.government_id: answer for answer in answers}
    pairs = []
    for government, relay in relays.items():
        answer = found.get(government.pk)
        if answer is None:
            raise HostError(
                _("{name} is not asked by this survey.").format(name=government.full_name)
            )
        if relay is not None and relay.pk == government.pk:
            raise HostError(_("A local government does not relay for itself."))
        if answer.relay_id == (relay.pk if relay else None):
            continue
        if answer.state not in ANSWER_EDITABLE:
            raise HostError(
                _("{name} has submitted its answer; its relay stays as it is.").format(
                    name=government.full_name
                )
            )
        before = copy(answer)
        answer.relay = relay
        answer.relay_priority = None
        answer.version += 1
        pairs.append((before, answer))
    changed = [after for _before, after in pairs]
    update_rows(SurveyAnswer, changed, ["relay", "relay_priority", "version"])
    log_changes(pairs, by=by)
    return len(pairs)


def lock_survey(survey: DemandSurvey) -> DemandSurvey:
    """The survey, locked inside the caller's transaction. Raises HostError once it is closed."""
    locked = (
        DemandSurvey.objects.select_for_update(of=("self",))
        .select_related("cycle__programme")
        .get(pk=survey.pk)
    )
    if locked.closed_at is not None or locked.cycle.state != Cycle.State.OPEN:
        raise HostError(_("This survey is closed; nothing of it changes any more."))
    return locked


def in_words(plan: AskedPlan) -> str:
    """What was done, for the message after it."""
    added = ngettext(
        "{n} government is asked in addition.",
        "{n} governments are asked in addition.",
        len(plan.added),
    )
    removed = ngettext(
        "{n} government is asked no more.",
        "{n} governments are asked no more.",
        len(plan.removed),
    )
    parts = []
    if plan.added:
        parts.append(added.format(n=len(plan.added)))
    if plan.removed:
        parts.append(removed.format(n=len(plan.removed)))
    return " ".join(parts) or _("Nothing was to be changed.")
