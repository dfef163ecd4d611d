"""Which requests go to which offices: a proposal from what the hosts wish for and from the
countries that each office looks after on that day. Staff decide.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from hosts.models import HostRequest
from hosts.regions import COUNTRIES
from hosts.states import RequestState
from schedule.models import Cycle
from schedule.vocabulary import Route
from trainees.models import OfficeCountry, OverseasOffice


@dataclass(frozen=True)
class Reach:
    """An office with the countries that it looks after on a day."""

    office: OverseasOffice
    countries: frozenset[str]


def requests_to_offer(cycle: Cycle) -> QuerySet[HostRequest]:
    """What can be offered abroad: received requests, but for those whose host selects itself."""
    return (
        HostRequest.objects.filter(
            answer__survey__cycle=cycle, state=RequestState.OPEN, route=Route.MEDIATED
        )
        .with_names()
        .with_parts()
        .order_by("answer__government__code", "pk")
    )


def reaches(on: date) -> list[Reach]:
    """Every office that looks after a country on this day, in the order of their codes."""
    found: dict[int, set[str]] = {}
    for office, country in OfficeCountry.objects.in_force(on).values_list("office", "country"):
        found.setdefault(office, set()).add(str(country))
    offices = OverseasOffice.objects.filter(pk__in=found).select_related("organisation")
    return [Reach(each, frozenset(found[each.pk])) for each in offices.order_by("code")]


def wished_codes(request: HostRequest) -> frozenset[str] | None:
    """The countries that a host wishes for, those of its regions included; None for any."""
    wishes = request.wishes
    if not wishes:
        return None
    codes: set[str] = set()
    for wish in wishes:
        codes |= set(COUNTRIES.get(wish.code, (wish.code,)))
    return frozenset(codes)


def proposed_offices(request: HostRequest, offices: Iterable[Reach]) -> list[Reach]:
    """The offices that look after a country which the host wishes for; all where it names none."""
    wished = wished_codes(request)
    return [each for each in offices if wished is None or each.countries & wished]
