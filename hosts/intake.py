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

from .models import HostRequest, SurveyAnswer, TrainingProgramme, WishedCountry
from .states import ANSWER_MOVES, AnswerState, RequestState

# (as it was or None, as it is going to be, its training programme, wished countries in order)
Pairs = list[tuple[Model | None, Model | None]]
Intake = tuple[HostRequest | None, HostRequest, TrainingProgramme, list[str]]
REQUEST_COLUMNS = [
    *("field", "number", "route", "language", "level", "starts_on", "ends_on"),
    *("length_reason", "conditions_ja", "conditions_en", "version"),
]
PROGRAMME_COLUMNS = ["theme_ja", "theme_en", "aim_ja", "aim_en", "version"]


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
    for _was, request, programme, _wishes in new:
        programme.host_request = request
    create_rows(TrainingProgramme, [programme for *_head, programme, _wishes in new])
    for _was, request, programme, _wishes in changed:
        request.version += 1
        programme.version += 1
    update_rows(HostRequest, [request for _was, request, *_rest in changed], REQUEST_COLUMNS)
    programmes = [programme for *_head, programme, _wishes in changed]
    update_rows(TrainingProgramme, programmes, PROGRAMME_COLUMNS)
    pairs: Pairs = _save_wishes(intakes)
    for was, request, programme, _wishes in intakes:
        pairs.append((was, request))
        pairs.append((was.training_programme if was else None, programme))
    return pairs


def code_of(wish: WishedCountry) -> str:
    """The code of the wished country, or the name of the wished region."""
    return wish.code


def _save_wishes(intakes: Sequence[Intake]) -> Pairs:
    """The wished countries of a request, written anew where they are others than before."""
    moved = [
        (was, request, wishes)
        for was, request, _programme, wishes in intakes
        if wishes != ([code_of(wish) for wish in was.wished_countries.all()] if was else [])
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
