"""Between whom questions on a nomination are asked: the nominee, the office through which it came,
or the host that selected its own candidate, and the operator. The nominee takes part once they have
said that the nomination is theirs, in the questions that were asked of them or shown to them. Who
has nominated without an account writes to the office.
"""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.models import Role
from accounts.places import TRAINEE_ROLES
from accounts.subjects import Operator, Party, Person, Subject, declare
from schedule.models import Cycle

from .models import Nomination


def _is_open(row: Nomination) -> bool:
    """While its cycle is open, and there is somebody beside the operator."""
    others = (row.office_id, row.host_request_id, row.application.trainee.user_id)
    return row.application.cycle.state == Cycle.State.OPEN and any(others)


declare(
    Subject(
        model=Nomination,
        slug="nomination",
        rows=lambda: Nomination.objects.with_people().select_related("application__trainee__user"),
        parties=(
            Person(
                "nominee",
                pgettext_lazy("party", "nominee"),
                "application__trainee__user",
                TRAINEE_ROLES,
                name_of=lambda row: row.application.trainee.passport_name,
                address_of=lambda row: reverse("trainees:status"),
            ),
            Party(
                "office",
                pgettext_lazy("party", "overseas office"),
                "office__organisation",
                (Role.OVERSEAS_OFFICE,),
                notes_calls=True,
            ),
            Party(
                "host",
                pgettext_lazy("party", "host government"),
                "host_request__answer__government__organisation",
                (Role.COORDINATOR,),
                name_of=lambda row: row.host_request.government.full_name,
                address_of=lambda row: reverse("hosts:request", args=[row.host_request.public_id]),
            ),
            Operator(name_of=lambda row: row.application.cycle.programme.operator.name),
        ),
        title=lambda row: _("{cycle}, nomination of {name}").format(
            cycle=row.application.cycle.year_label, name=row.application.trainee.passport_name
        ),
        address=lambda row: reverse("recruitment:nomination", args=[row.public_id]),
        open_rows=Q(application__cycle__state=Cycle.State.OPEN)
        & (
            Q(office__isnull=False)
            | Q(host_request__isnull=False)
            | Q(application__trainee__user__isnull=False)
        ),
        is_open=_is_open,
    )
)
