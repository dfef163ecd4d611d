"""Taking over where the predecessor has gone: anybody may ask, the office above decides."""

import uuid

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.succession import TakeOver, TakeOverState
from japan.offices import is_office_address

from ..forms import DecideTakeOverForm, GovernmentSearchForm, TakeOverForm
from ..handing_over import (
    ask_take_over,
    can_confirm,
    confirm_take_over,
    refuse_take_over,
    withdraw_take_over,
    withdrawal_token,
)
from ..handing_over.offices import members_of
from ..models import LocalGovernment
from ..models.governments import former_name
from ..services import HostError

FOUND_MAX = 20
SENT = "take_over_sent"  # the token of the last request that this browser has sent


@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest) -> HttpResponse:
    """Find one's government, then say who one is. The answer is the same whatever is known."""
    if request.method == "POST":
        return _ask(request)
    if "government" in request.GET:
        government = _government(request.GET["government"])
        return _ask_page(request, government, TakeOverForm(has_relay=_has_relay(government)))
    return _search(request, GovernmentSearchForm(request.GET if "q" in request.GET else None))


def _search(request: HttpRequest, form: GovernmentSearchForm) -> HttpResponse:
    found: list[LocalGovernment] = []
    is_searched = form.is_bound and form.is_valid()
    if is_searched:
        name = form.cleaned_data["q"]
        rows = _existing().named_like(name).annotate(former_name=former_name(name))
        found = list(rows.order_by("code")[: FOUND_MAX + 1])
    context = {
        "form": form,
        "found": found[:FOUND_MAX],
        "is_more": len(found) > FOUND_MAX,
        "is_searched": is_searched,
    }
    status = 422 if form.errors else 200
    return render(request, "hosts/people/take_over.html", context, status=status)


def _ask(request: HttpRequest) -> HttpResponse:
    try:
        government = _government(request.POST.get("government", ""))
    except Http404:  # the form lost its government on the way: choose it anew
        return _search(request, GovernmentSearchForm({}))
    form = TakeOverForm(request.POST, request.FILES, has_relay=_has_relay(government))
    if not form.is_valid():
        return _ask_page(request, government, form, status=422)
    values = dict(form.cleaned_data)
    token = withdrawal_token(values.pop("once") or uuid.uuid4())
    if not ratelimit.consume(
        request, app="allauth.account", action="take_over", key=values["email"]
    ):
        form.add_error(
            None, _("There were too many requests from here in a short time. Try again later.")
        )
        return _ask_page(request, government, form, status=429)
    try:
        ask_take_over(government, language=get_language() or "ja", withdrawal=token, **values)
    except HostError as error:
        form.add_error(None, str(error))
        return _ask_page(request, government, form, status=422)
    request.session[SENT] = token
    return redirect("hosts:take_over_sent")


def _ask_page(
    request: HttpRequest, government: LocalGovernment, form: TakeOverForm, *, status: int = 200
) -> HttpResponse:
    context = {"government": government, "form": form}
    return render(request, "hosts/people/take_over_form.html", context, status=status)


@never_cache
@require_safe
def take_over_sent(request: HttpRequest) -> HttpResponse:
    """What happens next, the same for everybody, with the link that takes the request back."""
    token = request.session.get(SENT, "")
    address = reverse("hosts:take_over_withdraw", args=[token]) if token else ""
    context = {"withdrawal": request.build_absolute_uri(address) if address else ""}
    return render(request, "hosts/people/take_over_sent.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_over_withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take one's request back. Mail filters and previews open links, so only POST does it; the page
    is the same for every token, as it is for everybody who asks.
    """
    is_done = request.method == "POST"
    if is_done:
        try:
            withdraw_take_over(token)
        except HostError as error:
            messages.error(request, str(error))
            is_done = False
        if is_done and request.session.get(SENT) == token:
            del request.session[SENT]
    context = {"is_done": is_done}
    response = render(request, "hosts/people/take_over_withdraw.html", context)
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _existing():
    today = timezone.localdate()
    rows = LocalGovernment.objects.filter(Q(valid_until=None) | Q(valid_until__gte=today))
    return rows.select_related("organisation", "prefecture__organisation")


def _government(code: str) -> LocalGovernment:
    """By its code, which everybody knows. Raises Http404."""
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        raise Http404
    return get_object_or_404(_existing(), code=code)


def _has_relay(government: LocalGovernment) -> bool:
    return government.kind == LocalGovernment.Kind.PREFECTURE


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_over_decide(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who asks, what is known of the office, and confirming or refusing."""
    return decide(request, public_id, "hosts/people/take_over_decide.html", reverse("hosts:home"))


def decide(request: HttpRequest, public_id: uuid.UUID, template: str, back: str) -> HttpResponse:
    """The page of one request, for relay officers and on the desk alike."""
    rows = TakeOver.objects.visible_to(request.user).select_related(
        "organisation", "confirmer", "invitation"
    )
    found = get_object_or_404(rows, public_id=public_id)
    government = get_object_or_404(
        LocalGovernment.objects.select_related("organisation", "prefecture__organisation"),
        organisation=found.organisation_id,
    )
    may_decide = can_confirm(request.user, found)
    if request.method == "POST" and not may_decide:
        raise PermissionDenied
    present = members_of(government, found.role).filter(user__is_active=True)
    members = list(present.select_related("user").order_by("pk"))
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DecideTakeOverForm(*sent, members=members)
    if form.is_bound and form.is_valid() and _decided(request, found, form):
        return redirect(request.path)
    context = {
        "take_over": found,
        "government": government,
        "members": members,
        "form": form,
        "may_decide": may_decide and found.is_waiting,
        "has_office_address": is_office_address(found.email),
        "moves": [
            (move, TakeOverState(move.to_state).label) for move in found.moves.select_related("by")
        ],
        "back": back,
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _decided(request: HttpRequest, found: TakeOver, form: DecideTakeOverForm) -> bool:
    values = form.cleaned_data
    try:
        if values["act"] == form.CONFIRM:
            confirm_take_over(
                found,
                by=request.user,
                identity_check=values["identity_check"],
                ends=values.get("ends", ()),
                ends_on=values.get("ends_on"),
            )
            done = _("It was confirmed. An invitation was sent to {email}.")
        else:
            refuse_take_over(found, by=request.user, reason=values["reason"])
            done = _("It was refused. The reason was sent to {email}.")
    except HostError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, done.format(email=found.email))
    return True
