"""The dossier, section by section: only the person writes it, and only while they may."""

import uuid

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import (
    autosave_answer,
    draft_of,
    drop_draft,
    initial_from,
    keep_draft,
    keeps_draft,
)
from accounts.plain_text import PlainTextMixin

from ..answers import confirm_address, groups_of, progress_of
from ..consents import give_consent, texts_in_force, withdraw_consent
from ..forms import FORMS, ROWS, STEPS, LineRows, PassportForm, StepForm
from ..forms.needs import leave_out_what_needs_consent
from ..lines import forget_lines, lines_of
from ..models import Application, ConsentKind
from ..needed import OF_THE_PERSON, draft_key
from ..reading import read_once
from ..services import (
    NOT_AGREED,
    TraineeError,
    deadline_of,
    faults_of,
    give_passport,
    may_give_passport,
    reason_against_edit,
    submit_application,
)
from ..states import ApplicationState
from . import CONFIRM, step_named, steps_of_dossier


class AgreeForm(PlainTextMixin, forms.Form):
    """The consent without which nothing is submitted."""

    agree = forms.BooleanField(label="", required=True, error_messages={"required": NOT_AGREED})


@keeps_draft(draft_key, leave_out=leave_out_what_needs_consent)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def application_step(request: HttpRequest, public_id: uuid.UUID, step: str) -> HttpResponse:
    """One section, or the page on which everything is checked."""
    if step not in STEPS:
        raise Http404
    if request.method == "POST":
        with transaction.atomic():
            found = _own_or_404(request, public_id, lock=True)
            return (
                _send_confirm(request, found)
                if step == CONFIRM
                else _send_step(request, found, step)
            )
    found = _own_or_404(request, public_id)
    if not found.is_editable:
        return redirect(found)
    if step == CONFIRM:
        return _show_confirm(request, found)
    form_class = FORMS[step]
    draft = draft_of(request.user, draft_key(found.public_id, step))
    form = form_class(
        instance=_row(found, step), application=found, initial=initial_from(draft, form_class)
    )
    rows = _rows(found, step, draft=draft)
    return _show_step(request, found, step, form, rows, draft=draft)


@keeps_draft(draft_key, leave_out=leave_out_what_needs_consent)
@login_required
@require_POST
def application_autosave(request: HttpRequest, public_id: uuid.UUID, step: str) -> HttpResponse:
    """Keep what was typed so far, without checking it."""
    found = _own_or_404(request, public_id)
    if step not in FORMS:
        raise Http404
    if reason := reason_against_edit(found):
        return HttpResponse(reason, status=409, content_type="text/plain; charset=utf-8")
    data = leave_out_what_needs_consent(request.POST)
    return autosave_answer(request, draft_key(found.public_id, step), data)


def _own_or_404(request: HttpRequest, public_id: uuid.UUID, *, lock: bool = False) -> Application:
    own = Application.objects.own(request.user).for_dossier()
    if lock:
        own = own.select_for_update(of=("self", "trainee"))
    return get_object_or_404(own, public_id=public_id)


def _row(found: Application, step: str):
    """The row that a section edits."""
    return found.trainee if step in OF_THE_PERSON else found


def _rows(found: Application, step: str, data=None, *, add: str = "", draft=None) -> list[LineRows]:
    """The lists of a section."""
    return [
        rows(lines_of(found)[rows.form._meta.model], data, add=add == rows.prefix, draft=draft)
        for rows in ROWS.get(step, ())
    ]


def _send_step(request: HttpRequest, found: Application, step: str) -> HttpResponse:
    if reason := reason_against_edit(found):
        messages.error(request, reason)
        return redirect(found)
    key = draft_key(found.public_id, step)
    if "forget" in request.POST:
        drop_draft(request.user, key)
        return redirect("trainees:application_step", found.public_id, step)
    goes_on = "next" in request.POST
    stays = "preview" in request.POST or "add" in request.POST
    row = _row(found, step)
    form = FORMS[step](
        request.POST, request.FILES, instance=row, application=found, complete=goes_on
    )
    rows = _rows(found, step, request.POST, add=request.POST.get("add", ""))
    kept = leave_out_what_needs_consent(request.POST)
    if stays:
        keep_draft(request.user, key, kept)
        return _show_step(request, found, step, form, rows)
    are_valid = [form.is_valid(), *(each.is_valid() for each in rows)]
    if not all(are_valid):
        keep_draft(request.user, key, kept)
        return _show_step(request, found, step, form, rows, status=422)
    form.save()
    for each in rows:
        each.save(found)
    drop_draft(request.user, key)
    if goes_on:
        _say_what_is_missing(request, found, step)
        return redirect(_after(found, step))
    messages.success(request, _("Saved. Nothing has been submitted yet."))
    return redirect("trainees:application_step", found.public_id, step)


def _say_what_is_missing(request: HttpRequest, found: Application, step: str) -> None:
    """Nobody is kept in a section for a list that is still empty, but nobody is left to find it out
    on the last page either.
    """
    forget_lines(found)
    section = step_named(step)
    faults = [words for _name, words in section.faults(found)] if section else []
    if faults:
        words = _("“{section}” was saved, but it is not complete: {missing}")
        found_missing = " ".join(faults)
        messages.warning(request, words.format(section=STEPS[step], missing=found_missing))


