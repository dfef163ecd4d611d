"""Who comes in by a personal link."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.link_services import (
    HELD,
    OPENED,
    find_link,
    keep_typed,
    link_holder,
    was_held,
)

View = Callable[..., HttpResponse]


def by_link(purpose: str) -> Callable[[View], View]:
    """Only whoever holds the link that the address names; its row comes as `link`.

    To everybody else the page does not exist. A browser whose time is over is led to a new code,
    and what it sent is kept; if the link is dead, that page says so.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, public_id: object, **parts: object) -> HttpResponse:
            link = link_holder(request, public_id, purpose)
            if link is not None:
                return view(request, link=link, **parts)
            if not was_held(request, public_id) or link_holder(request, public_id):
                raise Http404  # another's case, or one's own link on a page of another purpose
            request.session[OPENED] = request.session[HELD][str(public_id)]["token"]
            if find_link(request.session[OPENED]) is None:  # the page says itself that it is over
                return redirect("accounts:link_opened")
            if keep_typed(request):
                text = _("The time of your code is over. What you typed was kept.")
            else:
                text = _("The time of your code is over. Ask for a new one.")
            messages.info(request, text)
            return redirect("accounts:link_opened")

        return guarded

    return guard
