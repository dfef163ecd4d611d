"""What trainees have to do."""

from datetime import date
from typing import cast

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accounts.json_rows import json_rows, row_from
from accounts.models import PERSONAL_ROLES, User
from schedule.duties import Duty, duty_source
from schedule.models import Cycle, Deadline
from schedule.vocabulary import DeadlineCode

from .documents.checklist import checklists_of
from .forms import FORMS
from .models import Application, Document, DocumentRule, Reopening
from .models.applications import ApplicationQuerySet
from .states import EDITABLE, ApplicationState, DocumentState, ReopeningState

lazy_reverse = lazy(reverse, str)
FIRST = next(iter(FORMS))
OPENED_READ = ["id", "public_id", "state", "open_until"]


@duty_source("complete-application")
def complete_application(user: User | None, on: date) -> list[Duty]:
    """Nominees who confirmed complete and submit their application, also a returned one."""
    if user is not None and on == timezone.localdate() and not user.has_role(*PERSONAL_ROLES):
        return []  # whoever acts for an office only has no application
    waiting = _with_duty(user, "is_to_complete")
    if not waiting:
        return []
    deadlines = _application_deadlines(waiting)
    return [
        Duty(
            code="complete-application",
            subject=f"trainees.Application:{application.pk}",
            user=cast(User, application.trainee.user),
            title=_("Complete and submit your application"),
            detail=_(
                "Section by section, on any device: what you type is kept, the page says what is "
                "missing, and nothing leaves before you submit."
            ),
            deadline=deadlines.get(application.cycle_id),
            url=lazy_reverse("trainees:application_step", args=[application.public_id, FIRST]),
            state=application.get_state_display(),
            state_mark="late" if application.state == ApplicationState.RETURNED else "none",
        )
        for application in waiting
    ]


@duty_source("change-fields")
def change_fields(user: User | None, on: date) -> list[Duty]:
    """Whoever was asked to correct single fields of a submitted dossier does so until the day."""
    if user is not None and on == timezone.localdate() and not user.has_role(*PERSONAL_ROLES):
        return []
    return [
        Duty(
            code="change-fields",
            subject=f"trainees.Reopening:{row.pk}",
            user=cast(User, row.application.trainee.user),
            title=_("Correct the fields that were opened for you"),
            detail=_("Only these fields are asked; everything else stays as you submitted it."),
            deadline=None,
            url=lazy_reverse("trainees:reopened", args=[row.application.public_id]),
            state=row.get_state_display(),
            state_mark="late",
            extended_until=row.open_until,
        )
        for row in _opened_fields(user, on)
    ]


@duty_source("hand-in-documents")
def hand_in_documents(user: User | None, on: date) -> list[Duty]:
    """Papers that were refused, and those that a placed person needs for the residence. Until the
    application is submitted it says by itself what is missing.
    """
    if user is not None and on == timezone.localdate() and not user.has_role(*PERSONAL_ROLES):
        return []
    found = _with_duty(user, "may_lack_papers")
    lists = checklists_of(found, on) if found else {}
    duties = []
    for application in found:
        missing = [item for item in lists[application.pk] if item.is_missing]
        person = application.trainee.user
        if not missing or person is None:
            continue
        is_late = any(item.is_wrong for item in missing)
        days = [item.due_on for item in missing if item.due_on and item.due_on >= on]
        deadlines = sorted(
            application.deadlines_by_code.values(), key=lambda each: (each.due_on, each.code)
        )
        deadline = next((each for each in deadlines if days and each.due_on == min(days)), None)
        duties.append(
            Duty(
                code="hand-in-documents",
                subject=f"trainees.Application:{application.pk}",
                user=person,
                title=_("Hand in the papers that are missing"),
                detail=_("Your page says which they are, and why."),
                deadline=deadline,
                url=lazy_reverse("trainees:documents", args=[application.public_id]),
                state=DocumentState.REFUSED.label if is_late else "",
                state_mark="late" if is_late else "none",
            )
        )
    return duties


