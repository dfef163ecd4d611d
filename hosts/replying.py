"""Replying to the survey's own questions."""

from collections.abc import Mapping
from functools import partial

from django.db import transaction

from accounts.models import User
from accounts.moves import make_move

from .models import SurveyAnswer, SurveyQuestion, SurveyReply
from .questions import drop_replies
from .services import HostError, lock_answer
from .states import ANSWER_MOVES, AnswerState

_move_answer = partial(make_move, table=ANSWER_MOVES, refuse=HostError)


@transaction.atomic
def begin_answer(answer: SurveyAnswer, *, by: User) -> SurveyAnswer:
    """The answer, locked; what nobody had begun becomes a draft. Raises HostError once it was
    submitted.
    """
    locked = lock_answer(answer)
    if locked.state == AnswerState.NOT_OPENED:
        _move_answer(locked, AnswerState.DRAFT, by=by)
    return locked


@transaction.atomic
def save_replies(answer: SurveyAnswer, values: Mapping[SurveyQuestion, str]) -> None:
    """Keep these replies of a locked answer; an empty one takes the reply away."""
    drop_replies(answer, [question.pk for question, value in values.items() if not value])
    known = {row.question_id: row for row in SurveyReply.objects.filter(answer=answer)}
    for question, value in values.items():
        row = known.get(question.pk)
        if not value:
            continue
        if row is None:
            SurveyReply.objects.create(answer=answer, question=question, value=value)
        elif row.value != value:
            row.value = value
            row.save(update_fields=["value"])
