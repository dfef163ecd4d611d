"""Who is told when the people of an office change, and how."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import STAFF_ROLES, Membership, Role, User
from accounts.succession import TakeOver
from notices.mails import queue_or_refuse

from ..models import LocalGovernment
from ..services import HostError, people_of


def staff() -> list[User]:
    """Everybody who works at the operator's desk today."""
    members = Membership.objects.in_force(timezone.localdate()).filter(
        role__in=STAFF_ROLES, user__is_active=True
    )
    return list(User.objects.filter(pk__in=members.values("user")).order_by("pk"))


@dataclass(frozen=True)
class Watchers:
    """Who is told when people of an office change. Its page names the officers of the relay; of the
    staff it says only that they are told.
    """

    officers: list[User]
    staff: list[User]

    @property
    def people(self) -> list[User]:
        return [*self.officers, *self.staff]


def watchers_of(government: LocalGovernment, *, but: User) -> Watchers:
    """Who is told when people of this office change: its relay's officers and the staff."""
    relay = government.usual_relay
    officers = people_of(relay.organisation_id, Role.RELAY) if relay else []
    officers = [user for user in officers if user != but]
    return Watchers(officers, [each for each in staff() if each != but and each not in officers])


def tell_watchers(
    government: LocalGovernment, template: str, *, key: str, by: User, role: str, **context
) -> None:
    """Tell those who watch over the office what one of its people has done."""
    for user in watchers_of(government, but=by).people:
        with translation.override(user.language):
            address = reverse("hosts:people", args=[government.organisation.public_id])
            words = {"role": str(Role(role).label), "by": by.name, **context}
        queue_or_refuse(
            refuse=HostError,
            key=f"{key}:{user.pk}",
            to=user.email,
            to_name=user.name,
            language=user.language,
            template=template,
            context={
                **words,
                "government": government.full_name_in(user.language),
                "address": settings.SITE_URL + address,
            },
            related=f"hosts.LocalGovernment:{government.pk}",
        )


def tell_of(
    user: User, template: str, take_over: TakeOver, government: LocalGovernment, **context
) -> None:
    """A mail about a take-over."""
    with translation.override(user.language):
        role = str(Role(take_over.role).label)
    queue_or_refuse(
        refuse=HostError,
        key=f"{template}:{take_over.public_id}:{user.pk}",
        to=user.email,
        to_name=user.name,
        language=user.language,
        template=template,
        context={
            "government": government.full_name_in(user.language),
            "role": role,
            "name": take_over.name,
            "expires_on": timezone.localtime(take_over.expires_at).date(),
            **context,
        },
        related=f"accounts.TakeOver:{take_over.pk}",
    )
