"""Who acts for whom."""

from collections.abc import Iterable
from datetime import date

from .models import Membership, User


def people_by_organisation(
    role: str, *, on: date, organisations: Iterable[int] | None = None, user: User | None = None
) -> dict[int, list[User]]:
    """Who has this role on the day, by organisation, in the order in which they came.

    `organisations` and `user` narrow the search; organisations without anybody are left out.
    """
    found = Membership.objects.in_force(on).filter(role=role, user__is_active=True)
    if organisations is not None:
        found = found.filter(organisation__in=list(organisations))
    if user is not None:
        found = found.filter(user=user)
    people: dict[int, list[User]] = {}
    for membership in found.select_related("user").order_by("pk"):
        people.setdefault(membership.organisation_id, []).append(membership.user)
    return people
