"""What the operator sees of one relay, and a return that names the fields."""

from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hosts.models import LocalGovernment, RelayLetter, SurveyAnswer
from hosts.services import HostError, coordinators_of, return_answer
from hosts.states import ANSWER_MOVES, AnswerState
from hosts.views.letters import file_response
from hosts.views.returning import return_form
from hosts.views.rounds import operator_view, round_of_relay
from schedule.models import Cycle

desk_page = admin.site.admin_view


@desk_page
@require_safe
def relay(request: HttpRequest, programme: str, year: int, code: str) -> HttpResponse:
    """The answers that one relay collects, with its opinion and its letters."""
    government = get_object_or_404(
        LocalGovernment.objects.select_related("organisation", "prefecture__organisation"),
        code=code,
    )
    found = round_of_relay(programme, year, government)
    rows = _answers().filter(survey=found.survey, relay=government)
    context = operator_view(found, rows, RelayLetter.objects.visible_to(request.user))
    return render(request, "desk/relay.html", context)


@desk_page
@require_safe
def relay_letter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A final letter of a relay, after its bytes were checked."""
    rows = RelayLetter.objects.visible_to(request.user)
    return file_response(request, get_object_or_404(rows, public_id=public_id))


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def answer_comments(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Return an answer with a comment to each field that is to be corrected."""
    found = get_object_or_404(_answers(), public_id=public_id)
    form = return_form(found)
    status = 200
    if request.method == "POST":
        form = return_form(found, request.POST, request.FILES)
        status = 422
        if form.is_valid():
            try:
                return_answer(
                    found,
                    reason=form.cleaned_data["reason"].strip(),
                    comments=form.said(),
                    by=request.user,
                )
            except HostError as error:
                form.add_error(None, str(error))
            else:
                text = _("The answer was returned; its coordinators were mailed.")
                messages.success(request, text)
                return redirect("desk:answer", public_id)
    elif not _can_return(found):
        messages.info(request, _("This answer does not lie with you now."))
        return redirect("desk:answer", public_id)
    context = {
        "form": form,
        "answer": found,
        "mailed": coordinators_of(found),
        "back": reverse("desk:answer", args=[public_id]),
    }
    return render(request, "desk/answer_comments.html", context, status=status)


def _can_return(answer: SurveyAnswer) -> bool:
    is_open = answer.survey.cycle.state == Cycle.State.OPEN
    return is_open and AnswerState.RETURNED in ANSWER_MOVES[AnswerState(answer.state)]


def _answers() -> QuerySet[SurveyAnswer]:
    return SurveyAnswer.objects.select_related(
        "survey__cycle__programme",
        "government__organisation",
        "government__prefecture__organisation",
        "relay__organisation",
    )
