"""Reminding the silent ones: choose, look at names and text, send once."""

import uuid
from datetime import datetime

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.editing import OnceFormMixin, in_words, once
from accounts.plain_text import PlainTextMixin
from hosts.models import LONG_TEXT, DemandSurvey
from hosts.reminding import Choice, Plan, plan_round, preview_mail, send_reminder, silent_answers
from hosts.selecting import SELECTIONS, SILENT_STATES
from hosts.services import HostError

from .overview import find_survey, page_context, prefecture_choices

desk_page = admin.site.admin_view
MOST_DAYS = 365


class ChoiceForm(forms.Form):
    """Which of the silent governments are meant."""

    prefecture = forms.ChoiceField(label=gettext_lazy("Prefecture"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("How far they came"), required=False)
    days = forms.IntegerField(
        label=gettext_lazy("Not reminded in the last days"),
        min_value=0,
        max_value=MOST_DAYS,
        required=False,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
    )
    extended = forms.BooleanField(
        label=gettext_lazy("Also those who were given more time"), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        everything = [("", pgettext_lazy("survey answer", "all"))]
        self.fields["prefecture"].choices = everything + prefecture_choices()
        self.fields["state"].choices = everything + [
            (name, SELECTIONS[name][0]) for name in SILENT_STATES
        ]

    def choice(self) -> Choice:
        """What was chosen; a faulty part counts as not chosen and is shown as faulty."""
        self.is_valid()
        given = self.cleaned_data
        return Choice(
            prefecture=given.get("prefecture", ""),
            state=given.get("state", ""),
            not_within_days=given.get("days") or 0,
            with_extended=bool(given.get("extended")),
        )


class SendForm(PlainTextMixin, OnceFormMixin, forms.Form):
    """The round as it was looked at: to whom, seen when, with which words."""

    answers = forms.RegexField(
        regex=r"^[0-9]{1,18}(,[0-9]{1,18})*$", max_length=60_000, widget=forms.HiddenInput
    )
    looked_at = forms.FloatField(widget=forms.HiddenInput)
    text_ja = forms.CharField(
        label=gettext_lazy("Text to add, in Japanese"),
        help_text=gettext_lazy("It stands in the mail before the address of the page."),
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    text_en = forms.CharField(
        label=gettext_lazy("Text to add, in English"),
        help_text=gettext_lazy("Where one of the two is empty, everybody reads the other."),
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    tells_relays = forms.BooleanField(
        label=gettext_lazy("Tell the relays of those who have no coordinator"), required=False
    )

    def clean_looked_at(self) -> datetime:
        try:
            moment = datetime.fromtimestamp(
                self.cleaned_data["looked_at"], tz=timezone.get_current_timezone()
            )
        except (ValueError, OverflowError, OSError) as error:
            raise ValidationError(_("Open this page anew.")) from error
        return min(moment, timezone.now())

    def numbers(self) -> list[int]:
        return sorted({int(number) for number in self.cleaned_data["answers"].split(",")})


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def survey_remind(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Show whom a round would reach, by name, and with the button send it once."""
    survey = find_survey(programme, year)
    choosing = ChoiceForm(request.GET)
    choice = choosing.choice()
    if request.method != "POST":
        return _page(request, survey, choosing, choice)
    form = SendForm(request.POST)
    if not form.is_valid():
        if {"answers", "looked_at"} & set(form.errors):
            messages.info(request, _("Look at the names once more, then send."))
            return redirect(request.get_full_path())
        return _page(request, survey, choosing, choice, form)
    made = []

    def create() -> str:
        given = form.cleaned_data
        made.append(
            send_reminder(
                survey,
                answers=form.numbers(),
                looked_at=given["looked_at"],
                choice=choice,
                by=request.user,
                text_ja=given["text_ja"],
                text_en=given["text_en"],
                tells_relays=given["tells_relays"],
            )
        )
        return reverse("desk:survey_overview", args=[programme, year])

    try:
        address = once(request.user, form.cleaned_data["once"], create)
    except (HostError, ValidationError) as error:
        messages.error(request, in_words(error))
        return redirect(request.get_full_path())
    if made:
        text = ngettext("{n} person gets a reminder.", "{n} people get a reminder.", made[0].people)
        messages.success(request, text.format(n=made[0].people))
    else:
        messages.info(request, _("This form was sent already; nothing was sent twice."))
    return redirect(address)


def _page(
    request: HttpRequest,
    survey: DemandSurvey,
    choosing: ChoiceForm,
    choice: Choice,
    form: SendForm | None = None,
) -> HttpResponse:
    looked_at = timezone.now()
    answers = silent_answers(survey, choice) if survey.is_open else []
    plan = plan_round(answers)
    form = form or SendForm(
        initial={
            "answers": ",".join(str(answer.pk) for answer in answers),
            "looked_at": looked_at.timestamp(),
            "once": uuid.uuid4(),
        }
    )
    text_ja, text_en = (form[name].value() or "" for name in ("text_ja", "text_en"))
    context = {
        **page_context(survey),
        "choosing": choosing,
        "form": form,
        "plan": plan,
        "groups": _by_prefecture(plan),
        "sample": preview_mail(survey, plan, text_ja=text_ja, text_en=text_en),
    }
    return render(request, "desk/survey_remind.html", context, status=422 if form.errors else 200)


def _by_prefecture(plan: Plan) -> list[dict[str, object]]:
    """The names of the round, prefecture by prefecture."""
    names = dict(prefecture_choices())
    without = {answer.pk for answer in plan.without}
    groups: dict[str, dict[str, list]] = {}
    for answer in plan.answers:
        group = groups.setdefault(answer.government.code[:2], {"reached": [], "without": []})
        group["without" if answer.pk in without else "reached"].append(answer)
    return [
        {"name": names.get(code, code), **parts, "n": sum(map(len, parts.values()))}
        for code, parts in groups.items()
    ]