def _send_confirm(request: HttpRequest, found: Application) -> HttpResponse:
    if found.state == ApplicationState.SUBMITTED:  # a second click, or another device
        at = timezone.localtime(found.submitted_at)
        words = _(
            "This application was already submitted on {moment} (Japan time). Nothing was sent "
            "twice."
        )
        messages.info(request, words.format(moment=date_format(at, "DATETIME_FORMAT")))
        return redirect(found)
    form = AgreeForm(request.POST)
    if found.is_editable and (faults_of(found) or not (found.agrees_to_sharing or form.is_valid())):
        return _show_confirm(request, found, form=form, status=422)
    try:
        with transaction.atomic():
            if found.is_editable and not found.agrees_to_sharing:
                language = (get_language() or "en")[:2]
                give_consent(found, ConsentKind.SHARING, language=language)
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
    rows: list[LineRows],
    *,
    draft: object = None,
    status: int = 200,
) -> HttpResponse:
    context = _frame(found, step) | {
        "form": form,
        "rows": rows,
        "line_forms": [each.forms for each in rows],
        "draft": draft,
        "differences": [],
    }
    if form.is_bound and form.stale:
        context["differences"] = form.conflicts() + [
            each for lines in rows for each in lines.differences()
        ]
    if step == "needs":
        context["texts"] = texts_in_force(timezone.localdate())
    template = f"trainees/section_{step}.html" if step in OWN_TEMPLATE else STEP_TEMPLATE
    return render(request, template, context, status=status)


STEP_TEMPLATE = "trainees/application_step.html"
OWN_TEMPLATE = frozenset({"names", "needs"})


def _show_confirm(
    request: HttpRequest, found: Application, *, form: AgreeForm | None = None, status: int = 200
) -> HttpResponse:
    read_once(found)
    text = None
    if not found.agrees_to_sharing:
        text = texts_in_force(timezone.localdate())[ConsentKind.SHARING]
    context = _frame(found, CONFIRM) | {
        "groups": groups_of(found, request.user),
        "is_refused": status == 422,
        "form": None if found.agrees_to_sharing else form or AgreeForm(),
        "text": text,
    }
    return render(request, "trainees/application_confirm.html", context, status=status)


def _frame(found: Application, step: str) -> dict[str, object]:
    """What every section shows around its questions."""
    progress = progress_of(found, whole=step == CONFIRM)
    codes = [each.step.code for each in progress.sections]
    place = codes.index(step) if step in codes else len(codes)
    title = STEPS[step]
    return {
        "application": found,
        "step": step,
        "title": title,
        "number": place + 1,
        "progress": progress,
        "missing": progress.faults,
        "before": progress.sections[place - 1] if place else None,
        "deadline": deadline_of(found),
        "today": timezone.localdate(),
    }


def _after(found: Application, step: str) -> str:
    """The address of the section that follows."""
    steps = steps_of_dossier(found)
    place = [each.code for each in steps].index(step) + 1
    return steps[place].url(found) if place < len(steps) else confirm_address(found)


# The passport that was promised, and the consents ----------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def passport(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where a passport that was promised is given, also after the submission."""
    if request.method == "POST":
        with transaction.atomic():
            return _send_passport(request, _own_or_404(request, public_id, lock=True))
    found = _own_or_404(request, public_id)
    if not may_give_passport(found):
        return redirect("trainees:status")
    return _show_passport(request, found, PassportForm())


def _send_passport(request: HttpRequest, found: Application) -> HttpResponse:
    form = PassportForm(request.POST)
    if not may_give_passport(found):
        messages.info(request, _("The number of your passport is known. Nothing was changed."))
        return redirect("trainees:status")
    if not form.is_valid():
        return _show_passport(request, found, form, status=422)
    give_passport(found, **form.cleaned_data)
    messages.success(request, _("The number of your passport has been kept."))
    return redirect("trainees:status")


def _show_passport(
    request: HttpRequest, found: Application, form: PassportForm, *, status: int = 200
) -> HttpResponse:
    context = {"application": found, "form": form, "today": timezone.localdate()}
    return render(request, "trainees/passport.html", context, status=status)


@login_required
@require_safe
def consents(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the person agreed to, in which version, when; and how it is taken back."""
    found = _own_or_404(request, public_id)
    given = list(found.consents.select_related("text").order_by("-given_at", "-pk"))
    context = {"application": found, "consents": given, "kinds": ConsentKind}
    return render(request, "trainees/consents.html", context)


@login_required
@require_POST
def consent_withdraw(request: HttpRequest, public_id: uuid.UUID, kind: str) -> HttpResponse:
    """Take a consent to health or needs back; what was kept on its ground is erased."""
    if kind not in CAN_BE_TAKEN_BACK:
        raise Http404
    found = _own_or_404(request, public_id)
    if withdraw_consent(found, kind):
        messages.success(
            request, _("Your consent is taken back, and what you had written is erased.")
        )
    else:
        messages.info(request, _("No such consent stands. Nothing was changed."))
    return redirect("trainees:consents", found.public_id)


CAN_BE_TAKEN_BACK = frozenset({ConsentKind.HEALTH, ConsentKind.NEEDS})
