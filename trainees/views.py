"""The trainee's pages: the status, the application step by step, and what was submitted."""

import uuid
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import (
    autosave_answer,
    draft_of,
    drop_draft,
    initial_from,
    keep_draft,
    keeps_draft,
)

from .forms import FORMS, STEPS, StepForm
from .models import Application
from .services import (
    TraineeError,
    deadline_of,
    faults_of,
    open_until,
    reason_against_edit,
    submit_application,
)
from .states import ApplicationState

STEP_NAMES = list(STEPS)


@login_required
@require_safe
def application(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What was submitted, to read and print; until then the way to the steps."""
    found = get_object_or_404(
        Application.objects.visible_to(request.user).with_names().with_since(),
        public_id=public_id,
    )
    is_own = found.trainee.user_id == request.user.pk
    if is_own and found.state == ApplicationState.DRAFT and found.is_editable:
        return redirect("trainees:application_step", public_id, STEP_NAMES[0])
    context = {
        "application": found,
        "groups": _groups(found),
        "is_own": is_own,
        "open_until": open_until(found.cycle, timezone.localdate()),
    }
    return render(request, "trainees/application.html", context)


def _draft_key(public_id: uuid.UUID, step: str) -> str:
    return f"trainees.application:{public_id}:{step}"


@keeps_draft(_draft_key)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def application_step(request: HttpRequest, public_id: uuid.UUID, step: str) -> HttpResponse:
    """One group of questions; only the person answers them, and only while they may."""
    if step not in STEPS:
        raise Http404
    if request.method == "POST":
        with transaction.atomic():
            found = _own_or_404(request, public_id, lock=True)
            return (
                _send_confirm(request, found)
                if step == "confirm"
                else _send_step(request, found, step)
            )
    found = _own_or_404(request, public_id)
    if not found.is_editable:
        return redirect(found)
    if step == "confirm":
        return _show_confirm(request, found)
    form_class = FORMS[step]
    draft = draft_of(request.user, _draft_key(found.public_id, step))
    form = form_class(instance=_row(found, step), initial=initial_from(draft, form_class))
    return _show_step(request, found, step, form, draft=draft)


@keeps_draft(_draft_key)
@login_required
@require_POST
def application_autosave(request: HttpRequest, public_id: uuid.UUID, step: str) -> HttpResponse:
    """Keep what was typed so far, without checking it."""
    found = _own_or_404(request, public_id)
    if step not in FORMS:
        raise Http404
    if reason := reason_against_edit(found):
        return HttpResponse(reason, status=409, content_type="text/plain; charset=utf-8")
    return autosave_answer(request, _draft_key(found.public_id, step))


def _own_or_404(request: HttpRequest, public_id: uuid.UUID, *, lock: bool = False) -> Application:
    own = Application.objects.own(request.user).with_names().with_since()
    if lock:
        own = own.select_for_update(of=("self", "trainee"))
    return get_object_or_404(own, public_id=public_id)


def _row(found: Application, step: str):
    """The row that a step edits."""
    return found.trainee if step == "person" else found


def _read(found: Application, step: str):
    """What a page shows of a step: once submitted, the person as they were then."""
    return found.judged_person if step == "person" else found


def _send_step(request: HttpRequest, found: Application, step: str) -> HttpResponse:
    if reason := reason_against_edit(found):
        messages.error(request, reason)
        return redirect(found)
    key = _draft_key(found.public_id, step)
    if "forget" in request.POST:
        drop_draft(request.user, key)
        return redirect("trainees:application_step", found.public_id, step)
    goes_on = "next" in request.POST
    form = FORMS[step](request.POST, request.FILES, instance=_row(found, step), complete=goes_on)
    if not form.is_valid():
        keep_draft(request.user, key, request.POST)
        return _show_step(request, found, step, form, status=422)
    form.save()
    drop_draft(request.user, key)
    if goes_on:
        return redirect("trainees:application_step", found.public_id, _after(step))
    messages.success(request, _("Saved. Nothing has been submitted yet."))
    return redirect("trainees:application_step", found.public_id, step)


def _send_confirm(request: HttpRequest, found: Application) -> HttpResponse:
    if found.state == ApplicationState.SUBMITTED:  # a second click
        return redirect(found)
    if faults_of(found) and found.is_editable:
        return _show_confirm(request, found, status=422)
    try:
        submit_application(found, by=request.user)
    except TraineeError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("Your application has been submitted. A receipt is on its way to {email}.").format(
                email=request.user.email
            ),
        )
    return redirect(found)


def _show_step(
    request: HttpRequest,
    found: Application,
    step: str,
    form: StepForm,
    *,
    draft: object = None,
    status: int = 200,
) -> HttpResponse:
    context = _frame(found, step) | {
        "form": form,
        "draft": draft,
        "differences": form.conflicts() if form.stale else [],
    }
    return render(request, "trainees/application_step.html", context, status=status)


def _show_confirm(request: HttpRequest, found: Application, *, status: int = 200) -> HttpResponse:
    context = _frame(found, "confirm") | {
        "groups": _groups(found),
        "missing": faults_of(found),
        "is_refused": status == 422,
    }
    return render(request, "trainees/application_confirm.html", context, status=status)


def _frame(found: Application, step: str) -> dict[str, object]:
    """What every step shows around its questions."""
    open_steps = {name for name, _field, _message in faults_of(found)}
    place = STEP_NAMES.index(step)
    return {
        "application": found,
        "step": step,
        "title": STEPS[step],
        "number": place + 1,
        "count": len(STEP_NAMES),
        "before": STEP_NAMES[place - 1] if place else None,
        "steps": [
            {
                "name": name,
                "title": title,
                "is_current": name == step,
                "is_done": name != "confirm" and name not in open_steps,
            }
            for name, title in STEPS.items()
        ],
        "deadline": deadline_of(found.cycle),
        "today": timezone.localdate(),
    }


def _groups(found: Application) -> list[dict[str, object]]:
    """Everything that was answered, step by step, as label and value; the person as judged."""
    return [
        {
            "step": step,
            "title": STEPS[step],
            "rows": [
                {"name": name, "label": field.label, "value": _shown(_read(found, step), name)}
                for name, field in _fields_of(form_class)
            ],
        }
        for step, form_class in FORMS.items()
    ]


def _fields_of(form_class: type[StepForm]):
    return [(name, form_class.base_fields[name]) for name in form_class.Meta.fields]


def _shown(row: object, name: str) -> object:
    """A value in the reader's words."""
    value = getattr(row, name)
    if isinstance(value, bool):
        return pgettext("answer", "yes") if value else pgettext("answer", "no")
    if isinstance(value, date):
        return date_format(value)
    if name == "nationality":
        return value.name
    display = getattr(row, f"get_{name}_display", None)
    if display and value not in (None, ""):
        return display()
    return value


def _after(step: str) -> str:
    return STEP_NAMES[STEP_NAMES.index(step) + 1]
