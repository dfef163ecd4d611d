"""A host request, step by step."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import (
    autosave_answer,
    differences,
    draft_of,
    drop_draft,
    initial_from,
    keep_draft,
    keeps_draft,
    once,
)
from accounts.models import FormDraft, User
from accounts.panels import render_panels

from ..comments import at_fields, open_comments, shown_comments
from ..forms import STEP_FORMS, STEPS, PartForm, StartForm, field_labels
from ..models import HostRequest, SurveyAnswer
from ..outline import outline_of, with_outline
from ..permissions import can_edit
from ..questions import replies_of, said, shown, with_questions
from ..remarks import remarks_on
from ..services import (
    HostError,
    discard_request,
    faults_of,
    lock_request,
    start_request,
    submit_demand,
)
from ..states import RequestState
from ..timetable import week_picture
from ..treatment import last_treatment_of, remark_on_treatment, treatment_of
from .answers import mailed_by_submit, no_longer_kept, say_closed
from .finding import WITH_UNITS, find_answer, find_request, is_open
from .questions import missing_replies
from .steps import after, before, steps_of


@login_required
@require_POST
def request_start(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Begin a request; the hidden key of the button makes a second click lead to the same one."""
    found = find_answer(request.user, public_id, to_edit=True)
    form = StartForm(request.POST)

    def create() -> str:
        started = start_request(found, by=request.user)
        return reverse("hosts:request_step", args=[started.public_id, "demand"])

    try:
        form.is_valid()
        return redirect(once(request.user, form.cleaned_data.get("once"), create))
    except HostError:
        return say_closed(request, find_answer(request.user, public_id))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("hosts:answer", found.public_id)


@login_required
@require_safe
def request_detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The request as it was written, to read and to print."""
    found = find_request(request.user, public_id)
    may_edit = can_edit(request.user, found.answer) and is_open(found)
    units = list(found.training_programme.units.with_instructors())
    context = {
        "host_request": found,
        "answer": found.answer,
        "cycle": found.cycle,
        "units": units,
        "outline": outline_of(found, units),
        "may_edit": may_edit,
        "panels": render_panels("host_request", request, found),
        "sees_answer": SurveyAnswer.objects.visible_to(request.user)
        .filter(pk=found.answer_id)
        .exists(),
    }
    return render(request, "hosts/request.html", context)


@login_required
@require_POST
def request_discard(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a draft back; a second click finds it discarded and says nothing new."""
    found = find_request(request.user, public_id, to_edit=True)
    if found.state != RequestState.WITHDRAWN:
        try:
            discard_request(found, by=request.user)
        except HostError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The draft was discarded. It stays in the history."))
    return redirect("hosts:answer", found.answer.public_id)


def draft_name(public_id: uuid.UUID, step: str) -> str:
    """Under which name a person's unsaved typing is kept."""
    return f"hosts.request:{public_id}:{step}"


@keeps_draft(draft_name)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def request_step(request: HttpRequest, public_id: uuid.UUID, step: str) -> HttpResponse:
    """One step of the form; the last one shows everything and submits it."""
    if step not in STEPS:
        raise Http404
    if step == "confirm":
        return _confirm(request, public_id)
    found = find_request(request.user, public_id, to_edit=True)
    if not is_open(found):
        return _closed(request, found)
    if request.method == "POST":
        if "forget" in request.POST:
            drop_draft(request.user, draft_name(found.public_id, step))
            return redirect("hosts:request_step", found.public_id, step)
        if step == "treatment" and "take" in request.POST:
            return _take_last_treatment(request, found)
        return _save(request, found, step)
    draft = draft_of(request.user, draft_name(found.public_id, step))
    return _show_step(request, found, step, _restored_form(found, step, draft), draft=draft)


@keeps_draft(draft_name)
@login_required
@require_POST
def request_autosave(request: HttpRequest, public_id: uuid.UUID, step: str) -> HttpResponse:
    """Keep what is being typed into a step, for this person only; nothing is saved or submitted."""
    if step not in STEP_FORMS:
        raise Http404
    found = find_request(request.user, public_id, to_edit=True)
    if not is_open(found):
        return no_longer_kept()
    return autosave_answer(request, draft_name(found.public_id, step))


def _row_of(host_request: HostRequest, step: str) -> Model:
    """The row that this step edits; of a treatment that nobody has begun, a blank one."""
    if step == "treatment":
        return treatment_of(host_request)
    return host_request.training_programme if step == "programme" else host_request


def _locked_row_of(host_request: HostRequest, step: str) -> Model:
    """The same as it stands now; the request is locked, so that nobody begins a second one."""
    row = _row_of(host_request, step)
    if row.pk:
        row.refresh_from_db()
    return row


def _restored_form(found: HostRequest, step: str, draft: FormDraft | None) -> PartForm:
    form_class = STEP_FORMS[step]
    return form_class(instance=_row_of(found, step), initial=initial_from(draft, form_class))


def _save(request: HttpRequest, found: HostRequest, step: str) -> HttpResponse:
    """Save this step under lock. A refused form keeps what was typed, as the autosave does."""
    name = draft_name(found.public_id, step)
    goes_on = "next" in request.POST
    with transaction.atomic():
        try:
            locked = lock_request(found)
        except HostError:
            return _closed(request, find_request(request.user, found.public_id))
        row = _locked_row_of(locked, step)
        form = STEP_FORMS[step](request.POST, request.FILES, instance=row, complete=goes_on)
        if is_saved := form.is_valid():
            form.save()
            drop_draft(request.user, name)
    if not is_saved:
        keep_draft(request.user, name, request.POST)
        return _show_step(request, find_request(request.user, found.public_id), step, form)
    if goes_on:
        return redirect(after(found, step))
    messages.success(request, _("The draft was saved. Nothing has been submitted yet."))
    return redirect("hosts:request_step", found.public_id, step)


