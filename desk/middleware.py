"""What differs under /admin/: the content policy, because unfold's scripts evaluate expressions,
and pages of the admin that would answer a POST as if it were a GET.
"""

from collections.abc import Callable

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotAllowed,
)
from django.template.loader import get_template

ADMIN = "/admin/"
READ = {"index", "app_list", "search", "view_on_site", None}  # None: what only leads elsewhere


class MalformedFormMiddleware:
    """A form without its boundary cannot be read by anybody: 400, before any page looks at it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.content_type == "multipart/form-data" and not request.content_params.get(
            "boundary"
        ):
            return HttpResponseBadRequest(get_template("400.html").render({}))
        return self.get_response(request)


class AdminPolicyMiddleware:
    """Stands directly after django-csp, so that it speaks before the header is written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(ADMIN):
            response._csp_update = {"script-src": ["'unsafe-eval'"]}
            response._csp_replace = {"style-src": ["'self'", "'unsafe-inline'"]}
        return response


class ReadPagesMiddleware:
    """The admin's histories, indexes and redirects are read; a POST to them is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
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
