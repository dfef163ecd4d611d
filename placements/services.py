"""What people do about placements: nominate, confirm, propose, place by hand, decide."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from typing import cast
from uuid import UUID

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Invitation, Role, User
from accounts.moves import MoveRefusedError, Table, make_move
from accounts.services import AccountError, invite
from hosts.models import HostRequest
from hosts.services import HostError, set_filled
from hosts.states import RequestState
from japan.text import search_key
from notices.models import NoticeError
from schedule.models import Cycle
from schedule.vocabulary import Route
from trainees.models import Application, SendingGovernment, Trainee
from trainees.services import (
    TraineeError,
    create_application,
    freeze,
    link_person,
    mark_complete,
    withdraw_application,
)
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


class BoardChangedError(PlacementError):
    """The board is no longer what the person has seen."""


@contextmanager
def _in_our_words() -> Iterator[None]:
    """What a lower app refuses is refused here too; its message is written for the user already."""
    try:
        yield
    except (AccountError, HostError, TraineeError, NoticeError) as error:
        raise PlacementError(str(error)) from error


def _lock_open(cycle: Cycle) -> Cycle:
    """Lock the cycle, first of all, so that whatever changes its board follows each other.

    One lock, always taken first, is also what keeps two verbs from waiting for each other. It lets
    others insert rows that name the cycle. Raises PlacementError unless the cycle is open.
    """
    locked = (
        Cycle.objects.select_for_update(of=("self",), no_key=True)
        .select_related("programme__operator")
        .get(pk=cycle.pk)
    )
    if locked.state != Cycle.State.OPEN:
        raise PlacementError(_("This cycle is not open."))
    return locked


# Nominations ----------------------------------------------------------------------------------


@_in_our_words()
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
    cycle = _lock_open(cycle)
    email = email.strip().lower()
    trainee = _known_person(email, passport_name) or Trainee.objects.create(
        email=email, passport_name=passport_name, nationality=nationality
    )
    open_ones = trainee.applications.filter(cycle=cycle).exclude(state=ApplicationState.WITHDRAWN)
    if open_ones.exists():
        raise PlacementError(_("This person has an application in this cycle already."))
    application = create_application(
        trainee=trainee, cycle=cycle, sending_government=sending_government
    )
    invitation = _invite(application, passport_name, language, by=by)
    return Nomination.objects.create(
        application=application,
        host_request=host_request,
        route=Route.OWN_SELECTION if host_request else Route.MEDIATED,
        invitation=invitation,
        nominated_by=by,
        nominated_on=on or timezone.localdate(),
    )


def _known_person(email: str, passport_name: str) -> Trainee | None:
    """The record of this address from an earlier cycle; never that of somebody else.

    Raises PlacementError where the address names another person than the one typed.
    """
    known = Trainee.objects.filter(email=email).select_related("user").order_by("pk").first()
    if known is None:
        return None
    is_theirs = known.user is None or known.user.email == email
    if not is_theirs or search_key(known.passport_name) != search_key(passport_name):
        raise PlacementError(
            _("This address is known for {name}. Use the person's own address.").format(
                name=known.passport_name
            )
        )
    return known


def _invite(application: Application, name: str, language: str, *, by: User) -> Invitation:
    programme = application.cycle.programme
    sender = application.sending_government
    return invite(
        email=application.trainee.email,
        name=name,
        role=Role.TRAINEE,
        by=by,
        language=language,
        template="nomination",
        context={
            "programme": programme.name_in(language),
            "fiscal_year": _year_label(application.cycle, language),
            "case_number": application.case_number,
            "sending_government": sender.organisation.name_in(language) if sender else "",
        },
    )


def _year_label(cycle: Cycle, language: str) -> str:
    with translation.override(language):
        return cycle.year_label


@_in_our_words()
@transaction.atomic
def invite_again(nomination: Nomination, *, by: User) -> Nomination:
    """Send a nominee a new link; the old one ends. Raises PlacementError once it was accepted."""
    nomination = (
        Nomination.objects.select_for_update(of=("self",))
        .select_related("invitation", "application__trainee", "application__cycle__programme")
        .get(pk=nomination.pk)
    )
    if nomination.state != NominationState.PROPOSED or nomination.invitation.accepted_at:
        raise PlacementError(_("This invitation was accepted already."))
    old = nomination.invitation
    nomination.invitation = _invite(nomination.application, old.name, old.language, by=by)
    nomination.save(update_fields=["invitation"])
    return nomination


@_in_our_words()
@transaction.atomic
def confirm_nomination(nomination: Nomination, *, by: User) -> Nomination:
    """The nominee says that the nomination is theirs; only now is anything linked to them."""
    if nomination.invitation.accepted_by_id != by.pk:
        raise PlacementError(_("This nomination was sent to another person."))
    _move(nomination, NominationState.CONFIRMED, by=by, table=NOMINATION_MOVES)
    link_person(nomination.application.trainee, by)
    return nomination


@_in_our_words()
@transaction.atomic
def refuse_nomination(nomination: Nomination, *, by: User, reason: str = "") -> Nomination:
    """The nominee says that it is not theirs, or that they do not want it; nothing is linked.

    The empty application is withdrawn, so that the person can be nominated anew.
    """
    if nomination.invitation.accepted_by_id != by.pk:
        raise PlacementError(_("This nomination was sent to another person."))
    _move(nomination, NominationState.REFUSED, by=by, table=NOMINATION_MOVES, reason=reason)
    withdraw_application(nomination.application, by=by, reason=reason)
    return nomination


# Proposals --------------------------------------------------------------------------------------


@_in_our_words()
@transaction.atomic
def propose(cycle: Cycle, *, by: User | None, mode: str | None = None) -> MatchRun:
    """Let the solver propose placements around what is decided and what was placed by hand.

    The run is kept with its input and output. Earlier proposals of the solver that it does not
    repeat are cancelled; nothing that a person did is touched. The cycle's row is locked, so that
    two runs follow each other.
    """
    cycle = _lock_open(cycle)
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


@_in_our_words()
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
    _lock_open(application.cycle)
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


@_in_our_words()
@transaction.atomic
def take_back(placement: Placement, *, reason: str, by: User) -> Placement:
    """Take a proposal off the board, with a reason that stays in its history."""
    if not reason.strip():
        raise PlacementError(_("Write the reason; it stays with the placement."))
    _lock_open(placement.application.cycle)
    placement = Placement.objects.select_for_update().get(pk=placement.pk)
    if placement.state != PlacementState.PROPOSED:
        raise PlacementError(_("Only a proposal can be taken back; this placement is decided."))
    _move(placement, PlacementState.CANCELLED, by=by, table=PLACEMENT_MOVES, reason=reason)
    return placement


# Decision ---------------------------------------------------------------------------------------


@_in_our_words()
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
    cycle = _lock_open(cycle)
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
        _move(
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
                list=", ".join(gone)
            )
        )


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
