"""The round of a relay: its own date, its opinion, and what the operator sees of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role, User

from ..addresses import relay_list
from ..forms import PrioritiesForm, RemarkForm, RoundForm, RoundRemarkForm
from ..models import DemandSurvey, LocalGovernment, RelayLetter, RelayRound, SurveyAnswer
from ..relaying import (
    lock_for_opinion,
    lock_round,
    municipality_due_on,
    people_of_round,
    save_round,
    set_priorities,
    start_round,
)
from ..services import HostError
from ..states import ANSWER_MARKS, AnswerState, RequestState
from .finding import answers_of, find_relayed


def find_round(user: User, programme: str, year: int, code: str) -> RelayRound:
    """The officer's round; one that was not begun is not saved yet. Another relay's is 404."""
    relay = get_object_or_404(
        LocalGovernment.objects.visible_to(user)
        .filter(organisation__in=user.organisation_ids(Role.RELAY))
        .select_related("organisation", "prefecture__organisation"),
        code=code,
    )
    return round_of_relay(programme, year, relay)


def round_of_relay(programme: str, year: int, relay: LocalGovernment) -> RelayRound:
    """The round of this relay in the survey of that year, saved or not begun yet."""
    surveys = DemandSurvey.objects.filter(opened_at__isnull=False).select_related(
        "cycle__programme__operator"
    )
    survey = get_object_or_404(surveys, cycle__programme__code=programme, cycle__fiscal_year=year)
    found = RelayRound.objects.filter(survey=survey, relay=relay).first()
    found = found or RelayRound(survey=survey, relay=relay)
    found.survey, found.relay = survey, relay
    return found


def key_of_round(round_: RelayRound) -> list[object]:
    """What its addresses are made of."""
    cycle = round_.survey.cycle
    return [cycle.programme.code, cycle.fiscal_year, round_.relay.code]


def _own(user: User, round_: RelayRound) -> QuerySet[SurveyAnswer]:
    """What passes through this relay in this survey."""
    return answers_of(user).filter(survey=round_.survey, relay=round_.relay)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def relay_round(request: HttpRequest, programme: str, year: int, code: str) -> HttpResponse:
    """The relay's own date and words for its municipalities; whoever has not answered is mailed
    when the date is another.
    """
    found = find_round(request.user, programme, year, code)
    last = municipality_due_on(found.survey)
    if request.method != "POST":
        return _show_round(request, found, RoundForm(instance=found, last=last))
    try:
        with transaction.atomic():
            locked = lock_round(start_round(found.survey, found.relay))
            before = locked.own_due_on
            form = RoundForm(request.POST, request.FILES, instance=locked, last=last)
            mailed = None
            if form.is_valid():
                form.save(commit=False)
                mailed = save_round(locked, before=before, by=request.user)
            else:
                transaction.set_rollback(True)
    except HostError as error:
        messages.error(request, str(error))
        return redirect("hosts:relay_round", *key_of_round(found))
    if mailed is None:
        return _show_round(request, found, form)
    messages.success(request, _saved(mailed))
    return redirect(relay_list(found.survey.cycle))


def _saved(mailed: int) -> str:
    if not mailed:
        return _("Your date and text were saved. No mail was sent.")
    return ngettext(
        "Your date and text were saved. {n} person was mailed.",
        "Your date and text were saved. {n} people were mailed.",
        mailed,
    ).format(n=mailed)


def _show_round(request: HttpRequest, found: RelayRound, form: RoundForm) -> HttpResponse:
    context = {
        "form": form,
        "round": found,
        "cycle": found.survey.cycle,
        "survey_due_on": form.last,
        "today": timezone.localdate(),
        "people": people_of_round(found),
        "conflicts": form.conflicts() if form.is_bound and form.stale else [],
        "is_open": found.survey.is_open,
    }
    status = 422 if form.is_bound else 200
    return render(request, "hosts/relay_round.html", context, status=status)


# Opinion --------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def relay_remark(request: HttpRequest, programme: str, year: int, code: str) -> HttpResponse:
    """What the relay says of all its answers together (副申)."""
    found = find_round(request.user, programme, year, code)
    if request.method != "POST":
        return _show_remark(request, found, RoundRemarkForm(instance=found))
    try:
        with transaction.atomic():
            locked = lock_round(start_round(found.survey, found.relay))
            form = RoundRemarkForm(request.POST, request.FILES, instance=locked)
            if is_saved := form.is_valid():
                form.save()
            else:
                transaction.set_rollback(True)
    except HostError as error:
        messages.error(request, str(error))
        return redirect("hosts:relay_operator", *key_of_round(found))
    if not is_saved:
        return _show_remark(request, found, form)
    messages.success(request, _("The remark was saved."))
    return redirect("hosts:relay_operator", *key_of_round(found))


def _show_remark(request: HttpRequest, found: RelayRound, form: RoundRemarkForm) -> HttpResponse:
    context = {
        "form": form,
        "round": found,
        "cycle": found.survey.cycle,
        "conflicts": form.conflicts() if form.is_bound and form.stale else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "hosts/relay_remark.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def relay_answer_remark(request: HttpRequest, public_id: object) -> HttpResponse:
    """What the relay says of one answer (副申)."""
    found = find_relayed(request.user, public_id)
    status = 200
    form = RemarkForm(instance=found)
    if request.method == "POST":
        try:
            with transaction.atomic():
                locked = lock_for_opinion(found)
                form = RemarkForm(request.POST, request.FILES, instance=locked)
                if is_saved := form.is_valid():
                    form.save()
        except HostError as error:
            messages.error(request, str(error))
            return redirect("hosts:answer", found.public_id)
        if is_saved:
            messages.success(request, _("The remark was saved."))
            return redirect("hosts:answer", found.public_id)
        status = 422
    context = {
        "form": form,
        "answer": found,
        "cycle": found.survey.cycle,
        "conflicts": form.conflicts() if form.is_bound and form.stale else [],
    }
    return render(request, "hosts/relay_answer_remark.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def relay_order(request: HttpRequest, programme: str, year: int, code: str) -> HttpResponse:
    """The order of priority of all answers on one page; all places are changed, or none."""
    found = find_round(request.user, programme, year, code)
    answers = list(
        _own(request.user, found)
        .filter(Q(has_demand=True) | Q(relay_priority__isnull=False))
        .order_by(F("relay_priority").asc(nulls_last=True), "government__code")
    )
    sent = request.POST if request.method == "POST" else None
    form = PrioritiesForm(sent, answers=answers)
    status = 200
    if sent is not None:
        status = 422
        if form.is_valid():
            try:
                moved = set_priorities(start_round(found.survey, found.relay), form.wished())
            except HostError as error:
                form.add_error(None, str(error))
            else:
                text = ngettext(
                    "The order was saved: {n} place was changed.",
                    "The order was saved: {n} places were changed.",
                    moved,
                )
                messages.success(request, text.format(n=moved))
                return redirect("hosts:relay_operator", *key_of_round(found))
    context = {
        "form": form,
        "round": found,
        "cycle": found.survey.cycle,
        "is_over": not found.survey.is_open,
    }
    return render(request, "hosts/relay_order.html", context, status=status)


# What the operator sees -----------------------------------------------------------------------


@login_required
@require_safe
def relay_operator(request: HttpRequest, programme: str, year: int, code: str) -> HttpResponse:
    """Exactly what the operator sees of this relay: states, remarks, places, letters."""
    found = find_round(request.user, programme, year, code)
    rows = _own(request.user, found)
    letters = RelayLetter.objects.visible_to(request.user)
    context = {**operator_view(found, rows, letters), "is_relay": True}
    return render(request, "hosts/relay_operator.html", context)


def operator_view(
    found: RelayRound, rows: QuerySet[SurveyAnswer], letters: QuerySet[RelayLetter]
) -> dict[str, object]:
    """The one source of that page, for the relay and for the desk."""
    written = ~Q(requests__state=RequestState.WITHDRAWN)
    answers = list(
        rows.annotate(request_count=Count("requests", filter=written)).order_by("government__code")
    )
    answers.sort(key=lambda each: (each.relay_priority or 10_000, each.government.code))
    if found.pk is None and not answers:
        raise Http404
    counts = dict.fromkeys(AnswerState, 0)
    for each in answers:
        counts[AnswerState(each.state)] += 1
    final = letters.filter(round=found.pk, state__in=RelayLetter.FROZEN) if found.pk else []
    return {
        "round": found,
        "cycle": found.survey.cycle,
        "answers": answers,
        "counts": [
            {"state": state, "mark": ANSWER_MARKS[state], "n": n} for state, n in counts.items()
        ],
        "letters": list(final),
    }
