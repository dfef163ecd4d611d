"""A survey is composed and opened: what it says, until when, how it looks, and the button."""

from datetime import date
from typing import cast

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role, User
from hosts.composing import lock_survey
from hosts.forms import NoDemandForm, replies_form
from hosts.models import DemandSurvey, SurveyAnswer, SurveyQuestion
from hosts.opening import asked_by, open_survey, recipients_of
from hosts.question_edits import questions_in_order, survey_before
from hosts.questions import Reply, asked
from hosts.reach import reach_of
from hosts.services import HostError
from schedule.models import Cycle, Deadline, PhaseKind
from schedule.vocabulary import DeadlineCode

from .forms import DeadlineForm, TextForm

desk_page = admin.site.admin_view
CODES = [DeadlineCode.SURVEY_MUNICIPALITY, DeadlineCode.SURVEY_RELAY, DeadlineCode.SURVEY_DIRECT]
SHOWN_NAMES = 10
# What a deadline is called in a programme whose usual year has none of this code.
NAMES = {
    DeadlineCode.SURVEY_MUNICIPALITY: (
        Role.COORDINATOR,
        "受入要望調査への回答（取りまとめ団体を経由する団体）",
        "Answer the demand survey (through a relay)",
    ),
    DeadlineCode.SURVEY_RELAY: (
        Role.RELAY,
        "回答の取りまとめと進達",
        "Check and forward the answers",
    ),
    DeadlineCode.SURVEY_DIRECT: (
        Role.COORDINATOR,
        "受入要望調査への回答（直接回答する団体）",
        "Answer the demand survey (directly)",
    ),
}


def find_survey(programme: str, year: int) -> DemandSurvey:
    surveys = DemandSurvey.objects.select_related("cycle__programme__operator", "opened_by")
    return get_object_or_404(surveys, cycle__programme__code=programme, cycle__fiscal_year=year)


def place_of(survey: DemandSurvey) -> tuple[str, int]:
    """The parts of every address of this survey."""
    return survey.cycle.programme.code, survey.cycle.fiscal_year


def context_of(survey: DemandSurvey, **more: object) -> dict[str, object]:
    return {
        "survey": survey,
        "cycle": survey.cycle,
        "place": place_of(survey),
        "is_composed": survey.opened_at is None,
        "is_changeable": survey.closed_at is None and survey.cycle.state == Cycle.State.OPEN,
        **more,
    }


