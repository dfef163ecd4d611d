"""The people of an office: who they are, who comes and who leaves."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import (
    draft_of,
    drop_draft,
    in_words,
    initial_from,
    keep_draft,
    keeps_draft,
    once,
)
from accounts.models import Invitation, Membership, User
from accounts.succession import ROLES_HANDED_OVER, HandOver, TakeOver

from ..forms import ColleagueForm, LeavingForm
from ..handing_over import (
    announce_leaving,
    invite_colleague,
    is_last,
    open_invitations,
    own_memberships,
    renew_invitation,
    roles_to_give,
    take_back_invitation,
    take_back_leaving,
    watchers_of,
)
from ..handing_over.offices import governments_looked_after_by
from ..handing_over.people import former_members, present_members
from ..models import LocalGovernment
from ..services import HostError


def find_office(user: User, public_id: uuid.UUID) -> LocalGovernment:
    """What is not looked after by this person does not exist for them."""
    rows = governments_looked_after_by(user).select_related(
        "organisation", "prefecture__organisation"
    )
    return get_object_or_404(rows, organisation__public_id=public_id)


@login_required
@require_safe
def people(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who acts for this government, since when and until when; who is invited, who asks."""
    government = find_office(request.user, public_id)
    today = timezone.localdate()
    context = {
        "government": government,
        "today": today,
        "members": present_members(government, today),
        "former": former_members(government, today),
        "invitations": list(open_invitations(government).select_related("invited_by")),
        "take_overs": list(TakeOver.objects.filter(organisation=government.organisation)[:5]),
        "may_invite": bool(roles_to_give(request.user, government)),
        "may_leave": bool(own_memberships(request.user, government)),
        "now": timezone.now(),
    }
    return render(request, "hosts/people/people.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def people_invite(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Invite a colleague; the page says who is told."""
    government = find_office(request.user, public_id)
    roles = roles_to_give(request.user, government)
    if not roles:
        raise PermissionDenied
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ColleagueForm(*sent, roles=roles)
    if form.is_bound and form.is_valid():
        values = dict(form.cleaned_data)
        key = values.pop("once")

        def create() -> str:
            invite_colleague(government, by=request.user, **values)
            return reverse("hosts:people", args=[public_id])

        if address := _done(request, form, key, create):
            text = _("An invitation was sent to {email}.").format(email=values["email"])
            messages.success(request, text)
            return redirect(address)
    return _form_page(request, government, form, "hosts/people/invite.html")


def leaving_draft(public_id: uuid.UUID) -> str:
    """Under which name a person's unsaved typing is kept."""
    return f"hosts.leaving:{public_id}"


@keeps_draft(leaving_draft)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def people_leave(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Announce one's own last day and the successor."""
    government = find_office(request.user, public_id)
    own = {each.role: each for each in own_memberships(request.user, government)}
    if not own:
        raise PermissionDenied
    name = leaving_draft(public_id)
    if request.method != "POST":
        form = LeavingForm(roles=list(own), initial=_left_typed(request.user, name))
        return _form_page(request, government, form, "hosts/people/leave.html", own=own)
    form = LeavingForm(request.POST, request.FILES, roles=list(own))
    if form.is_valid():
        values = dict(form.cleaned_data)
        key, role = values.pop("once"), values.pop("role")

        def create() -> str:
            announce_leaving(government, own[role], by=request.user, **values)
            return reverse("hosts:hand_over", args=[public_id])

        if address := _done(request, form, key, create):
            drop_draft(request.user, name)
            messages.success(request, _("Your last day was announced."))
            return redirect(address)
    keep_draft(request.user, name, request.POST)
    return _form_page(request, government, form, "hosts/people/leave.html", own=own)


def _left_typed(user: User, name: str) -> dict[str, object]:
    found = initial_from(draft_of(user, name), LeavingForm)
    return {field: value for field, value in found.items() if field != "once"}


@login_required
@require_POST
def people_stay(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take one's announced last day back."""
    found = get_object_or_404(
        HandOver.objects.filter(membership__user=request.user).select_related(
            "membership__organisation", "invitation"
        ),
        public_id=public_id,
    )
    office = found.membership.organisation.public_id
    _try(request, lambda: take_back_leaving(found, by=request.user), _("You stay. Nobody follows."))
    return redirect("hosts:people", office)


@login_required
@require_POST
def invitation_again(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Send a new link."""
    government, found = _find_invitation(request.user, public_id)
    text = _("A new invitation was sent to {email}.").format(email=found.email)
    _try(request, lambda: renew_invitation(government, found, by=request.user), text)
    return redirect("hosts:people", government.organisation.public_id)


@login_required
@require_POST
def invitation_back(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take an invitation back."""
    government, found = _find_invitation(request.user, public_id)
    text = _("The invitation was taken back.")
    _try(request, lambda: take_back_invitation(government, found, by=request.user), text)
    return redirect("hosts:people", government.organisation.public_id)


def _find_invitation(user: User, public_id: uuid.UUID) -> tuple[LocalGovernment, Invitation]:
    """An invitation of an office that this person looks after, to a role that is theirs to give."""
    offices = governments_looked_after_by(user)
    found = get_object_or_404(
        Invitation.objects.filter(
            organisation__in=offices.values("organisation"), role__in=ROLES_HANDED_OVER
        ).select_related("organisation"),
        public_id=public_id,
    )
    government = find_office(user, found.organisation.public_id)
    if found.role not in roles_to_give(user, government):
        raise PermissionDenied
    return government, found


def _done(
    request: HttpRequest, form: ColleagueForm | LeavingForm, key: object, create: Callable[[], str]
) -> str:
    """Where the form leads once it is done; empty, the fault in the form, if it was refused."""
    try:
        return once(request.user, key, create)
    except (HostError, ValidationError) as error:
        form.add_error(None, in_words(error))
        return ""


def _try(request: HttpRequest, change: Callable[[], object], done: str) -> None:
    try:
        change()
    except HostError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)


def _form_page(
    request: HttpRequest,
    government: LocalGovernment,
    form: ColleagueForm | LeavingForm,
    template: str,
    *,
    own: dict[str, Membership] | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    watchers = watchers_of(government, but=request.user)
    context = {
        "government": government,
        "form": form,
        "mailed": watchers.officers,
        "mailed_staff": len(watchers.staff),
        "is_last": any(is_last(each, today) for each in (own or {}).values()),
    }
    return render(request, template, context, status=422 if form.errors else 200)
