"""The versions of one answer, as staff read them."""

from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hosts.views.versions import versions_context

from .acts import find_answer
from .overview import page_context

desk_page = admin.site.admin_view


@desk_page
@require_safe
def answer_versions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the answer said when, and what differs between two versions."""
    answer = find_answer(public_id)
    context = {**page_context(answer.survey), **versions_context(request, answer)}
    return render(request, "desk/answer_versions.html", context)
