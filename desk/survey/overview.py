"""The survey while it is open: where it stands, and the list behind each number."""

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from hosts.models import DemandSurvey, SurveyAnswer
from hosts.selecting import SELECTIONS, select_answers, with_names, with_story
from japan.business_days import business_days_between
from outreach.prefectures import PREFECTURES

from .figures import SHADES, figures_of

desk_page = admin.site.admin_view
PER_PAGE = 50


def find_survey(programme: str, year: int) -> DemandSurvey:
    """The survey of this year with all that its pages name, its deadlines read with it."""
    found = (
        DemandSurvey.objects.filter(cycle__programme__code=programme, cycle__fiscal_year=year)
        .select_related("cycle__programme__operator", "opened_by", "closed_by")
        .prefetch_related("cycle__deadlines")
    )
    return get_object_or_404(found)


def page_context(survey: DemandSurvey) -> dict[str, object]:
    """What every page about a survey names."""
    return {
        "survey": survey,
        "cycle": survey.cycle,
        "today": timezone.localdate(),
        "now": timezone.localtime(),
    }


@desk_page
@require_safe
def survey_overview(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Where the survey stands, by state, prefecture and field, beside the years before."""
    survey = find_survey(programme, year)
    if survey.opened_at is None:
        return render(request, "desk/survey_not_open.html", page_context(survey))
    today = timezone.localdate()
    figures = figures_of(survey, today)
    ahead = next((each for each in figures.deadlines if each.due_on >= today), None)
    context = {
        **page_context(survey),
        "figures": figures,
        "total": figures.total,
        "ahead": ahead,
        "office_days": business_days_between(today, ahead.due_on) if ahead else 0,
        "shades": list(reversed(SHADES)),
    }
    return render(request, "desk/survey_overview.html", context)


class GovernmentsForm(forms.Form):
    """Which governments are listed."""

    prefecture = forms.ChoiceField(label=_("Prefecture"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    q = forms.CharField(label=_("Name or code"), max_length=50, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        everything = [("", pgettext_lazy("survey answer", "all"))]
        self.fields["prefecture"].choices = everything + prefecture_choices()
        self.fields["state"].choices = everything + [
            (name, words) for name, (words, _meaning) in SELECTIONS.items()
        ]

    def chosen(self) -> dict[str, str]:
        """What was chosen; what nobody offers is left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


def prefecture_choices() -> list[tuple[str, object]]:
    return [(place.code, place.name) for place in PREFECTURES]


@desk_page
@require_safe
def survey_governments(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """The governments behind a number: their state, who acts for them, what was done about them."""
    survey = find_survey(programme, year)
    form = GovernmentsForm(request.GET)
    chosen = form.chosen()
    page = Paginator(_listed(survey, chosen), PER_PAGE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.survey = survey
        row.since = row.moved_at or row.first_opened_at or survey.opened_at
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        **page_context(survey),
        "form": form,
        "page": page,
        "query": query.urlencode(),
        "is_filtered": any(chosen.values()),
        "chosen": chosen,
    }
    return render(request, "desk/survey_governments.html", context)


def _listed(survey: DemandSurvey, chosen: dict[str, str]) -> QuerySet[SurveyAnswer]:
    rows = select_answers(
        survey, selection=chosen["state"], prefecture=chosen["prefecture"], name=chosen["q"]
    )
    return with_story(with_names(rows), timezone.localdate()).order_by("government__code")
