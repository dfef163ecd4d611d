"""Which published requests a candidate can wish for: those of the office that looks after the
country from which they are sent, the ones in their own fields first.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from hosts.models import HostRequest
from trainees.models import Application, OfficeCountry

from .models import Opening

MOST_WISHES = 5


def open_requests(application: Application) -> list[HostRequest]:
    """The requests that are open to this person today."""
    rows: list[Any] = list(requests_shown(application))
    return [row for row in rows if row.is_open]


def requests_shown(application: Application, nominated: int | None = None) -> list[HostRequest]:
    """The requests that are open to this person today and the one of the nomination, in one query;
    each with `is_open` and `is_of_field`, whether it lies in a field that the person has named.
    """
    countries = {str(application.trainee.nationality or "")}
    if application.sending_government is not None:
        countries = {str(application.sending_government.country)}
    offices = OfficeCountry.objects.in_force(timezone.localdate()).filter(country__in=countries)
    openings = Opening.objects.in_force().filter(
        office__in=offices.values("office"),
        host_request__answer__survey__cycle=application.cycle_id,
    )
    rows = (
        HostRequest.objects.annotate(
            is_open=Exists(openings.filter(host_request=OuterRef("pk"))),
        )
        .filter(Q(is_open=True) | Q(pk=nominated))
        .with_names()
        .order_by("answer__government__code", "pk")
    )
    fields = {application.field, application.second_field} - {""}
    found = list(rows)
    for row in found:
        row.is_of_field = row.field in fields
    return sorted(found, key=lambda row: row.field not in fields)
