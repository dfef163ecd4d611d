"""Requests to take over, decided on the desk."""

from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from hosts.views.take_overs import decide

desk_page = admin.site.admin_view


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One request, with what is known of the office; staff confirm or refuse it."""
    back = reverse("admin:accounts_takeover_changelist")
    return decide(request, public_id, "desk/take_over.html", back)
