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
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .addresses import client_address
from .editing import keep_draft
from .models import Role
from .second_factor import (
    go_on_under_a_new_key,
    has_app_or_key,
    has_factor_sheet,
    has_passed,
)
from .sheets import may_be_factor

Next = Callable[[HttpRequest], HttpResponse]

SEEN_EVERY_SECONDS = 60
LOST = "roles_lost"  # in a session: what its person has lost and was not told of yet
METHODS = ("GET", "HEAD", "POST")
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


class SentOnlyMiddleware:
    """An address that only takes what a page sends says so to whoever opens it. Who has to sign in
    again while sending something is led back there, and would see nothing at all.
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        reads = request.method in ("GET", "HEAD")
        if response.status_code == 405 and reads and not response.content:
            above = _page_above(request.path_info)
            response.content = render(request, "405.html", {"above": above}).content
        return response


def _page_above(path: str) -> str:
    """The nearest page whose address this one goes on from, where there is one."""
    while path := path.rstrip("/").rpartition("/")[0]:
        try:
            if resolve(f"{path}/").url_name:
                return f"{path}/"
        except Resolver404:
            continue
    return ""


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
    kept = match.func.draft_of_sent(request.POST)
    return keep_draft(request.user, name_of(**match.kwargs), kept) is not None


class RoleChangeMiddleware:
    """A session whose person has gained or lost a role goes on under a new key. Who loses one while
    at work is told so, instead of a page that is not there any more; what was typed is kept.
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        roles = sorted(f"{m.role}:{m.organisation_id}" for m in request.user.active_memberships)
        before = request.session.get("roles", roles)
        if before != roles:
            go_on_under_a_new_key(request)
            if lost := sorted(set(before) - set(roles)):
                request.session[LOST] = lost
        if request.session.get("roles") != roles:
            request.session["roles"] = roles
        response = self.get_response(request)
        if LOST in request.session and _is_seen(request):
            lost = request.session.pop(LOST)
            if response.status_code in (403, 404):
                return self._told(request, lost)
        return response

    def _told(self, request: HttpRequest, lost: list[str]) -> HttpResponse:
        labels = dict(Role.choices)
        names = dict.fromkeys(str(labels.get(each.split(":")[0], "")) for each in lost)
        if _keep_what_was_sent(request):
            text = _(
                "Your role has ended: {roles}. Nothing was changed; what you typed last was kept "
                "and comes back if the role does. If this is a mistake, please call the office "
                "named at the foot of the page."
            )
        else:
            text = _(
                "Your role has ended: {roles}. Nothing was changed. If this is a mistake, please "
                "call the office named at the foot of the page."
            )
        roles = pgettext("between names", ", ").join(names)
        messages.warning(request, text.format(roles=roles))
        return redirect("accounts:home")


def _is_seen(request: HttpRequest) -> bool:
    """Whether a person looks at the answer; a draft that saves itself shows nobody anything."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


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
