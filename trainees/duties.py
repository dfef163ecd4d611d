"""What trainees have to do."""

from datetime import date
from typing import cast

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import PERSONAL_ROLES, User
from schedule.duties import Duty, duty_source
from schedule.models import Cycle, Deadline
from schedule.vocabulary import DeadlineCode

from .documents.checklist import checklists_of
from .forms import FORMS
from .models import Application, Document, DocumentRule, Reopening
from .states import EDITABLE, ApplicationState, DocumentState, ReopeningState

lazy_reverse = lazy(reverse, str)
FIRST = next(iter(FORMS))


@duty_source("complete-application")
def complete_application(user: User | None, on: date) -> list[Duty]:
    """Nominees who confirmed complete and submit their application, also a returned one."""
    if user is not None and on == timezone.localdate() and not user.has_role(*PERSONAL_ROLES):
        return []  # whoever acts for an office only has no application
    found = Application.objects.to_be_completed().filter(
        trainee__user__isnull=False, trainee__user__is_active=True
    )
    if user is not None:
        found = found.filter(trainee__user=user)
    waiting = list(found.select_related("trainee__user"))
    if not waiting:
        return []
    set_days = Deadline.objects.filter(
        code=DeadlineCode.APPLICATION, cycle__in={application.cycle_id for application in waiting}
    )
    deadlines = {
        deadline.cycle_id: deadline for deadline in set_days.select_related("cycle__programme")
    }
    return [
        Duty(
            code="complete-application",
            subject=f"trainees.Application:{application.pk}",
            user=application.trainee.user,
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
    found = Reopening.objects.filter(
        state=ReopeningState.OPEN,
        open_until__gte=on,
        application__cycle__state=Cycle.State.OPEN,
        application__trainee__user__isnull=False,
        application__trainee__user__is_active=True,
    ).select_related("application__trainee__user", "application__cycle")
    if user is not None:
        found = found.filter(application__trainee__user=user)
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
        for row in found
    ]


@duty_source("hand-in-documents")
def hand_in_documents(user: User | None, on: date) -> list[Duty]:
    """Papers that were refused, and those that a placed person needs for the residence. Until the
    application is submitted it says by itself what is missing.
    """
    if user is not None and on == timezone.localdate() and not user.has_role(*PERSONAL_ROLES):
        return []
    found = _that_may_lack_papers(user, on)
    lists = checklists_of(found, on) if found else {}
    duties = []
    for application in found:
        missing = [item for item in lists[application.pk] if item.is_missing]
        person = application.trainee.user
        if not missing or person is None:
            continue
        is_late = any(item.is_wrong for item in missing)
        days = [item.due_on for item in missing if item.due_on and item.due_on >= on]
        deadlines = application.cycle.deadlines.all()
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


def _that_may_lack_papers(user: User | None, on: date) -> list[Application]:
    """Submitted applications with a refused paper, or in review while a rule asks for papers for
    the residence: whether a place was announced, the apps above know.
    """
    refused = Document.objects.filter(application=OuterRef("pk"), state=DocumentState.REFUSED)
    asked = DocumentRule.objects.filter(stage=DocumentRule.Stage.RESIDENCE)
    rows = Application.objects.filter(
        Exists(refused) | Exists(asked),
        trainee__user__isnull=False,
        trainee__user__is_active=True,
        cycle__state=Cycle.State.OPEN,
    ).exclude(state__in=[*EDITABLE, ApplicationState.WITHDRAWN])
    if user is not None:
        rows = rows.filter(trainee__user=user)
    return list(rows.select_related("trainee__user", "cycle__programme"))


@duty_source("give-passport")
def give_passport(user: User | None, on: date) -> list[Duty]:
    """Who promised a passport gives it by the day that they named; afterwards it is overdue, for
    them and in the list of staff.
    """
    if user is not None and on == timezone.localdate() and not user.has_role(*PERSONAL_ROLES):
        return []
    found = Application.objects.filter(
        trainee__passport_promised_on__isnull=False,
        trainee__passport_index="",
        trainee__user__is_active=True,
        cycle__state=Cycle.State.OPEN,
    ).exclude(state=ApplicationState.WITHDRAWN)
    if user is not None:
        found = found.filter(trainee__user=user)
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
        for application in found.select_related("trainee__user")
    ]
