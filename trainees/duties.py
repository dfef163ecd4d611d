"""What trainees have to do."""

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import PERSONAL_ROLES, User
from schedule.duties import Duty, duty_source
from schedule.models import Cycle, Deadline
from schedule.vocabulary import DeadlineCode

from .models import Application, Reopening
from .states import ApplicationState, ReopeningState

lazy_reverse = lazy(reverse, str)


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
                "Five short steps; what you type is kept, and nothing leaves before you submit."
            ),
            deadline=deadlines.get(application.cycle_id),
            url=lazy_reverse("trainees:application_step", args=[application.public_id, "person"]),
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
            user=row.application.trainee.user,  # type: ignore[arg-type]  # filtered above
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
