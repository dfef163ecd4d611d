"""The board: propose, place by hand, take back, decide."""

from datetime import date
from importlib.metadata import version
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from hosts.models import HostRequest
from hosts.services import set_filled
from schedule.models import Cycle
from trainees.models import Application
from trainees.services import (
    freeze,
    mark_complete,
)
from trainees.states import ApplicationState

from ..doorbell import ring_for_notices
from ..letters import draft_notices
from ..matching import parse, solve, to_json
from ..matching.solver import Mode
from ..models import MatchRun, Placement
from ..queries import JUDGED, WITH_SEATS, matching_instance, placements_of
from ..states import (
    DECIDED,
    PLACEMENT_MOVES,
    PlacementState,
)
from .ground import BoardChangedError, PlacementError, in_our_words, lock_open, move

SOLVED_UNLOCKED = 2  # how often a problem that changes is solved before others have to wait


@in_our_words()
def propose(cycle: Cycle, *, by: User | None, mode: str | None = None) -> MatchRun:
    """Let the solver propose placements around what is decided and what was placed by hand.

    The run is kept with its input and output. Earlier proposals of the solver that it does not
    repeat are cancelled; nothing that a person did is touched. The solver works while others go on
    working: the cycle's row is locked only afterwards, and where the problem has changed meanwhile
    it is solved again, at last under the lock.
    """
    for _attempt in range(SOLVED_UNLOCKED):
        problem = matching_instance(cycle)
        used = mode or cycle.programme.matching_mode
        output = _solved(problem, used)
        with transaction.atomic():
            locked = lock_open(cycle)
            if matching_instance(locked) == problem:
                return _keep_run(locked, used, problem, output, by=by)
    with transaction.atomic():
        locked = lock_open(cycle)
        problem, used = matching_instance(locked), mode or locked.programme.matching_mode
        return _keep_run(locked, used, problem, _solved(problem, used), by=by)


def _solved(problem: dict[str, Any], mode: str) -> dict[str, Any]:
    return to_json(solve(parse(problem), cast(Mode, mode)))


def _keep_run(
    cycle: Cycle, mode: str, problem: dict[str, Any], output: dict[str, Any], *, by: User | None
) -> MatchRun:
    """Store the run and put its proposals on the board of the locked cycle."""
    run = MatchRun.objects.create(
        cycle=cycle,
        mode=mode,
        input=problem,
        output=output,
        made_with=f"ortools {version('ortools')}",
        made_by=by,
    )
    proposed = {
        (int(row["application"][1:]), int(row["request"][1:])) for row in output["placements"]
    }
    for placement in placements_of(cycle).filter(state=PlacementState.PROPOSED):
        pair = (placement.application_id, placement.host_request_id)
        if placement.is_by_hand or pair in proposed:
            proposed.discard(pair)
        else:
            move(
                placement,
                PlacementState.CANCELLED,
                by=by,
                table=PLACEMENT_MOVES,
                reason=_("Replaced by a later proposal."),
            )
    decided = set(
        placements_of(cycle)
        .exclude(state=PlacementState.PROPOSED)
        .values_list("application_id", "host_request_id")
    )
    requests = HostRequest.objects.in_bulk([request for _application, request in proposed])
    for application_pk, request_pk in sorted(proposed - decided):
        request = requests[request_pk]
        Placement.objects.create(
            application_id=application_pk,
            host_request=request,
            run=run,
            **_period(request),
        )
    return run


@in_our_words()
@transaction.atomic
def place_by_hand(
    application: Application, request: HostRequest, *, reason: str, by: User
) -> Placement:
    """Place one person by hand, with a reason that stays; a proposal of theirs elsewhere is
    cancelled.

    The request's row is locked while its seats are counted, so that the last seat is given once.
    Raises PlacementError where no seat is free, the person's placement is decided, or the two are
    of different cycles.
    """
    if not reason.strip():
        raise PlacementError(_("Write the reason; it stays with the placement."))
    lock_open(application.cycle)
    request = HostRequest.objects.select_for_update(of=("self",)).with_names().get(pk=request.pk)
    application = Application.objects.select_for_update().get(pk=application.pk)
    if request.cycle.pk != application.cycle_id:
        raise PlacementError(_("The request and the application belong to different cycles."))
    if request.state not in WITH_SEATS or application.state not in JUDGED:
        raise PlacementError(_("Only submitted applications can be placed, on open requests."))
    current = Placement.objects.seated().filter(application=application).first()
    if current and current.host_request_id == request.pk:
        raise PlacementError(_("This person is placed there already."))
    if current and current.state != PlacementState.PROPOSED:
        raise PlacementError(_("The placement of this person is decided."))
    taken = list(
        Placement.objects.seated()
        .filter(host_request=request)
        .select_related("application__trainee")
    )
    if len(taken) >= request.number:
        names = pgettext("between names", ", ").join(
            placement.application.trainee.passport_name for placement in taken
        )
        raise PlacementError(_("No seat is free there. Taken by: {names}.").format(names=names))
    if current:
        move(current, PlacementState.CANCELLED, by=by, table=PLACEMENT_MOVES, reason=reason)
    return Placement.objects.create(
        application=application,
        host_request=request,
        reason=reason.strip(),
        **_period(request),
    )


