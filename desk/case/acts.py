"""What staff do with one application: complete, freeze, withdraw; waive a rule."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.editing import in_words
from accounts.models import User
from trainees.eligibility import end_waiver, verdicts_of, waive_rule
from trainees.services import TraineeError, freeze, mark_complete
from trainees.states import ApplicationState
from trainees.withdrawals import what_follows, withdraw_for

from .forms import WaiveForm, WithdrawForm
from .page import acts_of, application_or_404

desk_page = admin.site.admin_view


@desk_page
@require_POST
def complete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The papers were checked and nothing is missing; a frozen one is open to the office again."""
    done = _("The application is complete.")
    return _do(request, public_id, mark_complete, ApplicationState.COMPLETE, done)


@desk_page
@require_POST
def freeze_it(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close it to changes, so that everybody judges the same papers."""
    done = _("The application is frozen for review.")
    return _do(request, public_id, freeze, ApplicationState.FROZEN, done)


def _do(
    request: HttpRequest,
    public_id: UUID,
    act: Callable[..., object],
    target: str,
    done: str,
) -> HttpResponse:
    """Do it, once: a second click finds it done. What the page showed comes with the click, since
    the same button on an old page may mean something else by now.
    """
    found = application_or_404(public_id)
    seen = request.POST.get("seen", found.state)
    try:
        if found.state != target:
            if seen != found.state:
                raise TraineeError(_("It stands elsewhere since you opened this page. Look again."))
            act(found, by=cast(User, request.user))
    except TraineeError as error:
        found.refresh_from_db(fields=["state"])
        if found.state != target:  # else the other click was faster
            messages.error(request, str(error))
            return redirect("desk:application", public_id)
    messages.success(request, done)
    return redirect("desk:application", public_id)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Withdraw for the person; the page says first what follows, after a decision above all."""
    found = application_or_404(public_id)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            withdraw_for(found, reason=form.cleaned_data["reason"], by=cast(User, request.user))
        except TraineeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The application was withdrawn; who counts on it is told."))
            return redirect("desk:application", public_id)
    can_withdraw = acts_of(found)["can_withdraw"]
    context = {
        "application": found,
        "form": form,
        "can_withdraw": can_withdraw,
        "follows": what_follows(found) if can_withdraw else [],
    }
    return render(request, "desk/case/withdraw.html", context, status=422 if form.errors else 200)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def waive(request: HttpRequest, public_id: UUID, rule: str) -> HttpResponse:
    """Waive one rule for one person, with a reason that stays."""
    found = application_or_404(public_id)
    row = next(
        (each for each in verdicts_of(found, timezone.localdate()) if each.rule.code == rule), None
    )
    if row is None:
        raise Http404
    form = WaiveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            waiver = waive_rule(
                found, rule, reason=form.cleaned_data["reason"], by=cast(User, request.user)
            )
        except (TraineeError, ValidationError) as error:
            form.add_error(None, in_words(error))
        else:
            if waiver.reason == form.cleaned_data["reason"].strip():
                messages.success(request, _("The rule was waived; the reason stays."))
            else:
                messages.warning(
                    request,
                    _("The rule was waived already. The reason given then stays, not yours."),
                )
            return redirect("desk:application", public_id)
    context = {"application": found, "row": row, "form": form}
    return render(request, "desk/case/waive.html", context, status=422 if form.errors else 200)


@desk_page
@require_POST
def unwaive(request: HttpRequest, public_id: UUID, rule: str) -> HttpResponse:
    """The rule counts again; the waiver stays readable."""
    found = application_or_404(public_id)
    waiver = found.waivers.filter(rule=rule, ended_at=None).first()
    if waiver is not None:
        try:
            end_waiver(waiver, by=cast(User, request.user))
        except TraineeError as error:
            messages.error(request, str(error))
            return redirect("desk:application", public_id)
    messages.success(request, _("The rule counts again. The earlier waiver stays readable."))
    return redirect("desk:application", public_id)
