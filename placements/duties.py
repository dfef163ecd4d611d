"""What those who look after nominees have to do."""

from collections import defaultdict
from datetime import date

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, User
from schedule.duties import Duty, duty_source
from schedule.models import Cycle, Deadline
from schedule.vocabulary import DeadlineCode
from trainees.models import SenderStatement

from .models import Nomination
from .states import NominationState

lazy_reverse = lazy(reverse, str)


@duty_source("sender-statement")
def sender_statement(user: User | None, on: date) -> list[Duty]:
    """Officers see to it that the employers of their nominees give their statement, until the last
    day of the applications.
    """
    if user is not None and not user.has_role(Role.OVERSEAS_OFFICE):
        return []
    found = Nomination.objects.counted().filter(
        state__in=[NominationState.CONFIRMED, NominationState.FORWARDED],
        application__cycle__state=Cycle.State.OPEN,
        office__isnull=False,
    )
    found = found.exclude(application__in=SenderStatement.objects.values("application"))
    if user is not None:
        offices = user.organisation_ids(Role.OVERSEAS_OFFICE)
        found = found.filter(office__organisation__in=offices)
    missing = list(found.select_related("application__trainee", "office").order_by("pk"))
    if not missing:
        return []
    deadlines = {
        deadline.cycle_id: deadline
        for deadline in Deadline.objects.filter(
            code=DeadlineCode.APPLICATION,
            cycle__in={nomination.application.cycle_id for nomination in missing},
        ).select_related("cycle__programme")
    }
    officers = _officers(user, missing, on)
    return [
        Duty(
            code="sender-statement",
            subject=f"placements.Nomination:{nomination.pk}",
            user=officer,
            title=format_lazy(
                _("The statement of the employer is missing: {name}"),
                name=nomination.application.trainee.passport_name,
            ),
            detail=_("Ask the employer again, or call. It is asked once the nominee confirmed."),
            deadline=deadlines.get(nomination.application.cycle_id),
            url=lazy_reverse("cases:statement_ask", args=[nomination.public_id]),
        )
        for nomination in missing
        if nomination.office
        for officer in officers[nomination.office.organisation_id]
    ]


def _officers(user: User | None, nominations: list[Nomination], on: date) -> dict[int, list[User]]:
    """The officers of each office: the one who asks, else all of them."""
    found: dict[int, list[User]] = defaultdict(list)
    bodies = {each.office.organisation_id for each in nominations if each.office}
    if user is not None:
        for body in bodies:
            found[body].append(user)
        return found
    members = Membership.objects.in_force(on).filter(
        role=Role.OVERSEAS_OFFICE, organisation__in=bodies, user__is_active=True
    )
    for member in members.select_related("user").order_by("pk"):
        if member.organisation_id is not None:
            found[member.organisation_id].append(member.user)
    return found
