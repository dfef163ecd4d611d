"""What relay officers do with the answers of their prefecture's municipalities."""

import uuid
from datetime import date
from operator import itemgetter

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role, User
from schedule.models import Cycle
from schedule.vocabulary import DeadlineCode

from ..addresses import key_of, relay_list
from ..forms import RelayFilterForm, RelayForm
from ..handing_over.offices import governments_looked_after_by
from ..models import FieldComment, LocalGovernment, RelayRound, SurveyAnswer, SurveyAnswerMove
from ..models.governments import former_name
from ..permissions import can_relay
from ..services import forward_answer, hold_answer, return_by_relay
from ..standing import due_on_of, kept
from ..states import ANSWER_MARKS, AnswerState, RequestState
from .answers import relay_acts, show_answer
from .finding import find_answer

PER_PAGE = 50


@login_required
@require_safe
def relay(request: HttpRequest) -> HttpResponse:
    """The answers of the prefecture's municipalities in the survey that is on, else the newest."""
    user = request.user
    if not user.has_role(Role.RELAY):
        raise PermissionDenied
    cycles = _open_cycles()
    cycle = chosen_cycle(request, cycles)
    rows = relayed(user, cycle)
    counts = {
        row["state"]: row["n"] for row in rows.order_by().values("state").annotate(n=Count("pk"))
    }
    form = RelayFilterForm(request.GET)
    form.is_valid()
    chosen = form.cleaned_data.get("state", "")
    name = form.cleaned_data.get("q", "")
    rows = _at_a_glance(_chosen(rows, name=name, state=chosen), user)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    deadlines = {each.code: each for each in cycle.deadlines.all()} if cycle else {}
    rounds = _rounds(user, cycle)
    own = {each.relay_id: each.own_due_on for each in rounds}
    today = timezone.localdate()
    for row in page.object_list:
        row.relay_acts = relay_acts(row)
        usual = deadlines.get(row.survey_deadline)
        day = due_on_of(row, usual=usual and usual.due_on, own=own.get(row.relay_id))
        row.due_on, row.kept = day, kept(row, due_on=day, today=today)
    waiting = counts.get(AnswerState.SUBMITTED, 0) + counts.get(AnswerState.HELD, 0)
    own_deadline = deadlines.get(DeadlineCode.SURVEY_RELAY)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "cycle": cycle,
        "cycles": cycles if len(cycles) > 1 else {},
        "today": today,
        "deadline": own_deadline,
        "rounds": rounds,
        "municipality_deadline": deadlines.get(DeadlineCode.SURVEY_MUNICIPALITY),
        "can_forward": any("forward" in row.relay_acts for row in page.object_list),
        "prefectures": [m.organisation for m in user.active_memberships if m.role == Role.RELAY],
        "counts": [
            {
                "state": state,
                "mark": ANSWER_MARKS[state],
                "n": counts.get(state, 0),
                "is_chosen": state == chosen,
            }
            for state in AnswerState
        ],
        "total": sum(counts.values()),
        "waiting": waiting,
        "is_over": cycle is not None and not cycle.survey.is_open,
        "is_late": bool(waiting and own_deadline and own_deadline.due_on < today),
        "form": form,
        "is_filtered": bool(chosen or form.cleaned_data.get("q")),
        "page": page,
        "query": query.urlencode(),
    }
    return render(request, "hosts/relay.html", context)


def chosen_cycle(request: HttpRequest, cycles: dict[str, Cycle] | None = None) -> Cycle | None:
    """The cycle that the address names, else the one whose answers are due next."""
    cycles = _open_cycles() if cycles is None else cycles
    return cycles.get(request.GET.get("cycle", "")) or _due_next(cycles, timezone.localdate())


def _rounds(user: User, cycle: Cycle | None) -> list[RelayRound]:
    """The rounds of this officer's relays in the survey, those not begun too."""
    if cycle is None:
        return []
    relays = LocalGovernment.objects.visible_to(user).filter(
        organisation__in=user.organisation_ids(Role.RELAY)
    )
    begun = RelayRound.objects.filter(survey=cycle.survey, relay=OuterRef("pk"))
    rows = relays.annotate(
        own_due_on=Subquery(begun.values("own_due_on")[:1]),
    ).select_related("organisation", "prefecture__organisation")
    return [
        RelayRound(survey=cycle.survey, relay=relay, own_due_on=relay.own_due_on) for relay in rows
    ]


