"""Between whom questions on a nomination are asked: the office through which it came and the
operator. Who has nominated without an account writes to the office.
"""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.models import Role
from accounts.subjects import Operator, Party, Subject, declare
from schedule.models import Cycle

from .models import Nomination

declare(
    Subject(
        model=Nomination,
        slug="nomination",
        rows=lambda: Nomination.objects.with_people(),
        parties=(
            Party(
                "office",
                pgettext_lazy("party", "overseas office"),
                "office__organisation",
                (Role.OVERSEAS_OFFICE,),
                notes_calls=True,
            ),
            Operator(name_of=lambda row: row.application.cycle.programme.operator.name),
        ),
        title=lambda row: _("{cycle}, nomination of {name}").format(
            cycle=row.application.cycle.year_label, name=row.application.trainee.passport_name
        ),
        address=lambda row: reverse("recruitment:nomination", args=[row.public_id]),
        open_rows=Q(application__cycle__state=Cycle.State.OPEN, office__isnull=False),
        is_open=lambda row: (
            row.office_id is not None and row.application.cycle.state == Cycle.State.OPEN
        ),
    )
)
