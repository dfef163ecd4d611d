"""What a page of the survey answers when its government is no longer asked."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .services import NotAskedError

Next = Callable[[HttpRequest], HttpResponse]


class NotAskedMiddleware:
    """Whoever begins an answer while the staff take it off the survey is told so; the address holds
    nothing any more, so that it is a 404 like every later one.
    """

    def __init__(self, get_response: Next):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotAskedError):
            return render(request, "hosts/not_asked.html", status=404)
        return None
