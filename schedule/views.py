"""The calendar feed, and the page that shows its address."""

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User

from .calendars import address_of, calendar_of, feed_by_token, feed_of, renew_feed


class RenewForm(forms.Form):
    """Which address is to be renewed: of two clicks the second finds another."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar, to whoever knows its address; a renewed or unknown one does not exist."""
    found = feed_by_token(token)
    if found is None:
        raise Http404
    return HttpResponse(
        calendar_of(found.user, timezone.localdate()),
        content_type="text/calendar; charset=utf-8",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": 'inline; filename="lgotp.ics"',
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """The address of one's own calendar, to copy, to open, or to renew."""
    person = cast(User, request.user)
    if request.method == "POST":
        form = RenewForm(request.POST)
        if form.is_valid():
            renew_feed(person, number=form.cleaned_data["number"])
            messages.success(request, _("Your calendar has a new address."))
        return redirect("schedule:calendar")
    feed = feed_of(person)
    address = address_of(feed) if feed else ""
    context = {
        "feed": feed,
        "address": address,
        "subscribe": address.replace("https://", "webcal://").replace("http://", "webcal://"),
        "form": RenewForm(initial={"number": feed.number if feed else 0}),
    }
    response = render(request, "schedule/calendar.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
