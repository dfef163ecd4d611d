"""A host nominates its own candidate; whoever looks after a nominee replaces them, takes the
nomination back, or sends the invitation again.
"""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.editing import in_words, once
from accounts.models import Role, User
from hosts.models import HostRequest
from schedule.vocabulary import Route
from trainees.models import SendingGovernment

from ..models import Nomination
from ..nominating import Proposal, nominate_until, reason_against
from ..permissions import can_nominate_own
from ..services import (
    PlacementError,
    invite_again,
    nominate,
    replace_nominee,
    tell_if_elsewhere,
    withdraw_nomination,
)
from ..services.employers import employers_of, enter_contact, enter_employer
from .asking import find_looked_after
from .forms import OneNomineeForm, ReplaceForm, WithdrawForm, employer_of_tie


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_nominate(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The host names its own candidate for a request of own selection that was received."""
    rows = HostRequest.objects.visible_to(request.user).with_names()
    found = get_object_or_404(rows, public_id=public_id)
    if not can_nominate_own(request.user, found):
        raise PermissionDenied
    country = str(found.tie.country) if found.tie else ""
    first = employer_of_tie(found.tie, employers_of(country))
    partner = [first["employer"]] if "employer" in first else []
    employers = _employers(request.user, country, *partner)
    if request.method == "POST":
        form = OneNomineeForm(request.POST, employers=employers, nationality=country)
    else:
        form = OneNomineeForm(initial=first, employers=employers, nationality=country)
    if form.is_bound and form.is_valid():
        values = dict(form.cleaned_data)
        key = values.pop("once")

        def create() -> str:
            values.update(_people(values, country))
            nominate(cycle=found.cycle, host_request=found, by=request.user, **values)
            text = _("{name} was nominated and gets an e-mail.")
            messages.success(request, text.format(name=values["passport_name"]))
            return reverse("hosts:request", args=[found.public_id])

        try:
            return redirect(once(request.user, key, create))
        except (PlacementError, ValidationError) as error:
            tell_if_elsewhere(error)
            form.add_error(None, in_words(error))
    proposal = Proposal(found.cycle, country, timezone.localdate(), host_request=found)
    context = {
        "form": form,
        "host_request": found,
        "until": nominate_until(proposal),
        "reason": reason_against(proposal),
    }
    status = 422 if form.errors else 200
    return render(request, "cases/own_nominate.html", context, status=status)


def _employers(user: User, country: str, *also: int) -> QuerySet[SendingGovernment]:
    """The employers that the form offers: to staff and offices those of the country. A host finds
    its partner and whom it has nominated from; any other it types, so that it does not learn from
    the list who else sends people.
    """
    rows = employers_of(country) if country else SendingGovernment.objects.all()
    rows = rows.select_related("organisation").order_by("organisation__name_en", "pk")
    if user.is_staff or user.has_role(Role.OVERSEAS_OFFICE):
        return rows
    governments = user.organisation_ids(Role.COORDINATOR)
    own = Nomination.objects.filter(host_request__answer__government__organisation__in=governments)
    return rows.filter(Q(pk__in=own.values("application__sending_government")) | Q(pk__in=also))


def _people(values: dict[str, Any], country: str) -> dict[str, Any]:
    """The employer and the contact there as rows; what was typed of them leaves the values."""
    typed, employer = values.pop("new_employer", ""), values.pop("employer", None)
    if employer is None:
        employer = enter_employer(typed, country=country or str(values["nationality"]))
    name, email = values.pop("contact_name"), values.pop("contact_email")
    contact = enter_contact(employer, name=name, email=email, language=values["language"])
    return {"sending_government": employer, "contact": contact}


def place_of(nomination: Nomination, user: User) -> str:
    """The page from which this person looks after the nominee."""
    if nomination.route == Route.OWN_SELECTION and not user.is_staff and nomination.host_request:
        return reverse("hosts:request", args=[nomination.host_request.public_id])
    if user.is_staff:
        return reverse("admin:placements_nomination_changelist")
    return reverse("recruitment:nomination", args=[nomination.public_id])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def nomination_withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a nomination back, with the reason."""
    nomination = find_looked_after(request.user, public_id)
    form = WithdrawForm(request.POST or None)
    if form.is_bound and form.is_valid():

        def create() -> str:
            withdraw_nomination(nomination, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _("The nomination was withdrawn. The nominee is told."))
            return place_of(nomination, request.user)

        try:
            return redirect(once(request.user, form.cleaned_data["once"], create))
        except (PlacementError, ValidationError) as error:
            form.add_error(None, in_words(error))
    back = place_of(nomination, request.user)
    context = {"form": form, "nomination": nomination, "back": back}
    status = 422 if form.errors else 200
    return render(request, "cases/nomination_withdraw.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def nomination_replace(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put another person in the place of a nominee: a new decision, with a reason."""
    nomination = find_looked_after(request.user, public_id)
    country = str(nomination.application.trainee.nationality)
    sender = nomination.application.sending_government
    kept = [sender.pk] if sender else []
    employers = _employers(request.user, str(sender.country) if sender else country, *kept)
    options = {
        "employers": employers,
        "nationality": country,
        "is_staff": request.user.is_staff,
    }
    first = {"employer": sender.pk} if sender else {}
    if request.method == "POST":
        form = ReplaceForm(request.POST, **options)
    else:
        form = ReplaceForm(initial=first, **options)
    if form.is_bound and form.is_valid():
        values = dict(form.cleaned_data)
        key, reason = values.pop("once"), values.pop("reason")

        def create() -> str:
            values.update(_people(values, country))
            replace_nominee(nomination, reason=reason, by=request.user, **values)
            text = _("{name} was nominated instead and gets an e-mail.")
            messages.success(request, text.format(name=values["passport_name"]))
            return place_of(nomination, request.user)

        try:
            return redirect(once(request.user, key, create))
        except (PlacementError, ValidationError) as error:
            tell_if_elsewhere(error)
            form.add_error(None, in_words(error))
    back = place_of(nomination, request.user)
    context = {"form": form, "nomination": nomination, "back": back}
    status = 422 if form.errors else 200
    return render(request, "cases/nomination_replace.html", context, status=status)


@login_required
@require_POST
def nomination_again(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Send the nominee a new link; a second click within a minute sends nothing."""
    nomination = find_looked_after(request.user, public_id)
    try:
        invite_again(nomination, by=request.user)
    except PlacementError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("A new invitation is on its way to the nominee."))
    return redirect(place_of(nomination, request.user))
