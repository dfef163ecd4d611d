"""Nominations: propose a person, invite them, let them say whether it is theirs."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Invitation, Role, User
from accounts.services import invite
from hosts.models import HostRequest
from japan.text import search_key
from schedule.models import Cycle
from schedule.vocabulary import Route
from trainees.models import Application, SendingGovernment, Trainee
from trainees.services import (
    create_application,
    link_person,
    withdraw_application,
)
from trainees.states import ApplicationState

from ..models import Nomination
from ..states import (
    NOMINATION_MOVES,
    NominationState,
)
from .ground import PlacementError, in_our_words, lock_open, move

INVITE_AGAIN_AFTER = timedelta(minutes=1)


@in_our_words()
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
    cycle = lock_open(cycle)
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


@in_our_words()
@transaction.atomic
def invite_again(nomination: Nomination, *, by: User) -> Nomination:
    """Send a nominee a new link; the old one ends. A second click within a minute sends nothing.

    Raises PlacementError once the invitation was accepted, or where the last one has just left.
    """
    nomination = (
        Nomination.objects.select_for_update(of=("self",))
        .select_related("invitation", "application__trainee", "application__cycle__programme")
        .get(pk=nomination.pk)
    )
    if nomination.state != NominationState.PROPOSED or nomination.invitation.accepted_at:
        raise PlacementError(_("This invitation was accepted already."))
    old = nomination.invitation
    if old.created_at > timezone.now() - INVITE_AGAIN_AFTER:
        raise PlacementError(_("An invitation was sent a moment ago. Wait a minute."))
    nomination.invitation = _invite(nomination.application, old.name, old.language, by=by)
    nomination.save(update_fields=["invitation"])
    return nomination


@in_our_words()
@transaction.atomic
def confirm_nomination(nomination: Nomination, *, by: User) -> Nomination:
    """The nominee says that the nomination is theirs; only now is anything linked to them."""
    if nomination.invitation.accepted_by_id != by.pk:
        raise PlacementError(_("This nomination was sent to another person."))
    move(nomination, NominationState.CONFIRMED, by=by, table=NOMINATION_MOVES)
    link_person(nomination.application.trainee, by)
    return nomination


@in_our_words()
@transaction.atomic
def refuse_nomination(nomination: Nomination, *, by: User, reason: str = "") -> Nomination:
    """The nominee says that it is not theirs, or that they do not want it; nothing is linked.

    The empty application is withdrawn, so that the person can be nominated anew.
    """
    if nomination.invitation.accepted_by_id != by.pk:
        raise PlacementError(_("This nomination was sent to another person."))
    move(nomination, NominationState.REFUSED, by=by, table=NOMINATION_MOVES, reason=reason)
    withdraw_application(nomination.application, by=by, reason=reason)
    return nomination
