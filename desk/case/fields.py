"""Single fields opened again, and the decision on what the person sent."""

from typing import cast
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.trail import Act
from accounts.trail_events import record_for
from trainees.contents import CONSENT
from trainees.models import Reopening
from trainees.reopening.fields import labels_of, reopenable_fields
from trainees.reopening.verbs import (
    approve_change,
    end_reopening,
    papers_since,
    refuse_change,
    reopen_fields,
    stamp_of,
)
from trainees.reopening.views import waiting_changes
from trainees.services import TraineeError
from trainees.states import REOPENING_OPEN, ReopeningState
from trainees.steps import all_steps

from .forms import DecideForm, EndForm, ReopenForm
from .page import acts_of, application_or_404, with_words

desk_page = admin.site.admin_view


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Choose the fields, the reason and the day; the person is mailed."""
    found = application_or_404(public_id)
    titles = {step.code: str(step.title) for step in all_steps()}
    titles.setdefault("documents", _("Documents"))
    form = ReopenForm(
        request.POST if request.method == "POST" else None, fields=reopenable_fields(titles)
    )
    if form.is_valid():
        try:
            reopen_fields(
                found,
                form.cleaned_data["fields_opened"],
                reason=form.cleaned_data["reason"],
                open_until=form.cleaned_data["open_until"],
                by=cast(User, request.user),
            )
        except TraineeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The fields are open; the person was mailed."))
            return redirect("desk:application", public_id)
    context = {
        "application": found,
        "form": form,
        "can_reopen": form.is_bound or acts_of(found)["can_reopen"],
        "open_now": found.reopenings.filter(state__in=REOPENING_OPEN).first(),
    }
    return render(request, "desk/case/reopen.html", context, status=422 if form.errors else 200)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def reopening(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was submitted and what the person sent, side by side; approve it or refuse it."""
    row = _reopening_or_404(public_id)
    found = application_or_404(row.application.public_id)
    form = DecideForm(
        request.POST if request.method == "POST" else None, initial={"seen": stamp_of(row)}
    )
    if form.is_valid():
        try:
            _decide(row, form.cleaned_data, by=cast(User, request.user))
        except TraineeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The decision was made; the person was mailed."))
            return redirect("desk:application", found.public_id)
    if request.method != "POST":
        record_for(request, Act.READ, row, fields=("proposed",))
    row.refresh_from_db()
    if form.is_bound:
        again = request.POST.copy()
        again["seen"] = stamp_of(row)  # what the page shows now
        form.data = again
    context = {
        "application": found,
        "reopening": row,
        "labels": labels_of(row.fields),
        "differences": waiting_changes(row, found),
        "has_care": any(code.startswith(f"{CONSENT}.") for code in row.proposed),
        "papers": papers_since(row).select_related("kind", "file"),
        "form": form,
        "end_form": EndForm(),
        "can_decide": row.state == ReopeningState.PROPOSED,
        "can_end": row.state in REOPENING_OPEN,
        "history": with_words(row.moves, ReopeningState),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/case/reopening.html", context, status=status)


def _decide(row: Reopening, typed: dict[str, str], *, by: User) -> None:
    if typed["decision"] == DecideForm.Decision.APPROVE:
        approve_change(row, by=by, seen=typed["seen"])
    else:
        refuse_change(row, reason=typed["reason"], by=by, seen=typed["seen"])


@desk_page
@require_POST
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close the fields again before their day."""
    row = _reopening_or_404(public_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write why the fields are closed again, as plain text."))
        return redirect("desk:reopening", public_id)
    try:
        end_reopening(row, reason=form.cleaned_data["reason"], by=cast(User, request.user))
    except TraineeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The fields are closed again. Nothing was changed."))
    return redirect("desk:application", row.application.public_id)


def _reopening_or_404(public_id: UUID) -> Reopening:
    rows = Reopening.objects.select_related("application", "opened_by", "decided_by")
    return get_object_or_404(rows, public_id=public_id)
