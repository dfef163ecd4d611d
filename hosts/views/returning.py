"""Returning an answer with comments to its fields; forwarding many answers together."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.editing import once
from accounts.models import Role

from ..addresses import relay_list
from ..forms import ManyForm, ReturnForm
from ..models import HostRequest, SurveyAnswer
from ..questions import replies_of, said
from ..relaying import forward_many
from ..services import HostError, coordinators_of, return_by_relay
from ..states import RequestState
from .answers import relay_acts
from .finding import WITH_UNITS, answers_of, find_relayed
from .relay import chosen_cycle
from .requests import _row_of as row_of


def return_form(answer: SurveyAnswer, data: object = None, files: object = None) -> ReturnForm:
    """The comments that an answer can be returned with, field by field."""
    replies = said(replies_of(answer), has_demand=answer.has_demand)
    return ReturnForm(
        data, files, answer=answer, requests=_commented(answer), row_of=row_of, replies=replies
    )


def _commented(answer: SurveyAnswer) -> list[HostRequest]:
    rows = (
        answer.requests.exclude(state=RequestState.WITHDRAWN)
        .select_related("training_programme", "treatment", "tie")
        .with_parts()
        .prefetch_related(WITH_UNITS)
    )
    found = list(rows)
    for row in found:
        row.answer = answer
        row.training_programme.host_request = row
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def relay_return(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Return an answer with a comment to each field that is to be corrected."""
    found = find_relayed(request.user, public_id)
    form = return_form(found)
    status = 200
    if request.method == "POST":
        form = return_form(found, request.POST, request.FILES)
        status = 422
        if form.is_valid():
            try:
                return_by_relay(
                    found,
                    reason=form.cleaned_data["reason"].strip(),
                    comments=form.said(),
                    by=request.user,
                )
            except HostError as error:
                form.add_error(None, str(error))
            else:
                text = _("The answer of {government} was returned.")
                messages.success(request, text.format(government=found.government.short_name))
                return redirect(relay_list(found.survey.cycle))
    elif "return" not in relay_acts(found):
        messages.info(request, _("This answer does not lie with you now."))
        return redirect("hosts:answer", found.public_id)
    context = {
        "form": form,
        "answer": found,
        "cycle": found.survey.cycle,
        "mailed": coordinators_of(found),
        "back": reverse("hosts:answer", args=[found.public_id]),
    }
    return render(request, "hosts/relay_return.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def relay_forward(request: HttpRequest) -> HttpResponse:
    """Forward the chosen answers together, after one look at their names and number."""
    if not request.user.has_role(Role.RELAY):
        raise PermissionDenied
    own = answers_of(request.user).relayed_by(request.user.organisation_ids(Role.RELAY))
    form = ManyForm(request.POST if request.method == "POST" else request.GET, answers=own)
    if not form.is_valid():
        for faults in form.errors.values():
            messages.error(request, " ".join(faults))
        return redirect(relay_list(chosen_cycle(request)))
    chosen = sorted(form.cleaned_data["answers"], key=lambda each: each.government.code)
    if request.method == "POST":
        return _forward(request, form, chosen)
    ready = [each for each in chosen if "forward" in relay_acts(each)]
    back = relay_list(chosen[0].survey.cycle)
    if not ready:
        messages.error(request, _("None of the chosen answers lies with you to be forwarded."))
        return redirect(back)
    context = {
        "back": back,
        "ready": ready,
        "left": [each for each in chosen if each not in ready],
        "form": ManyForm(answers=own),
    }
    return render(request, "hosts/relay_forward.html", context)


def _forward(request: HttpRequest, form: ManyForm, chosen: list[SurveyAnswer]) -> HttpResponse:
    """Each move is its own; what was left is named. Sent twice, the second finds it done."""
    back = relay_list(chosen[0].survey.cycle)
    told: list[tuple[SurveyAnswer, str]] = []
    done: list[SurveyAnswer] = []

    def create() -> str:
        forwarded, left = forward_many(chosen, by=request.user)
        done.extend(forwarded)
        told.extend(left)
        return back

    try:
        address = once(request.user, form.cleaned_data["once"], create)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(back)
    if done:
        text = ngettext("{n} answer was forwarded.", "{n} answers were forwarded.", len(done))
        messages.success(request, text.format(n=len(done)))
    for answer, reason in told:
        messages.error(request, f"{answer.government.short_name}: {reason}")
    if not done and not told:
        messages.info(request, _("These answers were forwarded already. Nothing was done twice."))
    return redirect(address)
