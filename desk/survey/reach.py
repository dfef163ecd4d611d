"""Whom a survey asks, and through whom."""

from collections import Counter
from typing import cast

from django.contrib import admin, messages
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from files.limits import accepts_upload
from hosts.code_lists import Codes, LineFault, read_codes, read_relay_codes, text_of
from hosts.composing import (
    AskedPlan,
    Way,
    change_asked,
    change_relays,
    in_words,
    plan_asked,
    select_governments,
)
from hosts.models import ANSWERING_DIRECTLY, DemandSurvey, LocalGovernment, SurveyAnswer
from hosts.reach import reach_of
from hosts.services import HostError

from .composition import context_of, find_survey
from .forms import AskedForm, OneCodeForm, RelaysForm

desk_page = admin.site.admin_view
Kinds = LocalGovernment.Kind
SHOWN_FAULTS = 500
SHOWN_NAMES = 200


@accepts_upload(megabytes=6)  # a file of 5 MB, and what its form adds
@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def survey_asked(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Who is asked now, and the choice of others: first a preview, then the button that does it."""
    survey = find_survey(programme, year)
    prefectures = _prefectures()
    if request.method != "POST":
        return _asked_page(request, survey, prefectures, AskedForm(prefectures=prefectures))
    form = AskedForm(request.POST, request.FILES, prefectures=prefectures)
    if not form.is_valid():
        return _asked_page(request, survey, prefectures, form, status=422)
    found, codes = _wanted(survey, form)
    wanted = found.governments
    if form.errors or found.faults:
        return _asked_page(request, survey, prefectures, form, found.faults, status=422)
    way = Way(form.cleaned_data["way"])
    if "apply" not in request.POST:
        return _preview(request, survey, plan_asked(survey, wanted, way), found, codes)
    try:
        plan = change_asked(
            survey, wanted, way, by=cast(User, request.user), seal=request.POST.get("seal", "")
        )
    except HostError as error:
        messages.error(request, str(error))
        plan = plan_asked(survey, wanted, way)
        return _preview(request, survey, plan, found, codes, status=409)
    messages.success(request, in_words(plan))
    return redirect("desk:survey_asked", programme, year)


@desk_page
@require_POST
def survey_ask_one(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """One government more, or one less."""
    survey = find_survey(programme, year)
    form = OneCodeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a local government of the list."))
        return redirect("desk:survey_asked", programme, year)
    way = Way(form.cleaned_data["way"])
    rows = LocalGovernment.objects.all()
    if way == Way.ADD:  # one that was merged since is only taken out
        rows = LocalGovernment.objects.existing(timezone.localdate())
    government = get_object_or_404(
        rows.select_related("organisation", "prefecture__organisation"),
        code=form.cleaned_data["code"],
    )
    try:
        plan = change_asked(survey, [government], way, by=cast(User, request.user))
    except HostError as error:
        messages.error(request, str(error))
    else:
        if plan.begun and way == Way.REMOVE:
            messages.error(
                request,
                _("{name} has begun to answer, so it stays.").format(name=government.full_name),
            )
        else:
            messages.success(request, in_words(plan))
    response = redirect("desk:survey_asked", programme, year)
    response["Location"] += f"?prefecture={government.code[:2]}#g{government.code}"
    return response


@accepts_upload(megabytes=6)
@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def survey_relays(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Who relays for whom: the usual, what is different, and a list that changes it."""
    survey = find_survey(programme, year)
    form, faults, status = RelaysForm(), [], 200
    if request.method == "POST":
        form, status = RelaysForm(request.POST, request.FILES), 422
        if form.is_valid():
            lines = form.lines()
            found = read_relay_codes(lines, on=timezone.localdate())
            faults = found.faults
            if not form.errors and not faults:
                try:
                    count = change_relays(survey, found.relays, by=cast(User, request.user))
                except HostError as error:
                    form.add_error("codes", str(error))
                else:
                    text = ngettext("{n} relay was changed.", "{n} relays were changed.", count)
                    messages.success(request, text.format(n=count))
                    return redirect("desk:survey_relays", programme, year)
    answers = SurveyAnswer.objects.filter(survey=survey)
    direct = Q(government__kind__in=ANSWERING_DIRECTLY)
    unusual = Q(direct, relay__isnull=False) | (
        ~direct & (Q(relay__isnull=True) | ~Q(relay=F("government__prefecture")))
    )
    other = (
        answers.filter(unusual)
        .select_related(
            "government__organisation",
            "government__prefecture__organisation",
            "relay__organisation",
            "relay__prefecture__organisation",
        )
        .order_by("government__code")
    )
    context = context_of(
        survey,
        form=form,
        faults=faults[:SHOWN_FAULTS],
        fault_count=len(faults),
        other=list(other),
        relayed=answers.filter(relay__isnull=False).count(),
        direct=answers.filter(relay__isnull=True).count(),
        reach=reach_of(survey, timezone.localdate()),
    )
    return render(request, "desk/survey_relays.html", context, status=status)


def _prefectures() -> list[LocalGovernment]:
    rows = LocalGovernment.objects.filter(kind=Kinds.PREFECTURE).select_related("organisation")
    return list(rows.order_by("code"))


def _wanted(survey: DemandSurvey, form: AskedForm) -> tuple[Codes, str]:
    """The governments that were chosen, with what a list says of them, and the list as a text."""
    today, chosen = timezone.localdate(), form.cleaned_data
    if chosen["basis"] == AskedForm.LISTED:
        lines = form.lines()
        asked: set[str] = set()
        if chosen["way"] == Way.REMOVE:  # who was merged since it was asked is taken out itself
            rows = SurveyAnswer.objects.filter(survey=survey, government__valid_until__lt=today)
            asked = set(rows.values_list("government__code", flat=True))
        found = read_codes(lines, on=today, themselves=asked)
        if not found.governments and not found.faults and not form.errors:
            form.add_error("codes", _("There is no code in this list."))
        return found, text_of(lines)
    if chosen["basis"] == AskedForm.ALL:
        return Codes(select_governments(survey, on=today)), ""
    fitting = select_governments(
        survey,
        on=today,
        kinds=chosen["kinds"],
        prefectures=[int(pk) for pk in chosen["prefectures"]],
        asked_for=chosen["asked_for"],
        hosted=chosen["hosted"],
    )
    return Codes(fitting), ""


def _asked_page(
    request: HttpRequest,
    survey: DemandSurvey,
    prefectures: list[LocalGovernment],
    form: AskedForm,
    faults: list[LineFault] | None = None,
    status: int = 200,
) -> HttpResponse:
    faults = faults or []
    answers = SurveyAnswer.objects.filter(survey=survey)
    counts = dict(
        answers.order_by()
        .values_list("government__kind")
        .annotate(n=Count("pk"))
        .values_list("government__kind", "n")
    )
    codes = answers.order_by().values_list("government__code", flat=True)
    by_code = Counter(code[:2] for code in codes)
    chosen = request.GET.get("prefecture", "")
    prefecture = next((row for row in prefectures if row.code[:2] == chosen), None)
    context = context_of(
        survey,
        form=form,
        faults=faults[:SHOWN_FAULTS],
        fault_count=len(faults),
        asked=sum(counts.values()),
        kinds=[(kind.label, counts.get(kind.value, 0)) for kind in Kinds],
        prefectures=[(row, row.code[:2], by_code.get(row.code[:2], 0)) for row in prefectures],
        prefecture=prefecture,
        governments=_governments_of(survey, prefecture) if prefecture else [],
    )
    return render(request, "desk/survey_asked.html", context, status=status)


def _governments_of(
    survey: DemandSurvey, prefecture: LocalGovernment
) -> list[tuple[LocalGovernment, SurveyAnswer | None, str]]:
    """A prefecture and its municipalities, each with its place in the survey if it has one; those
    that were merged since, too, as long as they are asked.
    """
    asked = SurveyAnswer.objects.filter(survey=survey)
    existing = LocalGovernment.objects.existing(timezone.localdate())
    rows = (
        LocalGovernment.objects.filter(Q(pk=prefecture.pk) | Q(prefecture=prefecture))
        .filter(Q(pk__in=existing.values("pk")) | Q(pk__in=asked.values("government")))
        .select_related(
            "organisation",
            "prefecture__organisation",
            "successor__organisation",
            "successor__prefecture__organisation",
        )
        .order_by("code")
    )
    answers = asked.filter(government__in=rows)
    found = {
        row.government_id: row
        for row in answers.select_related("relay__organisation", "survey__cycle")
    }
    today, language = timezone.localdate(), get_language() or "ja"

    def became(row: LocalGovernment) -> str:
        is_former = row.valid_until is not None and row.valid_until < today
        return row.what_became(language) if is_former else ""

    return [(row, found.get(row.pk), became(row)) for row in rows]


def _preview(
    request: HttpRequest,
    survey: DemandSurvey,
    plan: AskedPlan,
    found: Codes,
    codes: str,
    status: int = 200,
) -> HttpResponse:
    """What the choice is going to do; the same choice stands hidden in the form of the button."""
    sent = [
        (name, value)
        for name in request.POST
        if name not in {"csrfmiddlewaretoken", "apply", "seal", "codes"}
        for value in request.POST.getlist(name)
    ]
    names = {row.code[:2]: row.short_name for row in _prefectures()}
    added = Counter(each.code[:2] for each in plan.added)
    removed = Counter(each.government.code[:2] for each in plan.removed)
    context = context_of(
        survey,
        plan=plan,
        sent=sent,
        codes=codes,
        renewed=found.renewed[:SHOWN_FAULTS],
        renewed_more=max(0, len(found.renewed) - SHOWN_FAULTS),
        by_prefecture=[
            (name, added.get(code, 0), removed.get(code, 0))
            for code, name in names.items()
            if code in added or code in removed
        ],
        added_shown=plan.added[:SHOWN_NAMES],
        added_more=max(0, len(plan.added) - SHOWN_NAMES),
        removed_shown=plan.removed[:SHOWN_NAMES],
        removed_more=max(0, len(plan.removed) - SHOWN_NAMES),
    )
    return render(request, "desk/survey_asked_preview.html", context, status=status)
