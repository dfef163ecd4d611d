"""Answering for a town that has no access: the relay enters what came by paper or telephone."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..addresses import relay_list
from ..entering import end_entry, start_entry
from ..forms import EntryForm
from ..models import SurveyAnswer
from ..services import HostError
from .answers import say_closed
from .finding import find_relayed


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def relay_entry(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say how the answer came; then the town's ordinary pages are open to the relay."""
    found = find_relayed(request.user, public_id)
    if not found.is_editable:
        return say_closed(request, found)
    form = EntryForm(initial={"received_on": timezone.localdate()})
    if found.channel != SurveyAnswer.Channel.PORTAL:
        form.initial.update({"channel": found.channel, "note": found.entered_note})
    status = 200
    if request.method == "POST":
        form = EntryForm(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            try:
                start_entry(found, **form.cleaned_data, by=request.user)
            except HostError as error:
                form.add_error(None, str(error))
            else:
                text = _("You can answer for {government} now.")
                messages.success(request, text.format(government=found.government.short_name))
                return redirect("hosts:answer", found.public_id)
    context = {
        "form": form,
        "answer": found,
        "cycle": found.survey.cycle,
        "back": relay_list(found.survey.cycle),
        "is_entered": found.channel != SurveyAnswer.Channel.PORTAL,
    }
    return render(request, "hosts/relay_entry.html", context, status=status)


@login_required
@require_POST
def relay_entry_end(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give the answer back to its government; what was typed stays."""
    found = find_relayed(request.user, public_id)
    try:
        end_entry(found, by=request.user)
    except HostError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("From now on only the government itself fills it in."))
    return redirect("hosts:answer", found.public_id)
