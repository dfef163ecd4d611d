"""Letting colleagues in, and the invitations that wait."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Invitation, Role, User
from accounts.services import revoke_invitation
from accounts.succession import ROLES_HANDED_OVER, HandOver, TakeOver

from ..models import LocalGovernment
from ..services import HostError
from .mails import tell_watchers
from .offices import invite_to, lock_office, members_of

OPEN_INVITATIONS_MAX = 20  # of one office and role at a time


def roles_to_give(user: User, government: LocalGovernment) -> list[str]:
    """The roles of this government to which this person may invite somebody."""
    own: list[str] = [role for role in ROLES_HANDED_OVER if _acts_for(user, role, government)]
    above = government.usual_relay
    is_above = above is not None and _acts_for(user, Role.RELAY, above)
    if user.is_staff:
        is_prefecture = government.kind == LocalGovernment.Kind.PREFECTURE
        return [Role.COORDINATOR, Role.RELAY] if is_prefecture else [Role.COORDINATOR]
    if is_above and Role.COORDINATOR not in own:
        own.append(Role.COORDINATOR)
    return own


def _acts_for(user: User, role: str, government: LocalGovernment) -> bool:
    return government.organisation_id in user.organisation_ids(role)


@transaction.atomic
def invite_colleague(
    government: LocalGovernment,
    *,
    role: str,
    name: str,
    email: str,
    by: User,
    starts_on: date | None = None,
    telephone: str = "",
) -> Invitation:
    """Let a colleague in, and tell those who watch over the office.

    Raises HostError for a role that is not this person's to give, for one who has it already, and
    while too many invitations are open.
    """
    if role not in roles_to_give(by, government):
        raise HostError(_("You cannot invite anybody to this role."))
    lock_office(government.organisation)
    if members_of(government, role).filter(user__email=email.strip().lower()).exists():
        raise HostError(_("This person has the role already."))
    if open_invitations(government).filter(role=role).count() >= OPEN_INVITATIONS_MAX:
        raise HostError(
            _("Too many invitations wait for an answer. Take back those that are not needed.")
        )
    invitation = invite_to(
        government,
        role=role,
        name=name,
        email=email,
        starts_on=starts_on,
        telephone=telephone,
        by=by,
    )
    tell_watchers(
        government,
        "people_invited",
        key=f"people-invited:{invitation.public_id}",
        by=by,
        name=invitation.name,
        email=invitation.email,
        role=role,
    )
    return invitation


def open_invitations(government: LocalGovernment) -> QuerySet[Invitation]:
    """Who was invited to this office and has neither accepted nor been uninvited; the link of some
    may have expired.
    """
    return Invitation.objects.filter(
        organisation=government.organisation,
        role__in=ROLES_HANDED_OVER,
        accepted_at=None,
        revoked_at=None,
    ).order_by("-created_at", "-pk")


@transaction.atomic
def renew_invitation(
    government: LocalGovernment, invitation: Invitation, *, by: User
) -> Invitation:
    """Send a new link to one whose link has expired or was lost; the link before ends."""
    invitation = _open_invitation(government, invitation, by=by)
    new = invite_to(
        government,
        role=invitation.role,
        name=invitation.name,
        email=invitation.email,
        starts_on=invitation.starts_on,
        telephone=invitation.telephone,
        by=by,
    )
    HandOver.objects.filter(invitation=invitation).update(invitation=new)
    TakeOver.objects.filter(invitation=invitation).update(invitation=new)
    return new


@transaction.atomic
def take_back_invitation(government: LocalGovernment, invitation: Invitation, *, by: User) -> None:
    """Make the link useless."""
    revoke_invitation(_open_invitation(government, invitation, by=by), by=by)


def _open_invitation(
    government: LocalGovernment, invitation: Invitation, *, by: User
) -> Invitation:
    if invitation.role not in roles_to_give(by, government):
        raise HostError(_("You cannot invite anybody to this role."))
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if locked.accepted_at or locked.revoked_at:
        raise HostError(_("This invitation was accepted or taken back already."))
    return locked
