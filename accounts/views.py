"""The first page after sign-in, the invitation, and the language."""

from contextlib import suppress

from allauth.account.views import (
    PasswordResetFromKeyView,
    password_reset_from_key,
    password_set,
)
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils.http import base36_to_int, url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .forms import ProfileForm
from .models import PERSONAL_ROLES, Invitation, User
from .panels import render_panels
from .places import first_place
from .renewals import send_again
from .services import AccountError, accept_invitation, find_invitation

OPENED = "opened_invitation"  # where the session keeps the invitation whose link was opened
OVER = "invitation_over"  # the hash of the token of a link that opened nothing


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead each person to where they work."""
    return redirect(first_place(request.user))


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What is to do and where the cycle stands, for roles without pages of their own yet."""
    panels = render_panels("overview", request)
    return render(request, "accounts/overview.html", {"panels": panels})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The person's own name, and the language of the mails and of the pages without a language."""
    if request.method != "POST":
        form = ProfileForm(instance=request.user)
        return render(request, "accounts/profile.html", {"form": form})
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=request.user.pk)
        form = ProfileForm(request.POST, instance=person)
        if form.is_valid():
            form.save()
            messages.success(request, _("Your profile was saved."))
            return redirect("accounts:profile")
    context = {"form": form, "differences": form.conflicts() if form.stale else []}
    return render(request, "accounts/profile.html", context, status=422)


@never_cache
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail. The session takes the invitation over, so that no page has the token in
    its address and none can pass it on.
    """
    found = find_invitation(token)
    if found is None or not found.is_usable():
        request.session[OVER] = Invitation.hash_of(token)
        response = _invitation_over(request, found)
    else:
        request.session[OPENED] = found.pk
        response = redirect("accounts:accept")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Show the invitation that was opened; only POST spends it, because mail filters open links."""
    found = Invitation.objects.filter(pk=request.session.get(OPENED)).first()
    if found is None or not found.is_usable():
        return _invitation_over(request, found)
    if request.method != "POST":
        return render(request, "accounts/invitation.html", {"invitation": found})
    return _accept(request, found)


def _invitation_over(request: HttpRequest, found: Invitation | None) -> HttpResponse:
    status = 404 if found is None else 410
    context = {"invitation": found}
    return render(request, "accounts/invitation_over.html", context, status=status)


@never_cache
@require_POST
def invitation_again(request: HttpRequest) -> HttpResponse:
    """Ask for an invitation anew. The page is the same whether there was one; the mail, if there is
    any, goes to the address of the old one.
    """
    over = request.session.get(OVER)
    usage = ratelimit.consume(
        request, app="allauth.account", action="invitation_again", key=str(over)
    )
    if usage is None:
        return render(request, "429.html", status=429)
    send_again(over)
    return render(request, "accounts/invitation_again.html")


def _accept(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Spend the invitation in the way that fits the person who opened it."""
    known = User.objects.filter(email=found.email).first()
    if request.user.is_authenticated:
        return _spend(request, found, by=request.user)
    if known and not known.signs_in_by_code:
        messages.info(request, _("Sign in first; then you come back to the invitation."))
        here = urlencode({"next": reverse("accounts:accept")})
        return redirect(f"{reverse('account_login')}?{here}")
    if known or found.role in PERSONAL_ROLES:
        return _spend(request, found, by=known)
    request.session["invitation"] = found.pk
    request.session["account_verified_email"] = found.email
    return redirect("account_signup")


def _spend(request: HttpRequest, found: Invitation, *, by: User | None) -> HttpResponse:
    try:
        accept_invitation(found, by=by)
    except AccountError as error:
        context = {"invitation": found, "error": str(error)}
        return render(request, "accounts/invitation.html", context, status=409)
    if request.user.is_authenticated:
        messages.success(request, _("The role has been added to your account."))
        return redirect("accounts:home")
    messages.success(request, _("Your account is ready. Ask for a code to sign in."))
    address = reverse("account_request_login_code")
    return redirect(f"{address}?{urlencode({'email': found.email})}")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password(request: HttpRequest, uidb36: str, key: str) -> HttpResponse:
    """The link of the reset mail works once: of two who use it at once the second waits and finds
    it spent. allauth moves its key into the session; the redirect tells nobody where it came from.
    """
    with transaction.atomic():
        if request.method == "POST":
            _lock_person(uidb36)
        response = password_reset_from_key(request, uidb36=uidb36, key=key)
        if hasattr(response, "render"):
            response.render()
    response.headers["Referrer-Policy"] = (
        "same-origin" if key == PasswordResetFromKeyView.reset_url_key else "no-referrer"
    )
    return response


def _lock_person(uidb36: str) -> None:
    """Whoever else uses this link waits; what is no number names nobody."""
    with suppress(ValueError):
        User.objects.select_for_update().filter(pk=base36_to_int(uidb36)).first()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest) -> HttpResponse:
    """A first password is for those who act for an office; trainees keep to their codes."""
    if not request.user.roles - PERSONAL_ROLES:
        raise Http404
    return password_set(request)


@require_safe
def switch_language(request: HttpRequest, code: str) -> HttpResponse:
    """Show the page that the reader came from in the other language; a cookie remembers the choice.

    The language of a person's mails is part of their profile and changes there, by POST.
    """
    if code not in dict(settings.LANGUAGES):
        raise Http404
    target = request.GET.get("next", "/")
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(target, hosts, require_https=request.is_secure())
    if not is_ours or not target.startswith("/"):
        target = "/"
    response = HttpResponseRedirect(translate_url(target, code))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response
