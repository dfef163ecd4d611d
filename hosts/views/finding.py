"""Finding the row of a page: what a person may not see is 404, what they may not change is 403."""

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import User

from ..models import HostRequest, SurveyAnswer, TrainingUnit
from ..outline import with_outline
from ..permissions import can_edit, can_relay
from ..questions import with_questions
from ..standing import with_relays_day
from ..states import RequestState
from ..threads import with_threads

# The units of many requests with their instructors, in one query.
WITH_UNITS = Prefetch("training_programme__units", queryset=TrainingUnit.objects.with_instructors())


def answers_of(user: User) -> QuerySet[SurveyAnswer]:
    """The answers that this person may see, with every name that a page shows."""
    return SurveyAnswer.objects.visible_to(user).select_related(
        "survey__cycle__programme__operator",
        "government__organisation",
        "government__prefecture__organisation",
        "relay__organisation",
        "submitted_by",
        "entered_by",
    )


def find_answer(user: User, public_id: object, *, to_edit: bool = False) -> SurveyAnswer:
    rows = with_threads(with_relays_day(with_questions(answers_of(user))), user)
    found = get_object_or_404(rows, public_id=public_id)
    if to_edit and not can_edit(user, found):
        raise PermissionDenied
    return found


def find_relayed(user: User, public_id: object) -> SurveyAnswer:
    """An answer for the officers of its relay; who only reads along is refused."""
    found = find_answer(user, public_id)
    if not can_relay(user, found):
        raise PermissionDenied
    return found


def find_request(user: User, public_id: object, *, to_edit: bool = False) -> HostRequest:
    rows = with_outline(HostRequest.objects.visible_to(user).with_names().with_parts())
    full = with_questions(with_threads(rows, user), answer="answer", survey="answer__survey")
    found = get_object_or_404(full, public_id=public_id)
    found.answer.survey_questions = found.survey_questions
    if to_edit and not can_edit(user, found.answer):
        raise PermissionDenied
    return found


def is_open(host_request: HostRequest) -> bool:
    """Whether the government may still change this request."""
    return host_request.state == RequestState.DRAFT and host_request.answer.is_editable
