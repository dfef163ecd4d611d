"""Who acts for an office, as its pages show them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q

from accounts.models import Membership
from accounts.succession import ROLES_HANDED_OVER, HandOver
from japan.offices import is_office_address

from ..models import LocalGovernment

FORMER_SINCE = timedelta(days=400)


@dataclass(frozen=True)
class Member:
    """One role of one person, with what was announced about its end."""

    membership: Membership
    hand_over: HandOver | None
    has_office_address: bool
    is_to_come: bool


def present_members(government: LocalGovernment, today: date) -> list[Member]:
    """Whose role is in force or begins later, in the order in which they came."""
    rows = _rows(government).filter(Q(ends_on=None) | Q(ends_on__gte=today))
    return [_member(row, today) for row in rows]


def former_members(government: LocalGovernment, today: date) -> list[Member]:
    """Whose role ended within the last year or so, the last first."""
    rows = _rows(government).filter(ends_on__lt=today, ends_on__gte=today - FORMER_SINCE)
    return [_member(row, today) for row in rows.order_by("-ends_on", "pk")]


def _rows(government: LocalGovernment):
    announced = HandOver.objects.filter(withdrawn_at=None).select_related("invitation")
    return (
        Membership.objects.filter(
            organisation=government.organisation_id,
            role__in=ROLES_HANDED_OVER,
            user__is_active=True,
        )
        .select_related("user")
        .prefetch_related(Prefetch("hand_overs", announced, to_attr="announced"))
        .order_by("role", "pk")
    )


def _member(row: Membership, today: date) -> Member:
    return Member(
        membership=row,
        hand_over=next(iter(getattr(row, "announced", [])), None),
        has_office_address=is_office_address(row.user.email),
        is_to_come=row.starts_on is not None and row.starts_on > today,
    )
