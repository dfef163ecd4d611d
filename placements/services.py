"""What people do about placements: nominate, confirm, propose, place by hand, decide."""

from datetime import date
from importlib.metadata import version
from typing import cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.moves import MoveRefusedError, Table, make_move
from accounts.services import invite
from hosts.models import HostRequest
from hosts.services import set_filled
from hosts.states import RequestState
from schedule.models import Cycle
from schedule.vocabulary import Route
from trainees.models import Application, SendingGovernment, Trainee
from trainees.services import create_application, freeze, link_person, mark_complete
from trainees.states import ApplicationState

from .doorbell import ring_for_notices
from .letters import draft_notices
from .matching import parse, solve, to_json
from .matching.solver import Mode
from .models import MatchRun, Nomination, Placement
from .queries import JUDGED, WITH_SEATS, matching_instance, placements_of
from .states import (
    DECIDED,
    NOMINATION_MOVES,
    PLACEMENT_MOVES,
    NominationState,
    PlacementState,
)


class PlacementError(Exception):
    """A placement rule was broken. The message is written for the user."""


# Nominations ----------------------------------------------------------------------------------


@transaction.atomic
def nominate(
    *,
    cycle: Cycle,
    email: str,
    passport_name: str,
    nationality: str,
    language: str,
    by: User,
    sending_government: SendingGovernment | None = None,
    host_request: HostRequest | None = None,
    on: date | None = None,
) -> Nomination:
    """Propose one person for a cycle and invite them by e-mail to complete the application.

    With a `host_request` it is the host's own selection. A person known from an earlier cycle by
    the address keeps their record. Raises PlacementError where the address has an open application
    in this cycle.
    """
    if cycle.state != Cycle.State.OPEN:
        raise PlacementError(_("This cycle is not open."))
    email = email.strip().lower()
    trainee = Trainee.objects.filter(email=email).first()
    if trainee is None:
        trainee = Trainee.objects.create(
            email=email, passport_name=passport_name, nationality=nationality
        )
    open_ones = trainee.applications.filter(cycle=cycle).exclude(state=ApplicationState.WITHDRAWN)
    if open_ones.exists():
        raise PlacementError(_("This person has an application in this cycle already."))
    application = create_application(
        trainee=trainee, cycle=cycle, sending_government=sending_government
    )
    invitation = invite(
        email=email,
        name=passport_name,
        role=Role.TRAINEE,
        by=by,
        language=language,
        template="nomination",
        context={
            "programme": cycle.programme.name_in(language),
            "fiscal_year": cycle.fiscal_year,
            "case_number": application.case_number,
            "sending_government": sending_government.organisation.name_in(language)
            if sending_government
            else "",
        },
    )
    return Nomination.objects.create(
        application=application,
        host_request=host_request,
        route=Route.OWN_SELECTION if host_request else Route.MEDIATED,
        invitation=invitation,
        nominated_by=by,
        nominated_on=on or timezone.localdate(),
    )


@transaction.atomic
def confirm_nomination(nomination: Nomination, *, by: User) -> Nomination:
    """The nominee says that the nomination is theirs; only now is anything linked to them."""
    if nomination.invitation.accepted_by_id != by.pk:
        raise PlacementError(_("This nomination was sent to another person."))
    _move(nomination, NominationState.CONFIRMED, by=by, table=NOMINATION_MOVES)
    link_person(nomination.application.trainee, by)
    return nomination


@transaction.atomic
def refuse_nomination(nomination: Nomination, *, by: User, reason: str = "") -> Nomination:
    """The nominee says that it is not theirs, or that they do not want it; nothing is linked."""
    if nomination.invitation.accepted_by_id != by.pk:
        raise PlacementError(_("This nomination was sent to another person."))
    _move(nomination, NominationState.REFUSED, by=by, table=NOMINATION_MOVES, reason=reason)
    return nomination


# Proposals --------------------------------------------------------------------------------------


@transaction.atomic
def propose(cycle: Cycle, *, by: User | None, mode: str | None = None) -> MatchRun:
    """Let the solver propose placements around what is decided and what was placed by hand.

    The run is kept with its input and output. Earlier proposals of the solver that it does not
    repeat are cancelled; nothing that a person did is touched. The cycle's row is locked, so that
    two runs follow each other.
    """
    cycle = Cycle.objects.select_for_update().select_related("programme").get(pk=cycle.pk)
    mode = mode or cycle.programme.matching_mode
    problem = matching_instance(cycle)
    output = to_json(solve(parse(problem), cast(Mode, mode)))
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
            _move(
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
        raise PlacementError(
            _("The placement of this person is decided; cancel it before placing them elsewhere.")
        )
    taken = list(
        Placement.objects.seated()
        .filter(host_request=request)
        .select_related("application__trainee")
    )
    if len(taken) >= request.number:
        names = ", ".join(placement.application.trainee.passport_name for placement in taken)
        raise PlacementError(_("No seat is free there. Taken by: {names}.").format(names=names))
    if current:
        _move(current, PlacementState.CANCELLED, by=by, table=PLACEMENT_MOVES, reason=reason)
    return Placement.objects.create(
        application=application,
        host_request=request,
        reason=reason.strip(),
        **_period(request),
    )


@transaction.atomic
def take_back(placement: Placement, *, reason: str, by: User) -> Placement:
    """Take a proposal off the board, with a reason that stays in its history."""
    if not reason.strip():
        raise PlacementError(_("Write the reason; it stays with the placement."))
    if placement.state != PlacementState.PROPOSED:
        raise PlacementError(_("Only a proposal can be taken back; this placement is decided."))
    _move(placement, PlacementState.CANCELLED, by=by, table=PLACEMENT_MOVES, reason=reason)
    return placement


# Decision ---------------------------------------------------------------------------------------


@transaction.atomic
def decide(cycle: Cycle, *, by: User, on: date | None = None) -> list[Placement]:
    """Decide every proposed placement of the cycle and draft both notices of each.

    What was judged is frozen, the letters have their numbers, and the task that renders and mails
    them is rung, all in one transaction. Deciding again finds nothing to decide.
    """
    on = on or timezone.localdate()
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.state != Cycle.State.OPEN:
        raise PlacementError(_("This cycle is not open."))
    proposed = list(
        placements_of(cycle)
        .filter(state=PlacementState.PROPOSED)
        .order_by("host_request__answer__government__code", "application__number")
    )
    if not proposed:
        raise PlacementError(_("There is no proposed placement to decide."))
    for placement in proposed:
        _move(
            placement,
            PlacementState.APPROVED,
            by=by,
            table=PLACEMENT_MOVES,
            decided_on=on,
            decided_by=by,
        )
        _freeze(placement.application, by=by)
        draft_notices(placement, on=on)
    for request in {placement.host_request for placement in proposed}:
        settle_seats(request, by=by)
    ring_for_notices()
    return proposed


def settle_seats(request: HostRequest, *, by: User | None) -> None:
    """A request is filled when decided placements take all its seats."""
    taken = request.placements.filter(state__in=DECIDED).count()
    if request.state in {RequestState.OPEN, RequestState.FILLED, RequestState.UNFILLED}:
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


def _move(
    row: Nomination | Placement,
    to: str,
    *,
    by: User | None,
    table: Table,
    reason: str = "",
    **changes: object,
) -> None:
    try:
        make_move(row, to, by=by, table=table, reason=reason, **changes)
    except MoveRefusedError as error:
        raise PlacementError(
            _("This can no longer be done. Look at where it stands now.")
        ) from error