def _take_last_treatment(request: HttpRequest, found: HostRequest) -> HttpResponse:
    """Fill what is empty with the government's last treatment. Nothing is saved, nothing lost."""
    form = STEP_FORMS["treatment"](request.POST, instance=treatment_of(found))
    last = last_treatment_of(found)
    if last is None:
        messages.info(request, _("There is no treatment of before to take over."))
    else:
        form.take_over(last)
        year = last.host_request.cycle.year_label
        text = _("What was empty was filled in from {year}. Nothing has been saved yet.")
        messages.success(request, text.format(year=year))
    keep_draft(request.user, draft_name(found.public_id, "treatment"), form.data)
    return _show_step(request, found, "treatment", form, status=200)


def _show_step(
    request: HttpRequest,
    found: HostRequest,
    step: str,
    form: PartForm,
    *,
    draft: FormDraft | None = None,
    status: int | None = None,
) -> HttpResponse:
    units = list(found.training_programme.units.with_instructors()) if step == "programme" else []
    restored = None
    if draft is not None:
        saved = STEP_FORMS[step](instance=_row_of(found, step)).initial
        restored = {"at": draft.saved_at, "differences": differences(form, saved)}
    comments = open_comments(request.user, found.answer)
    form.comments = at_fields(comments, found, step)
    outline = outline_of(found, units) if step == "programme" else None
    context = {
        "form": form,
        "comments": shown_comments(comments, field_labels()),
        "step": step,
        "steps": steps_of(found, step),
        "back": before(found, step),
        "host_request": found,
        "answer": found.answer,
        "cycle": found.cycle,
        "units": units,
        "outline": outline,
        "week": week_picture(outline, outline.first_whole_week) if outline else None,
        "remarks": remarks_on(found.training_programme, units, outline) if outline else [],
        "last_treatment": last_treatment_of(found) if step == "treatment" else None,
        "restored": restored if restored and restored["differences"] else None,
        "conflicts": form.conflicts() if form.is_bound and form.stale else [],
    }
    status = status or (422 if form.is_bound else 200)
    return render(request, f"hosts/request_{step}.html", context, status=status)


def _closed(request: HttpRequest, found: HostRequest) -> HttpResponse:
    """An old tab on a request that can no longer be changed."""
    if found.answer.is_editable:
        messages.info(request, _("This request was discarded and can no longer be changed."))
        return redirect("hosts:answer", found.answer.public_id)
    return say_closed(request, found.answer)


def _confirm(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Everything that is going to be submitted, and what still stands in the way."""
    drafts = _drafts_beside(request.user, public_id)
    found = next((each for each in drafts if each.public_id == public_id), None)
    if found is None:
        closed = find_request(request.user, public_id, to_edit=True)
        return _closed(request, closed)
    answer = found.answer
    if not can_edit(request.user, answer):
        raise PermissionDenied
    if not is_open(found):
        return _closed(request, found)
    refused, status = "", 200
    if request.method == "POST":
        try:
            submit_demand(answer, by=request.user)
        except HostError as error:
            fresh = find_answer(request.user, answer.public_id)
            if not fresh.is_editable:
                return say_closed(request, fresh)
            refused, status = str(error), 422
        else:
            messages.success(request, _("Your answer was submitted."))
            return redirect("hosts:answer", answer.public_id)
    faults = [_fault(each, *fault) for each in drafts for fault in faults_of(each)]
    replies = replies_of(answer)
    faults += missing_replies(answer, replies)
    units = list(found.training_programme.units.all())
    context = {
        "host_request": found,
        "answer": answer,
        "cycle": found.cycle,
        "units": units,
        "outline": outline_of(found, units),
        "others": [each for each in drafts if each != found],
        "faults": faults,
        "replies": said(replies, has_demand=True),
        "questions": shown(replies, has_demand=True),
        "refused": refused,
        "steps": steps_of(found, "confirm"),
        "back": before(found, "confirm"),
        "remarks": [*remarks_on(found.training_programme, units), remark_on_treatment(found)],
        "mailed": mailed_by_submit(answer, request.user),
    }
    return render(request, "hosts/request_confirm.html", context, status=status)


def _drafts_beside(user: User, public_id: uuid.UUID) -> list[HostRequest]:
    """All drafts of the answer to which this request belongs: they are submitted together."""
    rows = (
        with_outline(HostRequest.objects.visible_to(user).with_names())
        .filter(
            answer__in=SurveyAnswer.objects.filter(requests__public_id=public_id),
            state=RequestState.DRAFT,
        )
        .with_parts()
        .prefetch_related(WITH_UNITS)
    )
    drafts = list(with_questions(rows, answer="answer", survey="answer__survey"))
    for place, row in enumerate(drafts, start=1):
        row.place = place
        row.answer.survey_questions = row.survey_questions
    return drafts


def _fault(host_request: HostRequest, step: str, field: str, message: str) -> dict[str, object]:
    address = reverse("hosts:request_step", args=[host_request.public_id, step])
    anchor = "units" if field == "units" else f"id_{field}"
    return {"host_request": host_request, "url": f"{address}#{anchor}", "message": message}
