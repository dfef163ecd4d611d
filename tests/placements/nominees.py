"""People to nominate for an opening or a request of a host, by those who may."""

from accounts.models import Role
from hosts.models import HostRequest
from placements.models import Nomination, Opening
from placements.services import nominate
from schedule.vocabulary import Route
from tests.factories import CycleFactory, coordinator_of, member_of, open_request


def officer_of(opening: Opening):
    return member_of(opening.office.organisation, Role.OVERSEAS_OFFICE, language="en")


def person(number: int = 1, **fields) -> dict[str, object]:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return {
        "email": f"nominee{number}@example.org",
        "passport_name": f"Suryani {letters[number]}",
        "nationality": "ID",
        "language": "en",
        **fields,
    }


def nominated(opening: Opening, number: int = 1, **fields) -> Nomination:
    by = fields.pop("by", None) or officer_of(opening)
    cycle = opening.host_request.cycle
    return nominate(cycle=cycle, opening=opening, by=by, **person(number, **fields))


def own_request(number: int = 1) -> HostRequest:
    return open_request(CycleFactory(), route=Route.OWN_SELECTION, number=number)


def own_nominated(request: HostRequest, number: int = 1, **fields) -> Nomination:
    by = coordinator_of(request.answer.government)
    return nominate(
        cycle=request.cycle, host_request=request, **{"by": by, **person(number, **fields)}
    )
