"""Requests that arrive by spreadsheet: what `start_request` and the steps of the page do to one
request, done to many in few queries.
"""

from collections.abc import Sequence

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.moves import make_moves
from files.sheets.bulk import create_rows, update_rows
from schedule.models import Cycle

from .models import HostRequest, SurveyAnswer, TrainingProgramme, Treatment, WishedCountry
from .states import ANSWER_MOVES, AnswerState, RequestState

# (as it was or None, as it is going to be, its training programme, what it wishes for in order, its
# treatment where one is kept)
Pairs = list[tuple[Model | None, Model | None]]
Intake = tuple[HostRequest | None, HostRequest, TrainingProgramme, list[str], Treatment | None]
UNTYPED = {"id", "public_id", "answer", "state", "copied_from", "host_request", "tie"}


def columns_of(model: type[Model]) -> list[str]:
    """What an import may change of a row."""
    return [field.name for field in model._meta.concrete_fields if field.name not in UNTYPED]


def reason_against_intake(answer: SurveyAnswer, request: HostRequest | None) -> object | None:
    """Why this locked answer, or this request of it, takes no change; None where it does."""
    if answer.survey.cycle.state != Cycle.State.OPEN:
        return _("This cycle is closed; its answers can no longer be changed.")
    if not answer.is_editable:
        return _(
            "This answer has been submitted and can no longer be changed. Ask to have it returned."
        )
    if request is not None and request.state != RequestState.DRAFT:
        return _("This request can no longer be changed that way. Look at where it stands now.")
    return None


def save_requests(intakes: Sequence[Intake], *, by: User | None) -> Pairs:
    """Write new and changed drafts of locked answers; pairs of what was and what is.

    An answer that nobody had opened becomes a draft with its first request.
    """
    new = [intake for intake in intakes if intake[0] is None]
    changed = [intake for intake in intakes if intake[0] is not None]
    answers = {request.answer_id: request.answer for _was, request, *_rest in new}
    unopened = [row for row in answers.values() if row.state == AnswerState.NOT_OPENED]
    make_moves(unopened, AnswerState.DRAFT, by=by, table=ANSWER_MOVES)
    create_rows(HostRequest, [request for _was, request, *_rest in new])
    for _was, request, programme, *_rest in new:
        programme.host_request = request
    create_rows(TrainingProgramme, [programme for _was, _request, programme, *_rest in new])
    for _was, request, programme, *_rest in changed:
        request.version += 1
        programme.version += 1
    requests = [request for _was, request, *_rest in changed]
    update_rows(HostRequest, requests, columns_of(HostRequest))
    programmes = [programme for _was, _request, programme, *_rest in changed]
    update_rows(TrainingProgramme, programmes, columns_of(TrainingProgramme))
    pairs: Pairs = [*_save_wishes(intakes), *_save_treatments(intakes)]
    for was, request, programme, *_rest in intakes:
        pairs.append((was, request))
        pairs.append((was.training_programme if was else None, programme))
    return pairs


def _save_treatments(intakes: Sequence[Intake]) -> Pairs:
    given = [(intake[1], intake[4]) for intake in intakes if intake[4] is not None]
    new: list[Treatment] = []
    changed: list[Treatment] = []
    for request, treatment in given:
        treatment.host_request = request
        (changed if treatment.pk else new).append(treatment)
    before = Treatment.objects.in_bulk([row.pk for row in changed])
    for row in changed:
        row.version += 1
    create_rows(Treatment, new)
    update_rows(Treatment, changed, columns_of(Treatment))
    return [*((None, row) for row in new), *((before[row.pk], row) for row in changed)]


def _save_wishes(intakes: Sequence[Intake]) -> Pairs:
    """The wished countries of a request, written anew where they are others than before."""
    moved = [
        (was, request, wishes)
        for was, request, _programme, wishes, _treatment in intakes
        if wishes != ([wish.code for wish in was.wished_countries.all()] if was else [])
    ]
    gone = [wish for was, *_rest in moved if was for wish in was.wished_countries.all()]
    if gone:
        rows = WishedCountry.objects.filter(pk__in=[wish.pk for wish in gone])
        rows._raw_delete(rows.db)  # the change log is told of all of them at once, below
    new = [
        WishedCountry.named(request, rank, country)
        for _was, request, wishes in moved
        for rank, country in enumerate(wishes, start=1)
    ]
    create_rows(WishedCountry, new)
    return [*((wish, None) for wish in gone), *((None, wish) for wish in new)]
