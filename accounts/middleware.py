"""What every request passes: the person's language, the age of the session, the second factor,
faults outside.
"""

import time
from collections.abc import Callable

from auditlog.middleware import AuditlogMiddleware
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect
from django.template.loader import get_template
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from .addresses import client_address
from .editing import keep_draft
from .second_factor import (
    go_on_under_a_new_key,
    has_app_or_key,
    has_factor_sheet,
    has_passed,
)
from .sheets import may_be_factor

Next = Callable[[HttpRequest], HttpResponse]

SEEN_EVERY_SECONDS = 60
# What leads to a second factor, and out; nothing that changes the account otherwise.
OPEN_WITHOUT_SECOND_FACTOR = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "mfa_sheet",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_reauthenticate",
        "account_login",
        "account_logout",
        "switch_language",
    }
)


class UnavailableMiddleware:
    """A database that is gone is a pause, not a fault of the reader: 503, with a time to come
    back.
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | InterfaceError):
            return unavailable()
        return None


def unavailable() -> HttpResponse:
    """The static page in both languages that says to come back in a moment."""
    page = get_template("503.html").render({})
    return HttpResponse(page, status=503, headers={"Retry-After": "10"})


class PrivatePagesMiddleware:
    """Pages are personal unless they say otherwise: no browser and no proxy keeps a copy."""

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, no_store=True, private=True)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        return response


class PersonLanguageMiddleware:
    """Pages without a language in their address speak the one chosen in this browser, else the
    person's.
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        in_address = translation.get_language_from_path(request.path_info)
        chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        if not in_address and not chosen and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)


class ChangeLogMiddleware(AuditlogMiddleware):
    """Tells the change log who acts and from where: an address that no visitor can make up."""

    @staticmethod
    def _get_remote_addr(request: HttpRequest) -> str | None:
        return client_address(request) or None

    @staticmethod
    def _get_remote_port(request: HttpRequest) -> int | None:
        return None


class SessionAgeMiddleware:
    """A session ends after a time without a request, and at the latest twelve hours after
    sign-in.
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and self._is_over(request):
            text = _("You were signed out after a time without activity.")
            if _keep_what_was_sent(request):
                text = _(
                    "You were signed out after a time without activity. What you typed was kept."
                )
            logout(request)
            messages.info(request, text)
            return redirect_to_login(request.get_full_path())
        return self.get_response(request)

    def _is_over(self, request: HttpRequest) -> bool:
        now = time.time()
        session = request.session
        began = session.setdefault("began_at", now)
        seen = session.get("seen_at", now)
        idle = settings.SESSION_IDLE_SECONDS
        allowed = idle["staff"] if request.user.needs_second_factor else idle["other"]
        if now - began > settings.SESSION_ABSOLUTE_SECONDS or now - seen > allowed:
            return True
        if "seen_at" not in session or now - seen > SEEN_EVERY_SECONDS:
            session["seen_at"] = now
        return False


def _keep_what_was_sent(request: HttpRequest) -> bool:
    """Keep a form that arrives too late as its page's draft; it is shown after the next sign-in."""
    if request.method != "POST":
        return False
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    name_of = getattr(match.func, "draft_name", None)
    is_forged = CsrfViewMiddleware(lambda _: HttpResponse()).process_view(
        request, match.func, (), {}
    )
    if name_of is None or is_forged:
        return False
    return keep_draft(request.user, name_of(**match.kwargs), request.POST) is not None


class RoleChangeMiddleware:
    """A session whose person has gained or lost a role goes on under a new key."""

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            roles = sorted(f"{m.role}:{m.organisation_id}" for m in request.user.active_memberships)
            if request.session.get("roles", roles) != roles:
                go_on_under_a_new_key(request)
            if request.session.get("roles") != roles:
                request.session["roles"] = roles
        return self.get_response(request)


class SecondFactorMiddleware:
    """Who needs a second factor and has none reaches nothing but its set-up; a session that has not
    shown the one that its person has is over.
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or not user.needs_second_factor:
            return self.get_response(request)
        strong = has_app_or_key(user)
        sheet = not strong and has_factor_sheet(user)
        if (strong or sheet) and not has_passed(request.session, user):
            logout(request)
            messages.info(request, _("Sign in again, with your second factor."))
            return redirect(settings.LOGIN_URL)
        if strong or (sheet and may_be_factor(user)) or _is_open(request):
            return self.get_response(request)
        return redirect("mfa_index")


def _is_open(request: HttpRequest) -> bool:
    """Whether this page can be reached without a second factor; the desk's own names never can."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    return not match.namespaces and match.url_name in OPEN_WITHOUT_SECOND_FACTOR
