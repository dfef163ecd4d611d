"""What every answer carries and what no page may take in, whatever the page is; and what differs
under /admin/.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import get_template
from django.urls import Resolver404, resolve

from accounts.link_services import link_holder
from files.limits import ANONYMOUS_BYTES, limit_of

from .faults import is_outside, unavailable

Next = Callable[[HttpRequest], HttpResponse]

ADMIN = "/admin/"
READ = {"index", "app_list", "search", "view_on_site", None}  # None: what only leads elsewhere
HEADERS = {
    # Pages are personal unless they say otherwise: no browser and no proxy keeps a copy.
    "Cache-Control": "no-store, private",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class HeadersMiddleware:
    """Stands outside all others, so that refusals, redirects and static files are covered too."""

    def __init__(self, get_response: Next):
        self.get_response = get_response
        self.headers = dict(HEADERS)
        if settings.PRODUCTION:
            self.headers["Strict-Transport-Security"] = (
                f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
            )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        return response


class AdminPolicyMiddleware:
    """The one exception in the content policy: unfold's scripts evaluate expressions, under /admin/
    only. Stands directly after django-csp, so that it speaks before the header is written.
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(ADMIN):
            response._csp_update = {"script-src": ["'unsafe-eval'"]}
            response._csp_replace = {"style-src": ["'self'", "'unsafe-inline'"]}
        return response


class ReadPagesMiddleware:
    """The admin's histories, indexes and redirects are read; a POST to them is refused."""

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponse | None:
        match = request.resolver_match
        if request.method != "POST" or match is None or match.namespaces[:1] != ["admin"]:
            return None
        if match.url_name in READ or match.url_name.endswith("_history"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return None


class MalformedFormMiddleware:
    """What nobody can read is 400: a form without its boundary, before any page looks at it, and a
    filter of the desk that names no column (the lists mend it themselves, their exports do not).
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.content_type == "multipart/form-data" and not request.content_params.get(
            "boundary"
        ):
            return _refuse(400)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return _refuse(400) if isinstance(error, IncorrectLookupParameters) else None


class UnavailableMiddleware:
    """A page that lost its database, cache or disk says so in one line of the log. Faults of the
    middleware itself end in `desk.faults.server_error`.
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return unavailable(error) if is_outside(error) else None


class BodyLimitMiddleware:
    """A body that is too long for its page and its reader is refused unread. Stands after
    authentication; whoever sends a short one costs nothing here.
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("HTTP_TRANSFER_ENCODING"):
            return _refuse(411)  # Django reads by the length, so this would look like an empty form
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length <= ANONYMOUS_BYTES:
            return self.get_response(request)
        if length > _limit_at(request.path_info):
            return _refuse(413)
        if not request.user.is_authenticated and not _holds_the_link(request):
            return _refuse(413)
        return self.get_response(request)


def _limit_at(path: str) -> int:
    try:
        return limit_of(resolve(path).func)
    except Resolver404:
        return ANONYMOUS_BYTES


def _holds_the_link(request: HttpRequest) -> bool:
    """Whether the page takes files by personal link and this browser holds the one it names."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    public_id = match.kwargs.get("public_id")
    takes = getattr(match.func, "upload_by_link", False)
    return bool(takes and public_id and link_holder(request, public_id))


def _refuse(status: int) -> HttpResponse:
    """The static page in both languages that says why nothing was taken."""
    name = "413.html" if status == 413 else "400.html"
    return HttpResponse(get_template(name).render({}), status=status)
