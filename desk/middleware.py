"""The one exception in the content policy: unfold's scripts evaluate expressions, under /admin/
only.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

ADMIN = "/admin/"


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