@in_our_words()
@transaction.atomic
def take_back(placement: Placement, *, reason: str, by: User) -> Placement:
    """Take a proposal off the board, with a reason that stays in its history."""
    if not reason.strip():
        raise PlacementError(_("Write the reason; it stays with the placement."))
    lock_open(placement.application.cycle)
    placement = Placement.objects.select_for_update().get(pk=placement.pk)
    if placement.state != PlacementState.PROPOSED:
        raise PlacementError(_("Only a proposal can be taken back; this placement is decided."))
    move(placement, PlacementState.CANCELLED, by=by, table=PLACEMENT_MOVES, reason=reason)
    return placement


@in_our_words()
@transaction.atomic
def decide(
    cycle: Cycle, *, by: User, on: date | None = None, expected: set[UUID] | None = None
) -> list[Placement]:
    """Decide every proposed placement of the cycle and draft both notices of each.

    What was judged is frozen, the letters have their numbers, and the task that renders and mails
    them is rung, all in one transaction. Deciding again finds nothing to decide. `expected` are the
    placements that the person has seen; others are not decided unseen (BoardChangedError).
    """
    on = on or timezone.localdate()
    cycle = lock_open(cycle)
    proposed = list(
        placements_of(cycle)
        .filter(state=PlacementState.PROPOSED)
        .order_by("host_request__answer__government__code", "application__number")
    )
    if expected is not None and {placement.public_id for placement in proposed} != expected:
        raise BoardChangedError(
            _("The proposals have changed since you opened this page. Look at them again.")
        )
    if not proposed:
        raise PlacementError(_("There is no proposed placement to decide."))
    _check_both_sides(proposed)
    prefetch_related_objects([cycle], "phases", "deadlines")
    for placement in proposed:
        move(
            placement,
            PlacementState.APPROVED,
            by=by,
            table=PLACEMENT_MOVES,
            decided_on=on,
            decided_by=by,
        )
        _freeze(placement.application, by=by)
        placement.application.cycle = cycle  # its days are read once for all letters
        draft_notices(placement, on=on)
    for request in {placement.host_request for placement in proposed}:
        settle_seats(request, by=by)
    ring_for_notices()
    return proposed


def _check_both_sides(proposed: list[Placement]) -> None:
    """Nobody is placed who withdrew meanwhile, nor where the request was taken back."""
    gone = [
        f"{placement.application.trainee.passport_name} → {placement.host_request.government}"
        for placement in proposed
        if placement.application.state not in JUDGED
        or placement.host_request.state not in WITH_SEATS
    ]
    if gone:
        raise PlacementError(
            _("The application or the request is no longer open. Take back first: {list}.").format(
                list=pgettext("between names", ", ").join(gone)
            )
        )


def settle_seats(request: HostRequest, *, by: User | None) -> None:
    """A request is filled when decided placements take all its seats."""
    taken = request.placements.filter(state__in=DECIDED).count()
    if request.state in WITH_SEATS:
        set_filled(request, filled=taken >= request.number, by=by)


def _freeze(application: Application, *, by: User) -> None:
    """What was judged is kept unchanged from now on."""
    if application.state == ApplicationState.SUBMITTED:
        mark_complete(application, by=by)
    if application.state == ApplicationState.COMPLETE:
        freeze(application, by=by)


def _period(request: HostRequest) -> dict[str, date]:
    """The days of the stay; a submitted request has both."""
    if request.starts_on is None or request.ends_on is None:
        raise PlacementError(_("This request has no days of the stay."))
    return {"starts_on": request.starts_on, "ends_on": request.ends_on}