def _open_cycles() -> dict[str, Cycle]:
    """The open cycles with a survey, the newest first, by the key that stands in the address."""
    cycles = (
        Cycle.objects.filter(state=Cycle.State.OPEN, survey__opened_at__isnull=False)
        .select_related("programme", "survey")
        .prefetch_related("deadlines")
        .order_by("-fiscal_year", "programme")
    )
    return {key_of(cycle): cycle for cycle in cycles}


def _due_next(cycles: dict[str, Cycle], today: date) -> Cycle | None:
    """The cycle whose answers are due next, of two on one day the first in the list.

    When all days have passed, the newest.
    """
    due = [
        (deadline.due_on, cycle)
        for cycle in cycles.values()
        for deadline in cycle.deadlines.all()
        if deadline.code == DeadlineCode.SURVEY_RELAY and deadline.due_on >= today
    ]
    if due:
        return min(due, key=itemgetter(0))[1]
    return next(iter(cycles.values()), None)


def relayed(user: User, cycle: Cycle | None) -> QuerySet[SurveyAnswer]:
    """What passes through this officer; designated cities and the prefecture itself do not."""
    relayed = SurveyAnswer.objects.relayed_by(user.organisation_ids(Role.RELAY))
    return relayed.visible_to(user).filter(survey__cycle=cycle)


def _chosen(rows: QuerySet[SurveyAnswer], *, name: str, state: str) -> QuerySet[SurveyAnswer]:
    """What a name and a state find; what an older name has found says which it was."""
    if name:
        rows = rows.filter(government__in=LocalGovernment.objects.named_like(name))
        rows = rows.annotate(former_name=former_name(name, of="government"))
    if state:
        rows = rows.filter(state=state)
    return rows.order_by("government__code", "pk")


def _at_a_glance(rows: QuerySet[SurveyAnswer], user: User) -> QuerySet[SurveyAnswer]:
    """What stands of each answer in the list, beside its state: how many requests and people, what
    was last said when it was returned or held, and whether its people's page is this reader's.
    """
    written = ~Q(requests__state=RequestState.WITHDRAWN)
    said = SurveyAnswerMove.objects.filter(
        answer=OuterRef("pk"),
        to_state=OuterRef("state"),
        to_state__in=[AnswerState.RETURNED, AnswerState.HELD],
    ).order_by("-at", "-pk")
    at_fields = FieldComment.objects.open().filter(answer=OuterRef("pk")).order_by()
    offices = governments_looked_after_by(user).filter(pk=OuterRef("government"))
    return rows.select_related(
        "government__organisation", "government__prefecture__organisation", "survey__cycle"
    ).annotate(
        request_count=Count("requests", filter=written),
        seats=Sum("requests__number", filter=written),
        said_last=Subquery(said.values("reason")[:1]),
        said_on=Subquery(said.values("at")[:1]),
        comment_count=Subquery(at_fields.values("answer").annotate(n=Count("pk")).values("n")),
        has_office=Exists(offices),
    )


@login_required
@require_POST
def relay_act(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Forward, hold or return one answer; a return without a comment comes back with its fault."""
    found = find_answer(request.user, public_id)
    if not can_relay(request.user, found):
        raise PermissionDenied
    form = RelayForm(request.POST, request.FILES)
    acts = {
        RelayForm.FORWARD: forward_answer,
        RelayForm.HOLD: hold_answer,
        RelayForm.RETURN: return_by_relay,
    }
    if not form.is_valid() or not form.act_on(acts, found, request.user):
        return show_answer(request, find_answer(request.user, public_id), relay_form=form)
    done = {
        RelayForm.FORWARD: _("The answer of {government} was forwarded."),
        RelayForm.HOLD: _("The answer of {government} is on hold."),
        RelayForm.RETURN: _("The answer of {government} was returned."),
    }
    text = done[form.cleaned_data["act"]].format(government=found.government.short_name)
    messages.success(request, text)
    return redirect(relay_list(found.survey.cycle))
