"""What staff do about one answer, or about the whole survey, once it is open."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.plain_text import PlainTextMixin
from hosts.closing import close_survey, reason_against_last_day, reopen_answer, unfinished
from hosts.entering import (
    CHANNELS,
    NOTE_LENGTH,
    end_entry,
    reason_against_receipt,
    start_entry,
)
from hosts.extending import (
    end_extension,
    extend_answer,
    reason_against_day,
    told_of_extension,
    usual_day,
)
from hosts.forms.fields import DayField
from hosts.models import LONG_TEXT, SurveyAnswer
from hosts.services import HostError, coordinators_of
from hosts.states import ANSWER_EDITABLE
from schedule.models import Cycle

from .overview import find_survey, page_context

desk_page = admin.site.admin_view


class ReasonedForm(PlainTextMixin, forms.Form):
    """An act on an answer that is explained."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=LONG_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )


class ExtendForm(ReasonedForm):
    """More time for one government."""

    until = DayField(
        label=gettext_lazy("New deadline"),
        help_text=gettext_lazy("For example 2026-12-04 or 令和8年12月4日."),
    )
    field_order = ["until", "reason"]

    def __init__(self, *args, answer: SurveyAnswer, **kwargs):
        super().__init__(*args, **kwargs)
        self.answer = answer

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        if against := reason_against_day(self.answer, day):
            raise forms.ValidationError(against)
        return day


class ReopenForm(ReasonedForm):
    """Another chance after the closing."""

    until = DayField(
        label=gettext_lazy("To be submitted by"),
        help_text=gettext_lazy("For example 2026-12-04 or 令和8年12月4日. It may stay empty."),
        required=False,
    )
    field_order = ["until", "reason"]

    def clean_until(self) -> date | None:
        day: date | None = self.cleaned_data["until"]
        if day is not None and (against := reason_against_last_day(day)):
            raise forms.ValidationError(against)
        return day


class EnterForm(PlainTextMixin, forms.Form):
    """How an answer came that is entered by hand."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How it came"),
        choices=[(channel.value, channel.label) for channel in CHANNELS],
        widget=forms.RadioSelect,
    )
    received_on = DayField(
        label=gettext_lazy("Received on"),
        help_text=gettext_lazy("For example 2026-11-20 or 令和8年11月20日."),
    )
    note = forms.CharField(
        label=gettext_lazy("From whom and how"),
        help_text=gettext_lazy("For example: call from Mr Ochi, General Affairs Division."),
        max_length=NOTE_LENGTH,
    )

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if against := reason_against_receipt(day):
            raise forms.ValidationError(against)
        return day


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def answer_extend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give one government more time, or take it back."""
    answer = find_answer(public_id)
    if request.method == "POST" and "end" in request.POST:
        return _act(
            request,
            answer,
            lambda: end_extension(answer, by=request.user),
            _("The extension was taken back; those who were told of it were mailed."),
        )
    form = ExtendForm(
        request.POST if request.method == "POST" else None,
        initial={"until": answer.extended_until, "reason": answer.extension_reason},
        answer=answer,
    )

    def extend(until: date, reason: str) -> None:
        extend_answer(answer, until=until, reason=reason, by=request.user)

    if form.is_valid() and _done(form, lambda: extend(**form.cleaned_data)):
        messages.success(request, _("The new deadline holds; coordinators and relay were mailed."))
        return redirect("desk:answer", public_id)
    more = {"usual": usual_day(answer), "mailed": told_of_extension(answer)}
    return _page(request, "desk/answer_extend.html", answer, form, more)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def answer_enter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Begin to enter an answer that came outside the portal; then the pages of the host follow."""
    answer = find_answer(public_id)
    form = EnterForm(
        request.POST if request.method == "POST" else None,
        initial={
            "received_on": timezone.localdate(),
            "note": answer.entered_note,
            "channel": "" if answer.channel == SurveyAnswer.Channel.PORTAL else answer.channel,
        },
    )

    def enter() -> None:
        given = form.cleaned_data
        start_entry(answer, given["channel"], given["received_on"], given["note"], request.user)

    if form.is_valid() and _done(form, enter):
        messages.success(
            request, _("You are entering this answer for the government. It is marked as such.")
        )
        return redirect("hosts:answer", public_id)
    more = {"drafts": answer.requests.filter(state="draft").count()}
    return _page(request, "desk/answer_enter.html", answer, form, more)


@desk_page
@require_POST
def answer_end_entry(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give an answer that is being entered back to its government."""
    answer = find_answer(public_id)
    return _act(
        request,
        answer,
        lambda: end_entry(answer, by=request.user),
        _("The answer was given back; only its coordinators fill it in now."),
    )


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def answer_reopen(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open a closed survey again for this one answer."""
    answer = find_answer(public_id)
    form = ReopenForm(request.POST if request.method == "POST" else None)

    def reopen() -> None:
        reopen_answer(answer, by=request.user, **form.cleaned_data)

    if form.is_valid() and _done(form, reopen):
        messages.success(
            request, _("The survey is open again for this answer; its coordinators were mailed.")
        )
        return redirect("desk:answer", public_id)
    more = {"mailed": coordinators_of(answer)}
    return _page(request, "desk/answer_reopen.html", answer, form, more)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def survey_close(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Close the survey, after a page that says what has not arrived."""
    survey = find_survey(programme, year)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            is_new = close_survey(survey, by=request.user)
        except HostError as error:
            form.add_error(None, str(error))
        else:
            text = _("The survey is closed.") if is_new else _("The survey was closed already.")
            messages.success(request, text)
            return redirect("desk:survey_overview", programme, year)
    context = {**page_context(survey), "form": form, "left": unfinished(survey)}
    return render(request, "desk/survey_close.html", context, status=422 if form.errors else 200)


def find_answer(public_id: UUID) -> SurveyAnswer:
    """The answer with everything that its pages on the desk name."""
    rows = SurveyAnswer.objects.select_related(
        "survey__cycle__programme",
        "government__organisation",
        "government__prefecture__organisation",
        "relay__organisation",
        "submitted_by",
        "entered_by",
    )
    return get_object_or_404(rows, public_id=public_id)


def acts_on(answer: SurveyAnswer) -> dict[str, bool]:
    """What staff may do about this answer now, beside receiving and returning it."""
    is_running = (
        answer.survey.opened_at is not None and answer.survey.cycle.state == Cycle.State.OPEN
    )
    is_entered = answer.channel != SurveyAnswer.Channel.PORTAL
    return {
        "can_extend": answer.is_editable,
        "can_enter": answer.is_editable,
        "is_entered": is_entered,
        "can_end_entry": is_entered and answer.is_editable,
        "can_reopen": is_running
        and not answer.is_under_way
        and (answer.state in ANSWER_EDITABLE or answer.has_demand is not None),
    }


def _done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do it; a refusal stands at the top of the form."""
    try:
        act()
    except HostError as error:
        form.add_error(None, str(error))
    return not form.errors


def _act(
    request: HttpRequest, answer: SurveyAnswer, act: Callable[[], object], done: str
) -> HttpResponse:
    try:
        act()
    except HostError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("desk:answer", answer.public_id)


def _page(
    request: HttpRequest,
    template: str,
    answer: SurveyAnswer,
    form: forms.Form,
    more: dict[str, object],
) -> HttpResponse:
    context = {
        **page_context(answer.survey),
        "answer": answer,
        "form": form,
        **acts_on(answer),
        **more,
    }
    return render(request, template, context, status=422 if form.errors else 200)
