"""An announced last day, and who comes after."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.services import AccountError, keep_membership, revoke_invitation
from accounts.succession import ROLES_HANDED_OVER, HandOver

from ..models import LocalGovernment
from ..services import HostError
from .mails import tell_watchers
from .offices import end_role, invite_to, members_of

LAST_DAY_WITHIN = timedelta(days=400)


def own_memberships(user: User, government: LocalGovernment) -> list[Membership]:
    """The roles that this person has here today and may announce the end of."""
    return [
        membership
        for membership in user.active_memberships
        if membership.organisation_id == government.organisation_id
        and membership.role in ROLES_HANDED_OVER
    ]


@transaction.atomic
def announce_leaving(
    government: LocalGovernment,
    membership: Membership,
    *,
    by: User,
    last_day: date,
    note: str = "",
    successor_name: str = "",
    successor_email: str = "",
    successor_from: date | None = None,
) -> HandOver:
    """Announce one's own last day, and who comes after. The role ends on that day; the successor
    is invited at once, and the role begins on the first day that is named.

    Raises HostError for somebody else's role, for a day that has passed, and when it was announced
    before.
    """
    membership = _lock_membership(membership, by=by)
    today = timezone.localdate()
    if not today <= last_day <= today + LAST_DAY_WITHIN:
        raise HostError(_("The last day lies between today and a year from now."))
    if HandOver.objects.filter(membership=membership, withdrawn_at=None).exists():
        raise HostError(_("Your last day was announced already. Take it back to change it."))
    invitation = None
    email = successor_email.strip().lower()
    if email:
        successor_from = successor_from or last_day + timedelta(days=1)
        if email == by.email:
            raise HostError(_("Name somebody else: this is your own address."))
        known = members_of(government, membership.role).filter(user__email=email)
        if not known.exists():
            invitation = invite_to(
                government,
                role=membership.role,
                name=successor_name,
                email=email,
                starts_on=successor_from,
                by=by,
            )
    end_role(membership, on=last_day, by=by)
    hand_over = HandOver.objects.create(
        membership=membership,
        last_day=last_day,
        note=note,
        successor_name=successor_name if email else "",
        successor_email=email,
        successor_from=successor_from if email else None,
        invitation=invitation,
    )
    tell_watchers(
        government,
        "people_leaving",
        key=f"people-leaving:{hand_over.public_id}",
        by=by,
        name=hand_over.successor_name,
        email=email,
        role=membership.role,
        last_day=last_day,
        is_last=is_last(membership, last_day),
    )
    return hand_over


@transaction.atomic
def take_back_leaving(hand_over: HandOver, *, by: User) -> None:
    """One stays after all: the role goes on, and the successor's unused invitation ends.

    Raises HostError once the last day has passed, or for somebody else's.
    """
    membership = _lock_membership(hand_over.membership, by=by)
    hand_over = HandOver.objects.select_for_update(of=("self",)).get(pk=hand_over.pk)
    if hand_over.withdrawn_at:
        raise HostError(_("This was taken back already."))
    hand_over.withdrawn_at = timezone.now()
    hand_over.save(update_fields=["withdrawn_at"])
    try:
        keep_membership(membership, by=by)
    except AccountError as error:
        raise HostError(str(error)) from error
    invitation = hand_over.invitation
    if invitation and invitation.accepted_at is None and invitation.revoked_at is None:
        revoke_invitation(invitation, by=by)


def is_last(membership: Membership, last_day: date) -> bool:
    """Whether nobody has the role the day after, as far as is known now."""
    others = Membership.objects.in_force(last_day + timedelta(days=1)).filter(
        organisation=membership.organisation_id, role=membership.role, user__is_active=True
    )
    return not others.exclude(pk=membership.pk).exists()


def _lock_membership(membership: Membership, *, by: User) -> Membership:
    locked = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user", "organisation")
        .filter(pk=membership.pk, user=by, role__in=ROLES_HANDED_OVER)
        .first()
    )
    in_force = Membership.objects.in_force(timezone.localdate())
    if locked is None or not in_force.filter(pk=membership.pk).exists():
        raise HostError(_("You do not have this role any more."))
    return locked
