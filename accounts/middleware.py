"""What every request passes: the methods there are, the person's language, the age of the session,
the second factor.
"""

import time
from collections.abc import Callable

from auditlog.middleware import AuditlogMiddleware
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from .addresses import client_address
from .second_factor import has_passed, has_second_factor

Next = Callable[[HttpRequest], HttpResponse]

SEEN_EVERY_SECONDS = 60
METHODS = ("GET", "HEAD", "POST")
OPEN_WITHOUT_SECOND_FACTOR = ("mfa_", "account_", "switch_language")


class MethodsMiddleware:
    """The portal reads and it posts. Any other method is refused before an address is looked up, so
    that nobody learns from it what is there; packages' views would serve it as a GET.
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return self.get_response(request)


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
            logout(request)
            messages.info(
                request,
                _("You were signed out after a time without activity. What you typed was kept."),
            )
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
        if has_second_factor(user):
            if has_passed(request.session, user):
                return self.get_response(request)
            logout(request)
            messages.info(request, _("Sign in again, with your second factor."))
            return redirect(settings.LOGIN_URL)
        return self.get_response(request) if _is_open(request) else redirect("mfa_index")


def _is_open(request: HttpRequest) -> bool:
    """Whether this page can be reached without a second factor; the desk's own names never can."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    name = match.url_name or ""
    return not match.namespaces and name.startswith(OPEN_WITHOUT_SECOND_FACTOR)