@duty_source("give-passport")
def give_passport(user: User | None, on: date) -> list[Duty]:
    """Who promised a passport gives it by the day that they named; afterwards it is overdue, for
    them and in the list of staff.
    """
    if user is not None and on == timezone.localdate() and not user.has_role(*PERSONAL_ROLES):
        return []
    return [
        Duty(
            code="give-passport",
            subject=f"trainees.Application:{application.pk}",
            user=application.trainee.user,  # type: ignore[arg-type]  # is active, so there is one
            title=_("Give us the number of your passport"),
            detail=_(
                "You said that it follows. Your entry to Japan cannot be prepared without it."
            ),
            deadline=None,
            extended_until=application.trainee.passport_promised_on,
            url=lazy_reverse("trainees:passport", args=[application.public_id]),
        )
        for application in _with_duty(user, "owes_passport")
    ]


# Reading ----------------------------------------------------------------------------------------


def with_duties(rows: ApplicationQuerySet) -> ApplicationQuerySet:
    """Applications with what their person has to do: whether it is to be completed, whether papers
    may be missing (one was refused, or a rule asks for papers for the residence), whether the
    passport that was promised did not come, and the fields that were opened.
    """
    refused = Document.objects.filter(application=OuterRef("pk"), state=DocumentState.REFUSED)
    asked = DocumentRule.objects.filter(stage=DocumentRule.Stage.RESIDENCE)
    has_duties = Q(cycle__state=Cycle.State.OPEN, trainee__user__is_active=True)
    is_promised = Q(trainee__passport_promised_on__isnull=False, trainee__passport_index="")
    is_judged = ~Q(state__in=[*EDITABLE, ApplicationState.WITHDRAWN])
    return rows.annotate(
        has_duties=has_duties,
        is_to_complete=has_duties & Q(state__in=EDITABLE),
        may_lack_papers=has_duties & is_judged & (Exists(refused) | Exists(asked)),
        owes_passport=has_duties & is_promised & ~Q(state=ApplicationState.WITHDRAWN),
        opened_rows=json_rows(
            Reopening.objects.filter(state=ReopeningState.OPEN), "application", OPENED_READ
        ),
    )


def keep_own(user: User, applications: list[Application]) -> None:
    """What a page has read of a person (`with_duties`, `with_deadlines`): their duties are found
    in it.
    """
    user.__dict__["own_applications"] = applications


def _own(user: User | None) -> list[Application] | None:
    return None if user is None else user.__dict__.get("own_applications")


def _with_duty(user: User | None, duty: str) -> list[Application]:
    """The applications whose person has this duty."""
    own = _own(user)
    if own is not None:
        return [application for application in own if getattr(application, duty)]
    found = with_duties(Application.objects.all()).filter(**{duty: True})
    if user is not None:
        found = found.filter(trainee__user=user)
    return list(found.select_related("trainee__user", "cycle__programme"))


def _opened_fields(user: User | None, on: date) -> list[Reopening]:
    """What was opened for people who can still answer."""
    own = _own(user)
    if own is not None:
        rows = [
            row_from(Reopening, row, application=application)
            for application in own
            if vars(application)["has_duties"]
            for row in vars(application)["opened_rows"]
        ]
        return [row for row in rows if row.open_until >= on]
    found = Reopening.objects.filter(
        state=ReopeningState.OPEN,
        open_until__gte=on,
        application__cycle__state=Cycle.State.OPEN,
        application__trainee__user__is_active=True,
    ).select_related("application__trainee__user", "application__cycle")
    return list(found if user is None else found.filter(application__trainee__user=user))


def _application_deadlines(applications: list[Application]) -> dict[int, Deadline]:
    """The day of the application of each cycle."""
    code = DeadlineCode.APPLICATION
    if all("deadline_rows" in application.__dict__ for application in applications):
        days = {each.cycle_id: each.deadlines_by_code.get(code) for each in applications}
        return {cycle: day for cycle, day in days.items() if day is not None}
    cycles = {application.cycle_id for application in applications}
    rows = Deadline.objects.filter(code=code, cycle__in=cycles)
    return {deadline.cycle_id: deadline for deadline in rows.select_related("cycle__programme")}
