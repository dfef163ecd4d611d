"""The survey's own questions, answered by those who want trainees; “no demand” has its own page."""

import uuid
from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.editing import (
    autosave_answer,
    differences,
    draft_of,
    drop_draft,
    initial_from,
    keep_draft,
    keeps_draft,
)
from accounts.models import FormDraft

from ..comments import QUESTIONS, at_fields, open_comments
from ..forms import RepliesBase, replies_form
from ..models import HostRequest, SurveyAnswer
from ..questions import Reply, asked, missing, replies_of
from ..replying import begin_answer, save_replies
from ..services import HostError
from ..states import RequestState
from .answers import no_longer_kept, say_closed
from .finding import find_answer
from .steps import QUESTIONS as STEP
from .steps import after, before, steps_of


def draft_name(public_id: uuid.UUID) -> str:
    """Under which name a person's unsaved typing is kept."""
    return f"hosts.questions:{public_id}"


@keeps_draft(draft_name)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The questions that a government with demand is asked; saved half answered as well."""
    found = find_answer(request.user, public_id, to_edit=True)
    if not found.is_editable:
        return say_closed(request, found)
    replies = asked(replies_of(found), has_demand=True)
    if not replies:
        messages.info(request, _("This survey has no further questions for you."))
        return redirect("hosts:answer", found.public_id)
    if "forget" in request.POST:
        drop_draft(request.user, draft_name(found.public_id))
        return redirect(request.get_full_path())
    if request.method == "POST":
        return _save(request, found)
    form_class = replies_form(replies)
    draft = draft_of(request.user, draft_name(found.public_id))
    form = form_class(instance=found, initial=initial_from(draft, form_class))
    return _page(request, found, form, draft=draft)


@keeps_draft(draft_name)
@login_required
@require_POST
def questions_autosave(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep what is being typed, for this person only; nothing is saved or submitted."""
    found = find_answer(request.user, public_id, to_edit=True)
    if not found.is_editable:
        return no_longer_kept()
    return autosave_answer(request, draft_name(found.public_id))


def _save(request: HttpRequest, found: SurveyAnswer) -> HttpResponse:
    name = draft_name(found.public_id)
    goes_on = "next" in request.POST
    with transaction.atomic():
        try:
            locked = begin_answer(found, by=request.user)
        except HostError:
            return say_closed(request, find_answer(request.user, found.public_id))
        replies = asked(replies_of(locked), has_demand=True)
        form = replies_form(replies)(request.POST, request.FILES, instance=locked, complete=goes_on)
        if is_saved := form.is_valid():
            save_replies(locked, form.values())
            form.save()
            drop_draft(request.user, name)
        else:
            transaction.set_rollback(True)  # opening the page with a fault begins no answer
    if not is_saved:
        keep_draft(request.user, name, request.POST)
        return _page(request, find_answer(request.user, found.public_id), form)
    if goes_on:
        return _go_on(request, locked)
    messages.success(request, _("The draft was saved. Nothing has been submitted yet."))
    return redirect(request.get_full_path())


def _go_on(request: HttpRequest, answer: SurveyAnswer) -> HttpResponse:
    """To the last step of the request, or to the answer while there is none."""
    draft = _request_beside(request, answer)
    if draft is None:
        return redirect("hosts:answer", answer.public_id)
    return redirect(after(draft, STEP))


class BesideForm(forms.Form):
    """From which request the questions were reached."""

    request = forms.UUIDField(required=False)


def _request_beside(request: HttpRequest, answer: SurveyAnswer) -> HostRequest | None:
    """The draft whose step the questions are: the one that was left for them, else the first."""
    from_one = BesideForm(request.GET)
    from_one.is_valid()
    left = from_one.cleaned_data.get("request")
    drafts = list(answer.requests.filter(state=RequestState.DRAFT).order_by("pk"))
    for draft in drafts:
        draft.answer = answer
    return next((each for each in drafts if each.public_id == left), next(iter(drafts), None))


def _page(
    request: HttpRequest, found: SurveyAnswer, form: RepliesBase, *, draft: FormDraft | None = None
) -> HttpResponse:
    restored = None
    if draft is not None:
        saved = type(form)(instance=found).initial
        restored = {"at": draft.saved_at, "differences": differences(form, saved)}
    form.comments = at_fields(open_comments(request.user, found), None, QUESTIONS)
    draft_request = _request_beside(request, found)
    context = {
        "form": form,
        "steps": steps_of(draft_request, STEP) if draft_request else [],
        "back": before(draft_request, STEP) if draft_request else "",
        "answer": found,
        "survey": found.survey,
        "cycle": found.survey.cycle,
        "restored": restored if restored and restored["differences"] else None,
        "conflicts": form.conflicts() if form.is_bound and form.stale else [],
    }
    return render(request, "hosts/questions.html", context, status=422 if form.is_bound else 200)


def missing_replies(answer: SurveyAnswer, replies: Sequence[Reply]) -> list[dict[str, object]]:
    """What a government with demand still has to reply before it submits, each with its place."""
    address = reverse("hosts:questions", args=[answer.public_id])
    return [
        {
            "host_request": None,
            "url": f"{address}#id_{question.field_name}",
            "message": _("Answer the question “{label}”.").format(label=question.label),
        }
        for question in missing(replies, has_demand=True)
    ]
