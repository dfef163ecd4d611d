"""Reads across hosts and trainees for the selection."""

from collections import Counter
from dataclasses import replace

from django.db.models import Q, QuerySet

from hosts.levels import OF_ENGLISH, OF_JAPANESE
from hosts.models import HostRequest
from hosts.states import RequestState
from schedule.models import Cycle
from schedule.vocabulary import Route
from trainees.models import Application
from trainees.states import ApplicationState

from .eligibility import Offered, Wanted, applicant_rank, host_rank, reasons_against, score
from .models import Nomination, Placement
from .states import NOMINATION_OPEN, PlacementState

JUDGED = [ApplicationState.SUBMITTED, ApplicationState.COMPLETE, ApplicationState.FROZEN]
WITH_SEATS = [RequestState.OPEN, RequestState.FILLED, RequestState.UNFILLED]


def requests_of(cycle: Cycle) -> QuerySet[HostRequest]:
    """The requests of a cycle that are open for placements, or were."""
    return (
        HostRequest.objects.filter(answer__survey__cycle=cycle, state__in=WITH_SEATS)
        .with_names()
        .prefetch_related("wished_countries")
        .order_by("answer__government__code", "pk")
    )


def applications_of(cycle: Cycle) -> QuerySet[Application]:
    """The applications of a cycle that have been submitted, in the order of their numbers."""
    return (
        Application.objects.filter(cycle=cycle, state__in=JUDGED)
        .select_related("trainee", "cycle", "sending_government__organisation")
        .order_by("number")
    )


def placements_of(cycle: Cycle) -> QuerySet[Placement]:
    """The placements of a cycle that take a seat."""
    return Placement.objects.seated().filter(application__cycle=cycle).with_names()


def own_nominations(cycle: Cycle) -> dict[int, int]:
    """Applications nominated by a host for its own request: application → request."""
    rows = Nomination.objects.filter(
        application__cycle=cycle,
        route=Route.OWN_SELECTION,
        state__in=NOMINATION_OPEN,
    )
    return dict(rows.values_list("application_id", "host_request_id"))


def nominees_of(request: HostRequest) -> QuerySet[Application]:
    """Whose dossier belongs to a request: nominated for it or through an opening of it, or placed
    there; what was never submitted or was withdrawn is left out.
    """
    nominated = Nomination.objects.filter(
        Q(host_request=request) | Q(opening__host_request=request), state__in=NOMINATION_OPEN
    )
    placed = Placement.objects.seated().filter(host_request=request)
    return (
        Application.objects.with_names()
        .filter(Q(pk__in=nominated.values("application")) | Q(pk__in=placed.values("application")))
        .filter(submitted_at__isnull=False)
        .exclude(state=ApplicationState.WITHDRAWN)
        .order_by("cycle", "number")
    )


def matching_instance(cycle: Cycle) -> dict[str, list[dict[str, object]]]:
    """The problem of a cycle in the format of the solver; ids are R… and A… with the row's number.

    What is fixed: own selections, what was decided and what staff have placed by hand.
    """
    requests = list(requests_of(cycle))
    applications = list(applications_of(cycle))
    nominated = own_nominations(cycle)
    known = {application.pk for application in applications}
    fixed: dict[int, int] = {}
    seats = {request.pk: request.number for request in requests}
    for placement in placements_of(cycle):
        is_kept = placement.is_by_hand or placement.state != PlacementState.PROPOSED
        if is_kept and placement.application_id in known:
            fixed[placement.application_id] = placement.host_request_id
        elif is_kept and placement.host_request_id in seats:
            seats[placement.host_request_id] -= 1  # held by somebody who is not judged now
    taken = Counter(fixed.values())
    for application_pk, request_pk in nominated.items():
        free = taken[request_pk] < seats.get(request_pk, 0)
        if application_pk in known and application_pk not in fixed and free:
            fixed[application_pk] = request_pk
            taken[request_pk] += 1
    # Who sits there stays, also where the number was lowered afterwards.
    seats = {pk: max(number, taken[pk], 0) for pk, number in seats.items()}
    candidates = [
        (application, offered_by(application))
        for application in applications
        if application.pk not in fixed
    ]
    pairs: list[dict[str, object]] = []
    forbidden: list[dict[str, object]] = []
    for request in requests:
        wanted = wanted_by(request)
        for application, brought in candidates:
            offered = replace(brought, nominated_here=nominated.get(application.pk) == request.pk)
            pair = {"application": f"A{application.pk}", "request": f"R{request.pk}"}
            if reasons := reasons_against(wanted, offered):
                forbidden.append({**pair, "reason": ",".join(reasons)})
                continue
            ranks = {
                "host_rank": host_rank(wanted, offered),
                "applicant_rank": applicant_rank(wanted, offered),
            }
            given = {name: rank for name, rank in ranks.items() if rank is not None}
            pairs.append({**pair, **given, "score": score(wanted, offered)})
    return {
        "requests": [{"id": f"R{pk}", "capacity": number} for pk, number in seats.items()],
        "applications": [{"id": f"A{application.pk}"} for application in applications],
        "pairs": pairs,
        "fixed": [
            {"application": f"A{application}", "request": f"R{request}"}
            for application, request in fixed.items()
            if request in seats
        ],
        "forbidden": forbidden,
    }


def wanted_by(request: HostRequest) -> Wanted:
    """What the rules need to know of a request."""
    return Wanted(
        field=request.field,
        language=request.language,
        level=request.level,
        route=request.route,
        countries=tuple(wish.code for wish in request.wishes),
        japanese=OF_JAPANESE[request.japanese_needed],
        english=OF_ENGLISH[request.english_needed],
    )


def offered_by(application: Application) -> Offered:
    """What the rules need to know of an applicant, as they submitted it."""
    fields = (application.field, application.second_field)
    return Offered(
        fields=tuple(field for field in fields if field),
        english=application.english_level or 0,
        japanese=application.japanese_level or 0,
        nationality=str(application.judged_person.nationality),
    )
