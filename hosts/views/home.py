"""The first page of host coordinators and relay officers."""

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.json_rows import json_rows
from accounts.models import Membership, Organisation, Role, User
from accounts.panels import render_panels
from accounts.succession import ROLES_HANDED_OVER
from schedule.duties import Duty, duties_of
from schedule.models import Cycle

from ..forms import StartForm
from ..models import CoHost, HostRequest, LocalGovernment, SurveyAnswer
from ..models.requests import CO_HOSTED, co_host_from
from ..relay_letters import letters_to, with_letters
from ..standing import Standing, standing_of, with_relays_day
from ..states import RequestState


@dataclass
class GovernmentDesk:
    """Everything that the home page shows of one government."""

    government: LocalGovernment
    answer: SurveyAnswer | None
    last_answer: SurveyAnswer | None
    standing: Standing | None
    former: list[SurveyAnswer]
    colleagues: list[Membership]
    relay_officers: list[Membership]
    panels: list = field(default_factory=list)
    letters: list[dict] = field(default_factory=list)

    @property
    def hosted_with(self) -> list[CoHost]:
        """The requests of others in the same survey in which it is named as a co-host."""
        rows = getattr(self.answer, "co_host_rows", [])
        return [co_host_from(row) for row in sorted(rows, key=lambda row: row["pk"])]

    @property
    def became(self) -> str:
        """What a merged government is now."""
        return self.government.what_became(get_language() or "ja")


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is to do and until when, for each government that the person acts for."""
    user = request.user
    if not user.has_role(Role.COORDINATOR, Role.RELAY):
        raise PermissionDenied
    today = timezone.localdate()
    desks = _desks(user, today)
    for desk in desks:
        desk.panels = render_panels("host_home", request, desk.government)
        desk.letters = letters_to(desk.answer) if desk.answer else []
    cycle = next((desk.answer.survey.cycle for desk in desks if desk.answer), None)
    duties = duties_of(user, today)
    context = {
        "today": today,
        "desks": desks,
        "cycle": cycle,
        "phase_now": cycle.phase_on(today) if cycle else None,
        "phases": _phases(cycle, today) if cycle else [],
        "duties": duties,
        "is_relay": user.has_role(Role.RELAY),
        "relay_duty": _first(duties, "forward-survey"),
        "start_form": StartForm(),
        "relay_offices": _offices(user, Role.RELAY),
        "check_people": _offices(user, *ROLES_HANDED_OVER) if is_time_to_check(today) else [],
    }
    return render(request, "hosts/home.html", context)


def _offices(user: User, *roles: str) -> list[Organisation]:
    """The organisations that this person acts for in these roles, each once."""
    found = [each.organisation for each in user.active_memberships if each.role in roles]
    return list(dict.fromkeys(found))


def is_time_to_check(today: date) -> bool:
    """From 15 March to 30 April, when offices in Japan change their people."""
    return (3, 15) <= (today.month, today.day) <= (4, 30)


def _desks(user: User, today: date) -> list[GovernmentDesk]:
    organisations = user.organisation_ids(Role.COORDINATOR)
    if not organisations:
        return []
    answers = _answers(organisations)
    governments = _governments(organisations, answers)
    people = _people(governments, today)
    desks = []
    for government in governments:
        known = government.known_answers = answers.get(government.pk, [])
        current = _current([each for each in known if each.government == government], today)
        former = [each for each in known if each is not current]
        given = [each for each in former if each.has_demand is not None]
        upper = current.relay if current else government.usual_relay
        desks.append(
            GovernmentDesk(
                government=government,
                answer=current,
                last_answer=given[0] if given else None,
                standing=standing_of(current, today) if current else None,
                former=former,
                colleagues=people.get((government.organisation_id, Role.COORDINATOR), []),
                relay_officers=(
                    people.get((upper.organisation_id, Role.RELAY), []) if upper else []
                ),
            )
        )
    last = [desk.last_answer for desk in desks if desk.last_answer]
    prefetch_related_objects(last, Prefetch("requests", HostRequest.objects.with_parts()))
    return desks


def _answers(organisations: list[int]) -> dict[int, list[SurveyAnswer]]:
    """All answers of these bodies, and of what they came from, by government, the newest cycle
    first.
    """
    merged = LocalGovernment.objects.succeeded_by(organisations)
    rows = (
        with_letters(with_relays_day(SurveyAnswer.objects.all()))
        .filter(
            Q(government__organisation__in=organisations) | Q(government__in=merged),
            survey__opened_at__isnull=False,
        )
        .select_related(
            "survey__cycle__programme__operator",
            "government__organisation",
            "government__prefecture__organisation",
            "relay__organisation",
        )
        .annotate(
            is_decided=Exists(
                HostRequest.objects.filter(answer=OuterRef("pk"), state=RequestState.FILLED)
            ),
            co_host_rows=json_rows(
                CoHost.objects.filter(host_request__answer__survey=OuterRef("survey")).exclude(
                    host_request__state=RequestState.WITHDRAWN
                ),
                "government",
                CO_HOSTED,
                outer="government",
            ),
        )
        .prefetch_related("survey__cycle__phases", "survey__cycle__deadlines")
        .order_by("-survey__cycle__fiscal_year", "-pk")
    )
    former = [row for row in rows if row.government.organisation_id not in organisations]
    heirs = _heirs(organisations) if former else {}
    found: dict[int, list[SurveyAnswer]] = {}
    for row in rows:
        for government in heirs.get(row.government_id, [row.government_id]):
            found.setdefault(government, []).append(row)
    return found


def _heirs(organisations: list[int]) -> dict[int, list[int]]:
    """The governments of these bodies that each of the merged ones has become, step by step."""
    own = dict(
        LocalGovernment.objects.filter(organisation__in=organisations).values_list("pk", "code")
    )
    steps = dict(
        LocalGovernment.objects.filter(successor__isnull=False).values_list("pk", "successor")
    )
    found: dict[int, list[int]] = {}
    for former in steps:
        now: int | None = former
        while now is not None:
            if now in own:
                found.setdefault(former, []).append(now)
            now = steps.get(now)
    return found


def _governments(
    organisations: list[int], answers: dict[int, list[SurveyAnswer]]
) -> list[LocalGovernment]:
    """The governments of these bodies; only one that was never asked needs a look-up of its own."""
    every = {row.government for rows in answers.values() for row in rows}
    known = [each for each in every if each.organisation_id in organisations]
    missing = set(organisations) - {each.organisation_id for each in known}
    if missing:
        rows = LocalGovernment.objects.filter(organisation__in=missing)
        known += rows.select_related("organisation", "prefecture__organisation")
    return sorted(known, key=lambda each: each.code)


def _current(answers: list[SurveyAnswer], today: date) -> SurveyAnswer | None:
    """The running answer that is to do and due first; if none is to do, the newest running one."""
    running = [each for each in answers if _is_running(each)]
    to_do = [each for each in running if each.is_editable]
    if to_do:
        return min(to_do, key=lambda each: standing_of(each, today).due_on or date.max)
    return next(iter(running), None)


def _is_running(answer: SurveyAnswer) -> bool:
    return answer.survey.cycle.state == Cycle.State.OPEN


def _people(
    governments: list[LocalGovernment], today: date
) -> dict[tuple[int, str], list[Membership]]:
    """The coordinators of these governments and the relay officers of their prefectures."""
    organisations = {each.organisation_id for each in governments}
    organisations |= {each.prefecture.organisation_id for each in governments if each.prefecture}
    rows = Membership.objects.in_force(today).filter(
        organisation__in=organisations,
        role__in=[Role.COORDINATOR, Role.RELAY],
        user__is_active=True,
    )
    found: dict[tuple[int, str], list[Membership]] = {}
    for row in rows.select_related("user").order_by("pk"):
        found.setdefault((row.organisation_id, row.role), []).append(row)
    return found


def _phases(cycle: Cycle, today: date) -> list[dict[str, object]]:
    """The phases in their order, each marked as over, running or to come."""
    now = cycle.phase_on(today)
    phases = sorted(cycle.phases.all(), key=lambda phase: phase.starts_on)
    return [
        {"phase": phase, "is_now": phase == now, "is_over": phase.ends_on < today}
        for phase in phases
    ]


def _first(duties: list[Duty], code: str) -> Duty | None:
    return next((duty for duty in duties if duty.code == code), None)
