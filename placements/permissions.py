"""Who may do what about nominations."""

from accounts.models import Role, User
from hosts.models import HostRequest
from hosts.states import RequestState
from schedule.models import Cycle
from schedule.vocabulary import Route

from .models import Nomination


def can_look_after(user: User, nomination: Nomination) -> bool:
    """Staff, the officers of its office, and the host for its own selection: they withdraw, replace
    and invite again. The same as `NominationQuerySet.looked_after_by`, of a row that was read.
    """
    if user.is_staff:
        return True
    office, request = nomination.office, nomination.host_request
    if office and office.organisation_id in user.organisation_ids(Role.OVERSEAS_OFFICE):
        return True
    if request is None or nomination.route != Route.OWN_SELECTION:
        return False
    organisations = user.organisation_ids(Role.COORDINATOR)
    return request.answer.government.organisation_id in organisations


def can_nominate_own(user: User, request: HostRequest) -> bool:
    """The government's own coordinators, for a request of own selection that was received."""
    organisations = user.organisation_ids(Role.COORDINATOR)
    is_own = request.answer.government.organisation_id in organisations
    return is_own and takes_own_nominees(request)


def takes_own_nominees(request: HostRequest) -> bool:
    """A request that its host fills itself, received by the operator, in an open cycle."""
    is_received = request.state == RequestState.OPEN and request.route == Route.OWN_SELECTION
    return is_received and request.cycle.state == Cycle.State.OPEN