@desk_page
@require_safe
def survey_compose(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Everything that a survey is made of, at a glance, and what is still to be looked at."""
    survey = find_survey(programme, year)
    today = timezone.localdate()
    answers = SurveyAnswer.objects.filter(survey=survey)
    questions = list(survey.questions.all())
    reach = reach_of(survey, today)
    context = context_of(
        survey,
        asked=answers.count(),
        relayed=answers.filter(relay__isnull=False).count(),
        relays=answers.filter(relay__isnull=False).values("relay").distinct().count(),
        questions=questions,
        needed=sum(question.is_needed for question in questions),
        deadlines=_forms(survey, today),
        reach=reach,
        before=survey_before(survey) if survey.opened_at is None else None,
    )
    return render(request, "desk/survey_compose.html", context)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def survey_text(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """The name and the text in both languages."""
    survey = find_survey(programme, year)
    form = TextForm(instance=survey)
    if request.method == "POST":
        with transaction.atomic():
            try:
                locked = lock_survey(survey)
            except HostError as error:
                messages.error(request, str(error))
                return redirect("desk:survey_compose", programme, year)
            form = TextForm(request.POST, request.FILES, instance=locked)
            if form.is_valid():
                form.save()
                messages.success(request, _("The text was saved."))
                return redirect("desk:survey_compose", programme, year)
        survey = find_survey(programme, year)
    stale = form.conflicts() if form.is_bound and form.stale else []
    status = 422 if form.is_bound else 200
    context = context_of(survey, form=form, conflicts=stale)
    return render(request, "desk/survey_text.html", context, status=status)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def survey_deadlines(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """The three days of the survey, checked against each other."""
    survey = find_survey(programme, year)
    today = timezone.localdate()
    forms = _forms(survey, today)
    if request.method == "POST":
        with transaction.atomic():
            try:
                locked = lock_survey(survey)
            except HostError as error:
                messages.error(request, str(error))
                return redirect("desk:survey_compose", programme, year)
            forms = _forms(locked, today, data=request)
            if _are_in_order(forms):
                for form in forms:
                    if form.has_changed() or form.instance.pk is None:
                        form.save()
                messages.success(request, _("The deadlines were saved."))
                return redirect("desk:survey_deadlines", programme, year)
    is_bound = forms[0].is_bound
    conflicts = [row for form in forms if is_bound and form.stale for row in form.conflicts()]
    context = context_of(survey, forms=forms, conflicts=conflicts)
    return render(request, "desk/survey_deadlines.html", context, status=422 if is_bound else 200)


def _forms(
    survey: DemandSurvey, today: date, *, data: HttpRequest | None = None
) -> list[DeadlineForm]:
    """One form for each of the three, also where the cycle has no such deadline yet."""
    rows = Deadline.objects.filter(cycle=survey.cycle, code__in=CODES)
    if data is not None:
        rows = rows.select_for_update()
    known = {row.code: row for row in rows}
    phase = survey.cycle.phases.filter(kind=PhaseKind.SURVEY).first()
    forms = []
    for code in CODES:
        audience, name_ja, name_en = NAMES[code]
        row = known.get(code) or Deadline(
            cycle=survey.cycle,
            code=code,
            phase=PhaseKind.SURVEY,
            audience=audience,
            name_ja=name_ja,
            name_en=name_en,
        )
        row.cycle = survey.cycle
        sent = (data.POST, data.FILES) if data is not None else (None, None)
        forms.append(DeadlineForm(*sent, instance=row, prefix=str(code), phase=phase, today=today))
    return forms


def _are_in_order(forms: list[DeadlineForm]) -> bool:
    """All of them hold, and no relay forwards before its municipalities have answered."""
    checked = [form.is_valid() for form in forms]  # each of them, so that all faults are told
    if not all(checked):
        return False
    municipality, relay, _direct = forms
    if municipality.cleaned_data["due_on"] > relay.cleaned_data["due_on"]:
        relay.add_error(
            "due_on", _("The relays forward on this day at the earliest: it lies before theirs.")
        )
        return False
    return True


@desk_page
@require_safe
def survey_preview(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """The text and the questions as a coordinator sees them, in either language."""
    survey = find_survey(programme, year)
    language = request.GET.get("in", "")
    if language not in ("ja", "en"):
        language = get_language() or "ja"
    has_demand = request.GET.get("demand") != "no"
    with translation.override(language):
        rows = questions_in_order(survey)
        replies = asked([Reply(row, "") for row in rows], has_demand=has_demand)
        sample = SurveyAnswer(survey=survey)
        context = context_of(
            survey,
            answer=sample,
            form=replies_form(replies)(instance=sample) if replies else None,
            no_demand=None if has_demand else NoDemandForm(instance=sample),
            has_demand=has_demand,
            language=language,
        )
        return render(request, "desk/survey_preview.html", context)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def survey_open(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """What the opening does; the button does it, once."""
    survey = find_survey(programme, year)
    if survey.opened_at is not None:
        messages.info(request, _("The survey has been opened already. Nothing was sent twice."))
        return redirect("desk:survey_compose", programme, year)
    today = timezone.localdate()
    refused = ""
    if request.method == "POST":
        try:
            open_survey(survey, by=cast(User, request.user))
        except HostError as error:
            refused = str(error)
        else:
            messages.success(request, _("The survey is open; those concerned are mailed."))
            return redirect("desk:survey_compose", programme, year)
    rows = asked_by(survey)
    people = recipients_of(survey, rows, today)
    names = sorted(people, key=lambda user: user.name)
    deadlines = _forms(survey, today)
    context = context_of(
        survey,
        asked=len(rows),
        people=len(people),
        names=names[:SHOWN_NAMES],
        more=max(0, len(names) - SHOWN_NAMES),
        in_japanese=sum(user.language == "ja" for user in people),
        in_english=sum(user.language != "ja" for user in people),
        deadlines=deadlines,
        reach=reach_of(survey, today),
        questions=SurveyQuestion.objects.filter(survey=survey).count(),
        refused=refused,
    )
    return render(request, "desk/survey_open.html", context, status=422 if refused else 200)
