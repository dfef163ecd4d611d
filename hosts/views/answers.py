"""One government's answer to the demand survey."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.moves import MoveRow
from accounts.panels import render_panels

from ..comments import Shown, at_fields, open_comments, shown_comments
from ..copying import copy_answer, in_words, sources_for
from ..forms import CopyForm, NoDemandForm, RelayForm, StartForm, field_labels, replies_form
from ..models import FieldComment, SurveyAnswer
from ..permissions import can_edit, can_relay, is_coordinator
from ..questions import Reply, asked, missing, replies_of, said, shown
from ..replying import save_replies
from ..services import (
    HostError,
    coordinators_of,
    lock_answer,
    receipt_for,
    relay_officers_of,
    submit_no_demand,
)
from ..standing import standing_of
from ..states import ANSWER_EDITABLE, ANSWER_MARKS, RELAY_MOVES, AnswerState, RequestState
from .finding import WITH_UNITS, find_answer


@dataclass(frozen=True)
class Step:
    """One line of the history, in words."""

    move: MoveRow
    label: str
    mark: str


@login_required
@require_safe
def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where the answer stands, what it says, and what can be done with it now."""
    found = find_answer(request.user, public_id)
    if request.method == "GET":
        note_opening(found, request.user)
    return show_answer(request, found)


def no_longer_kept() -> HttpResponse:
    """What an autosave is told once the answer can no longer be changed."""
    return HttpResponse(
        _("This answer has been submitted. What you type here is no longer kept."),
        status=409,
        content_type="text/plain; charset=utf-8",
    )


def note_opening(answer: SurveyAnswer, user: User) -> None:
    """Keep when a coordinator first saw the survey: one update, and none ever after."""
    if answer.first_opened_at is None and is_coordinator(user, answer):
        now = timezone.now()
        unopened = SurveyAnswer.objects.filter(pk=answer.pk, first_opened_at=None)
        unopened.update(first_opened_at=now)
        answer.first_opened_at = now


def show_answer(
    request: HttpRequest, found: SurveyAnswer, *, relay_form: RelayForm | None = None
) -> HttpResponse:
    """The page of an answer; a refused act of the relay comes back to it."""
    is_relay = can_relay(request.user, found)
    acts = relay_acts(found) if is_relay else []
    rows = (
        found.requests.select_related("training_programme", "treatment", "tie")
        .with_parts()
        .prefetch_related(WITH_UNITS)
    )
    requests = [row for row in rows if row.state != RequestState.WITHDRAWN]
    for row in requests:
        row.answer = found
    may_edit = can_edit(request.user, found) and found.is_editable
    history = [_step(move) for move in found.moves.select_related("by")]
    was_returned = any(step.move.to_state == AnswerState.RETURNED for step in history)
    replies = replies_of(found)
    standing = None if is_relay else standing_of(found, timezone.localdate())
    is_over = found.state in ANSWER_EDITABLE and not found.is_editable
    shows_whom = standing is not None and (is_over or (standing.is_to_do and standing.is_late))
    is_refused = relay_form is not None and bool(relay_form.errors)
    unsent = relay_form["comment"].value() if relay_form and is_refused and not acts else ""
    context = {
        "answer": found,
        "cycle": found.survey.cycle,
        "unsent": unsent,
        "standing": standing,
        "is_late": bool(standing and standing.is_to_do and standing.is_late),
        "is_over": is_over,
        "callees": relay_officers_of(found) if shows_whom else [],
        "requests": requests,
        "history": history,
        "is_relay": is_relay,
        "comments": _comments(request.user, found, replies) if was_returned else [],
        "replies": said(replies, has_demand=found.has_demand),
        "questions": shown(replies, has_demand=True) if may_edit else [],
        "missing": missing(replies, has_demand=True) if may_edit else [],
        "may_edit": may_edit,
        "start_form": StartForm() if may_edit else None,
        "relay_acts": acts,
        "relay_form": (relay_form or RelayForm()) if acts else None,
        "mailed": coordinators_of(found) if "return" in acts else [],
        "panels": render_panels("answer", request, found),
    }
    if relay_form and is_refused and not acts:  # the form is gone: its faults need a place
        for faults in relay_form.errors.values():
            messages.error(request, " ".join(faults))
    return render(request, "hosts/answer.html", context, status=422 if is_refused else 200)


