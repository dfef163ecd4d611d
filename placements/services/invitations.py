"""The invitation of a nominee: sent, sent again, and answered by the one who was invited."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Invitation, Role, User
from accounts.services import invite
from hosts.models import HostRequest
from schedule.models import Cycle
from trainees.models import (
    Application,
)
from trainees.services import (
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
from .nomination_mails import (
    Change,
    tell_nominators,
)
from .statements import ask_known_contact

INVITE_AGAIN_AFTER = timedelta(minutes=1)


def invite_nominee(
    application: Application,
    name: str,
    language: str,
    *,
    by: User | None,
    host: HostRequest | None,
) -> Invitation:
    """The mail names who has nominated: the host that selected itself, else the employer."""
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
            "host": host.answer.government.full_name_in(language) if host else "",
            "sending_government": sender.organisation.name_in(language) if sender else "",
        },
    )


def _year_label(cycle: Cycle, language: str) -> str:
    with translation.override(language):
        return cycle.year_label


@in_our_words()
@transaction.atomic
def invite_again(nomination: Nomination, *, by: User | None) -> Nomination:
    """Send a nominee a new link; the old one ends. A second click within a minute sends nothing.

    It goes to the address of the nominee, whoever asks for it. Raises PlacementError once the
    invitation was accepted, or where the last one has just left.
    """
    nomination = (
        Nomination.objects.select_for_update(of=("self",))
        .select_related("invitation", "application__trainee", "application__cycle__programme")
        .get(pk=nomination.pk)
    )
    if nomination.application.cycle.state != Cycle.State.OPEN:
        raise PlacementError(_("This cycle is not open."))
    if nomination.state != NominationState.PROPOSED or nomination.invitation.accepted_at:
        raise PlacementError(_("This invitation was accepted already."))
    old = nomination.invitation
    if old.created_at > timezone.now() - INVITE_AGAIN_AFTER:
        raise PlacementError(_("An invitation was sent a moment ago. Wait a minute."))
    nomination.invitation = invite_nominee(
        nomination.application, old.name, old.language, by=by, host=nomination.host_request
    )
    nomination.save(update_fields=["invitation"])
    return nomination


@in_our_words()
@transaction.atomic
def confirm_nomination(nomination: Nomination, *, by: User) -> Nomination:
    """The nominee says that the nomination is theirs; only now is anything linked to them.

    Who nominated is told, and the employer is asked for its statement where somebody there is
    known.
    """
    _take_invitation(nomination, by)
    lock_open(nomination.application.cycle)
    move(nomination, NominationState.CONFIRMED, by=by, table=NOMINATION_MOVES)
    link_person(nomination.application.trainee, by)
    tell_nominators(nomination, Change.CONFIRMED)
    ask_known_contact(nomination)
    return nomination


@in_our_words()
@transaction.atomic
def refuse_nomination(nomination: Nomination, *, by: User) -> Nomination:
    """The nominee says that it is not theirs, or that they do not want it; nothing is linked.

    The empty application is withdrawn, so that the person can be nominated anew; one for which they
    are nominated in another way, too, goes on.
    """
    _take_invitation(nomination, by)
    lock_open(nomination.application.cycle)
    move(nomination, NominationState.REFUSED, by=by, table=NOMINATION_MOVES)
    end_dossier(nomination, by=by)
    tell_nominators(nomination, Change.REFUSED)
    return nomination


def _take_invitation(nomination: Nomination, by: User) -> None:
    """Only the invited person answers: who opened the link, or whose address was shown to be the
    invited one before. Raises PlacementError for anybody else.
    """
    invitation = nomination.invitation
    if invitation.accepted_by_id == by.pk:
        return
    is_theirs = invitation.email == by.email and by.has_role(Role.TRAINEE)
    if invitation.accepted_by_id is not None or not is_theirs:
        raise PlacementError(_("This nomination was sent to another person."))
    invitation.accepted_by, invitation.accepted_at = by, timezone.now()
    invitation.save(update_fields=["accepted_by", "accepted_at"])


def end_dossier(nomination: Nomination, *, by: User | None, reason: str = "") -> None:
    """Withdraw the application unless another nomination still holds it."""
    application = nomination.application
    application.refresh_from_db(fields=["state"])
    others = Nomination.objects.counted().filter(application=application)
    if application.state == ApplicationState.WITHDRAWN or others.exists():
        return
    withdraw_application(application, by=by, reason=reason)  # type: ignore[arg-type]
