"""What the selection knows of one application: its wishes, its nominations, the placements of its
person. A page reads them once, where it says so (`trainees.reading`).
"""

from django.db.models import Q, QuerySet

from accounts.json_rows import json_rows
from hosts.models import HostRequest, WishedCountry
from trainees.models import Application
from trainees.reading import kept

from .models import Nomination, Placement, RequestWish

# What a page says of a request, and the rules ask of it.
REQUEST = (
    "host_request__answer__survey__cycle__programme",
    "host_request__answer__government__organisation",
    "host_request__answer__government__prefecture__organisation",
    "host_request__training_programme",
)


def wishes_of(application: Application) -> list[RequestWish]:
    """The requests that the person wishes for, in their order."""
    rows = RequestWish.objects.filter(application=application).order_by("rank")
    return kept(application, "wishes", lambda: _with_requests(rows))


def nominations_of(application: Application) -> list[Nomination]:
    """How the person was nominated, the last one first."""
    rows = Nomination.objects.filter(application=application).order_by("-nominated_on", "-pk")
    rows = rows.select_related("office__organisation", "agency__organisation", "nominated_by")
    return kept(application, "nominations", lambda: _with_requests(rows))


def placements_of(application: Application) -> list[Placement]:
    """The placements of this application, and those of the same person in its cycle under another
    record or address, the last one first.
    """
    person = application.trainee
    same = Q(application__trainee=person) | Q(application__trainee__merged_into=person)
    if person.passport_index:
        same |= Q(application__trainee__passport_index=person.passport_index)
    rows = Placement.objects.filter(
        Q(application=application) | same & Q(application__cycle=application.cycle_id)
    )
    return kept(application, "placements", lambda: list(rows.with_names().order_by("-pk")))


def _with_requests(rows: QuerySet) -> list:
    """With the requests that they name, and the countries for which these hosts wish."""
    countries = json_rows(
        WishedCountry.objects.all(), "host_request", HostRequest.WISH_READ, outer="host_request"
    )
    found = list(rows.select_related(*REQUEST).annotate(wish_rows=countries))
    for row in found:
        if row.host_request is not None:
            row.host_request.wish_rows = row.wish_rows
    return found
