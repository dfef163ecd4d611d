"""The end of a cycle: closed when its year is over, or called off."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from placements.forms import ReasonForm
from schedule.models import Cycle
from schedule.services import ScheduleError, call_off_cycle, close_cycle

desk_page = admin.site.admin_view


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Close a cycle whose year is over, after a page that says what that means."""
    cycle = _cycle(programme, year)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            close_cycle(cycle, by=request.user, on=timezone.localdate())
        except ScheduleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("{cycle} is closed.").format(cycle=cycle))
            return redirect("admin:schedule_cycle_change", cycle.pk)
    return _page(request, "desk/close_cycle.html", cycle, form)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Call a cycle off with a reason, after a page that says what that means."""
    cycle = _cycle(programme, year)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            call_off_cycle(cycle, reason=form.cleaned_data["reason"], by=request.user)
        except ScheduleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("{cycle} is called off.").format(cycle=cycle))
            return redirect("admin:schedule_cycle_change", cycle.pk)
    return _page(request, "desk/call_off_cycle.html", cycle, form)


def _cycle(programme: str, year: int) -> Cycle:
    return get_object_or_404(Cycle.objects.of(programme, year))


def _page(request: HttpRequest, template: str, cycle: Cycle, form: forms.Form) -> HttpResponse:
    context = {"cycle": cycle, "form": form, "is_open": cycle.state == Cycle.State.OPEN}
    return render(request, template, context, status=422 if form.errors else 200)
