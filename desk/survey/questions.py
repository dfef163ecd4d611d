"""The pages on which the survey's own questions are written."""

from typing import cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import in_words, key_of, once
from accounts.models import User
from hosts.composing import lock_survey
from hosts.forms.questions import condition_of
from hosts.models import DemandSurvey, SurveyQuestion
from hosts.question_edits import (
    delete_question,
    lock_composed,
    move_question,
    place_for_another,
    questions_in_order,
    roll_forward,
    survey_before,
)
from hosts.services import HostError

from .composition import context_of, find_survey
from .question_forms import QuestionForm

desk_page = admin.site.admin_view


@desk_page
@require_safe
def survey_questions(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """All questions in their order, with what can be done to each."""
    survey = find_survey(programme, year)
    rows = questions_in_order(survey)
    by_key = {row.pk: row for row in rows}
    lines = [
        (row, condition_of(row, by_key[row.shown_if_id] if row.shown_if_id else None))
        for row in rows
    ]
    context = context_of(
        survey,
        questions=lines,
        before=survey_before(survey) if not rows and survey.opened_at is None else None,
    )
    return render(request, "desk/survey_questions.html", context)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def survey_question_add(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """A new question at the end; a second click finds what the first has made."""
    survey = find_survey(programme, year)
    form = _form(survey, SurveyQuestion(survey=survey))
    if request.method == "POST":

        def create() -> str:
            nonlocal form
            locked = lock_composed(survey)
            fresh = SurveyQuestion(survey=locked, position=place_for_another(locked))
            form = _form(locked, fresh, request)
            if not form.is_valid():
                raise _NotAdded
            form.save()
            return reverse("desk:survey_questions", args=[programme, year])

        try:
            return redirect(once(cast(User, request.user), key_of(request.POST), create))
        except _NotAdded:
            pass  # its faults stand at the fields
        except (HostError, ValidationError) as error:
            messages.error(request, in_words(error))
            return redirect("desk:survey_questions", programme, year)
    return _page(request, survey, form)


class _NotAdded(Exception):
    """The form was refused: its key stays free."""


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def survey_question(
    request: HttpRequest, programme: str, year: int, public_id: UUID
) -> HttpResponse:
    """Change a question; once the survey is open, its words."""
    survey = find_survey(programme, year)
    question = _question(survey, public_id)
    form = _form(survey, question)
    if request.method == "POST":
        with transaction.atomic():
            try:
                locked = lock_survey(survey)
            except HostError as error:
                messages.error(request, str(error))
                return redirect("desk:survey_questions", programme, year)
            form = _form(locked, _question(locked, public_id), request)
            if form.is_valid():
                form.save()
                messages.success(request, _("The question was saved."))
                return redirect("desk:survey_questions", programme, year)
    return _page(request, survey, form)


@desk_page
@require_POST
def survey_question_move(
    request: HttpRequest, programme: str, year: int, public_id: UUID
) -> HttpResponse:
    """One place up or down."""
    question = _question(find_survey(programme, year), public_id)
    at = request.POST.get("at", "")
    try:
        move_question(
            question,
            up=request.POST.get("to") == "up",
            at=int(at) if at.isascii() and at.isdigit() else None,
        )
    except HostError as error:
        messages.error(request, str(error))
    return redirect("desk:survey_questions", programme, year)


@desk_page
@require_POST
def survey_question_delete(
    request: HttpRequest, programme: str, year: int, public_id: UUID
) -> HttpResponse:
    """Take a question out; a second click finds it gone."""
    survey = find_survey(programme, year)
    question = SurveyQuestion.objects.filter(survey=survey, public_id=public_id).first()
    if question is not None:
        question.survey = survey
        try:
            delete_question(question)
        except HostError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The question was deleted."))
    return redirect("desk:survey_questions", programme, year)


@desk_page
@require_POST
def survey_roll_forward(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Take over text and questions of the last survey."""
    try:
        count = roll_forward(find_survey(programme, year))
    except HostError as error:
        messages.error(request, str(error))
    else:
        text = ngettext(
            "Taken over: the text and {n} question.",
            "Taken over: the text and {n} questions.",
            count,
        )
        messages.success(request, text.format(n=count))
    return redirect("desk:survey_questions", programme, year)


def _question(survey: DemandSurvey, public_id: UUID) -> SurveyQuestion:
    found = get_object_or_404(SurveyQuestion, survey=survey, public_id=public_id)
    found.survey = survey
    return found


def _form(
    survey: DemandSurvey, question: SurveyQuestion, request: HttpRequest | None = None
) -> QuestionForm:
    rows = questions_in_order(survey)
    if question.pk is not None:
        rows = [row for row in rows if row.position < question.position]
    sent = (request.POST, request.FILES) if request is not None else (None, None)
    is_open = survey.opened_at is not None
    return QuestionForm(*sent, instance=question, earlier=rows, is_open=is_open)


def _page(request: HttpRequest, survey: DemandSurvey, form: QuestionForm) -> HttpResponse:
    context = context_of(
        survey,
        form=form,
        question=form.instance if form.instance.pk else None,
        conflicts=form.conflicts() if form.is_bound and form.stale else [],
    )
    status = 422 if form.is_bound else 200
    return render(request, "desk/survey_question.html", context, status=status)
