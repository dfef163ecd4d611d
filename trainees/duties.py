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

from .forms import FORMS
from .models import Application
from .states import ApplicationState

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
            user=application.trainee.user,
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
