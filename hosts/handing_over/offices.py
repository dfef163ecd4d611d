"""What the verbs of this package share: an office, its members, their invitations."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Invitation, Membership, Organisation, Role, User
from accounts.services import AccountError, end_membership, invite
from notices.models import NoticeError

from ..models import ANSWERING_DIRECTLY, LocalGovernment
from ..services import HostError


def governments_looked_after_by(user: User) -> QuerySet[LocalGovernment]:
    """Whose people this person may see: the own office's; a relay those whose answers it usually
    relays, not the cities that answer directly; staff all.
    """
    rows = LocalGovernment.objects.visible_to(user)
    if user.is_staff:
        return rows
    own = Q(organisation__in=user.organisation_ids(Role.COORDINATOR, Role.RELAY))
    return rows.filter(own | ~Q(kind__in=ANSWERING_DIRECTLY))


def members_of(government: LocalGovernment, role: str) -> QuerySet[Membership]:
    """Whose role here is in force today or begins later."""
    today = timezone.localdate()
    rows = Membership.objects.filter(organisation=government.organisation_id, role=role)
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=today))


def lock_office(organisation: Organisation) -> None:
    """Whoever else changes the people of this office waits."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def invite_to(government: LocalGovernment, *, role: str, by: User, **values) -> Invitation:
    """Invite to this office, whatever is wrong with it said as a rule of the hosts."""
    try:
        return invite(
            role=role, by=by, language="ja", organisation=government.organisation, **values
        )
    except (AccountError, NoticeError) as error:
        raise HostError(str(error)) from error


def end_role(membership: Membership, *, on: date, by: User, reason: str = "") -> None:
    """The role ends on this day."""
    try:
        end_membership(membership, on=on, by=by, reason=reason)
    except AccountError as error:
        raise HostError(str(error)) from error
