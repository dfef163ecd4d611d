"""The one exception in the content policy: unfold's scripts evaluate expressions, under /admin/
only.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import get_template

ADMIN = "/admin/"


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