def _comments(user: User, found: SurveyAnswer, replies: list[Reply]) -> list[Shown]:
    """What was said of its fields, the settled ones too: whoever checks looks for the answer."""
    rows = FieldComment.objects.visible_to(user).filter(answer=found)
    rows = rows.select_related("by", "host_request", "answer")
    return shown_comments(rows, field_labels(replies))


def relay_acts(answer: SurveyAnswer) -> list[str]:
    """What the table of moves lets a relay officer do now; nothing once the survey is over."""
    if not answer.is_under_way:
        return []
    acts = {
        RelayForm.FORWARD: AnswerState.FORWARDED,
        RelayForm.HOLD: AnswerState.HELD,
        RelayForm.RETURN: AnswerState.RETURNED,
    }
    possible = RELAY_MOVES.get(answer.state, set())
    return [act for act, state in acts.items() if state in possible]


def _step(move: MoveRow) -> Step:
    state = AnswerState(move.to_state)
    return Step(move, state.label, ANSWER_MARKS[state])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def no_demand(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Answer “no demand”, with a reason if the government wants to give one."""
    found = find_answer(request.user, public_id, to_edit=True)
    if not found.is_editable:
        return say_closed(request, found)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = NoDemandForm(*sent, instance=found)
    replies = asked(replies_of(found), has_demand=False)
    replies_class = replies_form(replies)
    questions = replies_class(*sent, instance=found, complete=True) if replies else None
    status = 200
    if request.method == "POST":
        checked = [each.is_valid() for each in (form, questions) if each is not None]
        if all(checked):  # both, so that all faults are told at once
            try:
                with transaction.atomic():
                    if questions is not None:
                        save_replies(lock_answer(found), questions.values())
                    submit_no_demand(
                        found,
                        kind=form.cleaned_data["no_demand_kind"],
                        reason=form.cleaned_data["no_demand_reason"],
                        by=request.user,
                    )
            except HostError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, _("Your answer “no demand” was submitted."))
            return redirect("hosts:answer", found.public_id)
        status = 422
    form.comments = at_fields(open_comments(request.user, found), None, "no_demand")
    if questions is not None:
        questions.comments = form.comments
    context = {
        "form": form,
        "questions": questions,
        "answer": found,
        "survey": found.survey,
        "cycle": found.survey.cycle,
        "drafts": found.requests.filter(state=RequestState.DRAFT).count(),
        "mailed": mailed_by_submit(found, request.user),
    }
    return render(request, "hosts/no_demand.html", context, status=status)


@login_required
@require_POST
def answer_copy(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take another year's answer over as drafts. A second click copies nothing twice."""
    found = find_answer(request.user, public_id, to_edit=True)
    form = CopyForm(request.POST, sources=sources_for(found, request.user))
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["source"]))
        return redirect("hosts:answer", found.public_id)
    source = form.cleaned_data["source"]
    try:
        made = copy_answer(source, found, by=request.user)
    except HostError:
        return say_closed(request, find_answer(request.user, public_id))
    messages.success(request, in_words(made, source))
    page = "hosts:answer" if source.has_demand else "hosts:no_demand"
    return redirect(page, found.public_id)


def say_closed(request: HttpRequest, found: SurveyAnswer) -> HttpResponse:
    """A second submit, or an old tab: say where the answer is instead of doing anything twice."""
    if found.state in ANSWER_EDITABLE:
        messages.info(request, _("The survey is closed. The answer can no longer be changed."))
    else:
        messages.info(
            request, _("This answer has been submitted already. Nothing was submitted twice.")
        )
    return redirect("hosts:answer", found.public_id)


def mailed_by_submit(answer: SurveyAnswer, by: User) -> list[User]:
    """Who gets a mail when this answer is submitted, the receipts first."""
    people = {user.pk: user for user in [*receipt_for(answer, by), *relay_officers_of(answer)]}
    return list(people.values())
