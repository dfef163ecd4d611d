"""The days of a candidate's own way: the decision that is awaited; once it is told, the stay."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from schedule.calendars import calendar_source
from schedule.ics import Entry
from schedule.models import Cycle, PhaseKind

from .models import Application
from .states import ApplicationState
from .timeline import facts_of, is_over, steps_of

OF_THE_STAY = ("arrival", "orientation", "group_training", "specialised", "return")


@calendar_source
def own_way(user: User, on: date) -> Iterable[Entry]:
    """What lies ahead in the person's open applications."""
    found = (
        Application.objects.own(user)
        .with_names()
        .exclude(state=ApplicationState.WITHDRAWN)
        .filter(cycle__state=Cycle.State.OPEN)
        .prefetch_related("cycle__phases")
        .order_by("pk")
    )
    for application in found:
        yield from _days(application, on)


def _days(application: Application, on: date) -> Iterable[Entry]:
    facts = facts_of(application)
    if is_over(application, facts):
        return
    phases = {phase.kind: phase for phase in application.cycle.phases.all()}
    name = f"{application.cycle.programme.code}-{application.public_id.hex}"
    address = settings.SITE_URL + reverse("trainees:status")
    if not facts.get("decided_on"):
        decision = phases.get(PhaseKind.RECRUITMENT)
        if application.submitted_at and decision and decision.ends_on >= on:
            yield Entry(
                f"{name}-decision",
                decision.ends_on,
                decision.ends_on,
                _("Decision on your placement, planned by this day"),
                _("You are told by e-mail as soon as it is made."),
                address,
            )
        return
    for step in steps_of(application, facts, phases, on):
        first, last = step.first or step.last, step.last or step.first
        if step.code in OF_THE_STAY and first and last and last >= on:
            text = "" if step.is_done else step.text
            yield Entry(f"{name}-{step.code}", first, max(first, last), step.title, text, address)
