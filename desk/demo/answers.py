"""How far the answers of the demonstration have come, apart from those whose story is told."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from accounts.models import User
from hosts.models import ANSWERING_DIRECTLY, DemandSurvey, SurveyAnswer, SurveyAnswerMove
from hosts.states import ANSWER_SILENT, AnswerState
from japan.business_days import roll

from . import data
from .records import at_ten


def answer_so_far(survey: DemandSurvey, *, on: date, rng: random.Random, staff: User) -> None:
    """Some days before the deadline about half have answered, most of them "no demand"."""
    asking = data.ASKING | data.SPOKEN_FOR
    pks = list(
        SurveyAnswer.objects.filter(survey=survey)
        .exclude(government__code__in=asking)
        .order_by("government__code")
        .values_list("pk", "government__kind")
    )
    groups: dict[str, list[int]] = {}
    for pk, kind in pks:
        draw = rng.random()
        state: str
        if draw < 0.42:
            state = AnswerState.NOT_OPENED
        elif draw < 0.48:
            state = AnswerState.DRAFT
        elif draw < 0.66:
            state = AnswerState.SUBMITTED
        elif kind in ANSWERING_DIRECTLY or draw > 0.9:
            state = AnswerState.RECEIVED
        else:
            state = AnswerState.FORWARDED
        groups.setdefault(state, []).append(pk)
    answered_at = at_ten(roll(on - timedelta(days=9), "before"))
    for state, found in groups.items():
        changes: dict[str, object] = {"state": state}
        if state not in {AnswerState.NOT_OPENED, AnswerState.DRAFT}:
            changes |= {"has_demand": False, "submitted_at": answered_at}
        SurveyAnswer.objects.filter(pk__in=found).update(**changes)
        SurveyAnswerMove.objects.bulk_create(
            _ways(found, state, answered_at, staff), batch_size=500
        )
    reasons = []
    for pk in groups.get(AnswerState.FORWARDED, []):
        kind, reason = rng.choice(data.NO_DEMAND_REASONS)
        reasons.append(SurveyAnswer(pk=pk, no_demand_kind=kind, no_demand_reason=reason))
    columns = ["no_demand_kind", "no_demand_reason"]
    SurveyAnswer.objects.bulk_update(reasons, columns, batch_size=500)


def _ways(pks: list[int], state: str, at: datetime, staff: User) -> Iterator[SurveyAnswerMove]:
    """How these answers came to where they stand."""
    steps = [] if state == AnswerState.NOT_OPENED else [AnswerState.DRAFT]
    if state not in ANSWER_SILENT:
        steps = [AnswerState.SUBMITTED]
    if state in {AnswerState.FORWARDED, AnswerState.RECEIVED}:
        steps.append(AnswerState(state))
    for pk in pks:
        before: str = AnswerState.NOT_OPENED
        for days, step in enumerate(steps):
            by = staff if step == AnswerState.RECEIVED else None
            yield SurveyAnswerMove(
                answer_id=pk,
                at=at + timedelta(days=2 * days),
                by=by,
                from_state=before,
                to_state=step,
            )
            before = step
