"""What administrators do to another person's ways in: end sessions, close, reset a lost factor."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.second_factor import has_app_or_key, is_asked_at_sign_in
from accounts.services import (
    AccountError,
    close_account,
    end_all_sessions,
    reopen_account,
    reset_second_factor,
)
from accounts.sheets import sheet_of

from .forms import AccessReasonForm, ResetFactorForm

desk_page = admin.site.admin_view
EVENTS_SHOWN = 50


@desk_page
@require_safe
def person_access(request: HttpRequest, public_id: str) -> HttpResponse:
    """How a person gets in, what happened to it, and what an administrator may do about it."""
    return _page(request, _person(request, public_id))


@desk_page
@require_POST
def end_sessions(request: HttpRequest, public_id: str) -> HttpResponse:
    """Sign the person out everywhere."""
    person = _person(request, public_id)
    return _do(
        request,
        person,
        lambda: end_all_sessions(person, by=request.user),
        _("{name} was signed out everywhere."),
    )


@desk_page
@require_POST
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """Close the account; its rows stay."""
    person = _person(request, public_id)
    form = AccessReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, person, state_form=form)
    return _do(
        request,
        person,
        lambda: close_account(person, by=request.user, **form.cleaned_data),
        _("The account of {name} is closed."),
    )


@desk_page
@require_POST
def reopen(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let the person sign in again."""
    person = _person(request, public_id)
    form = AccessReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, person, state_form=form)
    return _do(
        request,
        person,
        lambda: reopen_account(person, by=request.user, **form.cleaned_data),
        _("{name} may sign in again."),
    )


@desk_page
@require_POST
def reset_factor(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a lost second factor away; the person sets up a new one at the next sign-in."""
    person = _person(request, public_id)
    form = ResetFactorForm(request.POST)
    if not form.is_valid():
        return _page(request, person, factor_form=form)
    return _do(
        request,
        person,
        lambda: reset_second_factor(person, by=request.user, **form.cleaned_data),
        _("The second factor of {name} was reset. A mail tells them."),
    )


def _person(request: HttpRequest, public_id: str) -> User:
    """People are the administrators' to change."""
    if not request.user.is_superuser:
        raise PermissionDenied
    return get_object_or_404(User, public_id=public_id)


def _do(request: HttpRequest, person: User, change: Callable[[], None], done: str) -> HttpResponse:
    try:
        change()
    except AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done.format(name=person))
    return redirect("desk:access", person.public_id)


def _page(
    request: HttpRequest,
    person: User,
    *,
    state_form: AccessReasonForm | None = None,
    factor_form: ResetFactorForm | None = None,
) -> HttpResponse:
    context = {
        "subject": person,
        "is_own": person.pk == request.user.pk,
        "has_app_or_key": has_app_or_key(person),
        "has_factor": is_asked_at_sign_in(person) or sheet_of(person) is not None,
        "sheet": sheet_of(person),
        "sessions": UserSession.objects.filter(user=person).count(),
        "events": person.access_events.select_related("by")[:EVENTS_SHOWN],
        "state_form": state_form or AccessReasonForm(auto_id="id_state_%s"),
        "factor_form": factor_form or ResetFactorForm(auto_id="id_factor_%s"),
        "form": state_form or factor_form,
    }
    status = 422 if state_form or factor_form else 200
    return render(request, "desk/access.html", context, status=status)
