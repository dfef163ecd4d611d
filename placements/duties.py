"""What officers of overseas offices have to do: hand requests on, forward nominations, see to the
statements of employers.
"""

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.queries import people_by_organisation
from schedule.duties import Duty, duty_source
from schedule.models import Cycle, Deadline
from schedule.vocabulary import DeadlineCode
from trainees.models import SenderStatement

from .completeness import HANDED_IN
from .deadlines import NOMINATION
from .models import Nomination, Opening
from .states import NominationState

lazy_reverse = lazy(reverse, str)


def _officers(user: User | None, on: date) -> dict[int, list[User]]:
    """Who acts for which office; the reader's memberships are known already."""
    if user is not None and on == timezone.localdate():
        return {body: [user] for body in user.organisation_ids(Role.OVERSEAS_OFFICE)}
    return people_by_organisation(Role.OVERSEAS_OFFICE, on=on, user=user)


def _deadlines(cycles: set[int], code: str) -> dict[int, Deadline]:
    rows = Deadline.objects.filter(code=code, cycle__in=cycles).select_related("cycle__programme")
    return {row.cycle_id: row for row in rows}


@duty_source("recruit")
def recruit(user: User | None, on: date) -> list[Duty]:
    """An opening with free places is handed on and nominated for until its day."""
    people = _officers(user, on)
    if not people:
        return []
    rows = (
        Opening.objects.in_force()
        .filter(
            office__organisation__in=list(people),
            host_request__answer__survey__cycle__state=Cycle.State.OPEN,
        )
        .select_related(
            "office",
            "host_request__answer__survey",
            "host_request__answer__government__organisation",
            "host_request__answer__government__prefecture__organisation",
        )
        .annotate(
            asked=Count("forwardings", distinct=True),
            taken=Count(
                "nominations",
                filter=Q(nominations__state__in=["proposed", "confirmed", "forwarded"])
                & ~Q(nominations__application__state="withdrawn"),
                distinct=True,
            ),
        )
        .order_by("office__code", "pk")
    )
    waiting = [row for row in rows if row.taken < row.quota]
    if not waiting:
        return []
    days = _deadlines({row.host_request.answer.survey.cycle_id for row in waiting}, NOMINATION)
    return [
        Duty(
            code="recruit",
            subject=f"placements.Opening:{row.pk}",
            user=person,
            title=_("Recruit a candidate") if row.asked else _("Hand a request on"),
            detail=lazy(_request_name, str)(row),
            deadline=days.get(row.host_request.answer.survey.cycle_id),
            extended_until=row.nominate_by,
            url=lazy_reverse("recruitment:opening", args=[row.public_id]),
            state=f"{row.taken}/{row.quota}",
            state_mark="half" if row.asked else "none",
        )
        for row in waiting
        for person in people[row.office.organisation_id]
    ]


def _request_name(row: Any) -> str:
    return str(row.host_request)


@duty_source("forward-nominations")
def forward_complete(user: User | None, on: date) -> list[Duty]:
    """Nominations whose dossier is submitted wait for the office to forward them."""
    people = _officers(user, on)
    if not people:
        return []
    groups = (
        Nomination.objects.filter(
            office__organisation__in=list(people),
            state=NominationState.CONFIRMED,
            application__state__in=HANDED_IN,
            application__cycle__state=Cycle.State.OPEN,
        )
        .order_by()
        .values_list("application__cycle", "office__organisation")
        .annotate(n=Count("pk"))
    )
    counts = {(cycle, body): n for cycle, body, n in groups}
    if not counts:
        return []
    days = _deadlines({cycle for cycle, _body in counts}, DeadlineCode.APPLICATION)
    return [
        Duty(
            code="forward-nominations",
            subject=f"accounts.Organisation:{body}:{cycle}",
            user=person,
            title=_("Forward complete nominations to the operator"),
            detail=_("The dossiers are submitted; look at them, write your remark, forward them."),
            deadline=days.get(cycle),
            url=lazy_reverse("recruitment:nominations"),
            state=str(n),
            state_mark="half",
        )
        for (cycle, body), n in counts.items()
        for person in people[body]
    ]


@duty_source("sender-statement")
def sender_statement(user: User | None, on: date) -> list[Duty]:
    """Officers see to it that the employers of their nominees give their statement, until the last
    day of the applications.
    """
    people = _officers(user, on)
    if not people:
        return []
    found = Nomination.objects.counted().filter(
        state__in=[NominationState.CONFIRMED, NominationState.FORWARDED],
        application__cycle__state=Cycle.State.OPEN,
        office__organisation__in=list(people),
    )
    found = found.exclude(application__in=SenderStatement.objects.values("application"))
    missing = list(found.select_related("application__trainee", "office").order_by("pk"))
    if not missing:
        return []
    days = _deadlines({row.application.cycle_id for row in missing}, DeadlineCode.APPLICATION)
    return [
        Duty(
            code="sender-statement",
            subject=f"placements.Nomination:{row.pk}",
            user=person,
            title=format_lazy(
                _("The statement of the employer is missing: {name}"),
                name=row.application.trainee.passport_name,
            ),
            detail=_("Ask the employer again, or call. It is asked once the nominee confirmed."),
            deadline=days.get(row.application.cycle_id),
            url=lazy_reverse("cases:statement_ask", args=[row.public_id]),
        )
        for row in missing
        if row.office
        for person in people[row.office.organisation_id]
    ]
