"""When somebody may be nominated. Each check gives the reason against it, or None; what staff may
set aside with a reason of their own stands apart.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hosts.models import HostRequest
from hosts.states import RequestState
from schedule.models import Cycle
from schedule.vocabulary import Route
from trainees.models import OfficeCountry, OverseasOffice

from .deadlines import deadline_of, due_on_of
from .models import Nomination, Opening, Recruitment


@dataclass(frozen=True)
class Proposal:
    """What the rules look at: one person of a country, for a request or for the cycle, on a day."""

    cycle: Cycle
    nationality: str
    on: date
    opening: Opening | None = None
    host_request: HostRequest | None = None
    office: OverseasOffice | None = None


def nominate_until(proposal: Proposal) -> date | None:
    """The last day: that of the opening, else that of the cycle. It ends at midnight in Japan."""
    if proposal.opening:
        return due_on_of(proposal.opening)
    deadline = deadline_of(proposal.cycle)
    return deadline.due_on if deadline else None


def check_published(proposal: Proposal) -> str | None:
    """Nobody is nominated for a request before the recruitment was published."""
    if proposal.opening is None:
        return None
    recruitment = Recruitment.objects.filter(cycle=proposal.cycle).first()
    is_published = recruitment is not None and recruitment.is_published
    if is_published and proposal.opening.published_at:
        return None
    return _("The recruitment of this cycle has not been published yet.")


def check_request(proposal: Proposal) -> str | None:
    """The request is open, of this cycle, and filled on this way."""
    request = proposal.opening.host_request if proposal.opening else proposal.host_request
    if request is None:
        return None
    if request.cycle.pk != proposal.cycle.pk:
        return _("This request belongs to another cycle.")
    closed = proposal.opening is not None and proposal.opening.closed_at is not None
    if closed or request.state != RequestState.OPEN:
        return _("This request takes no nominations any more.")
    way = Route.OWN_SELECTION if proposal.host_request else Route.MEDIATED
    if request.route != way:
        return _("The host of this request selects its own candidate, or leaves it to us.")
    return None


def check_places(proposal: Proposal) -> str | None:
    """No more nominees than the opening takes, or than the host has seats for its own selection."""
    if proposal.opening:
        most = proposal.opening.quota
        taken = proposal.opening.nominations.counted().count()
    elif proposal.host_request:
        most = proposal.host_request.number
        taken = Nomination.objects.counted().filter(host_request=proposal.host_request).count()
    else:
        return None
    if taken < most:
        return None
    return ngettext(
        "This request takes {most} nominee, and somebody is nominated already.",
        "This request takes {most} nominees, and so many are nominated already.",
        most,
    ).format(most=most)


def check_day(proposal: Proposal) -> str | None:
    """Not after the last day."""
    until = nominate_until(proposal)
    if until is None or proposal.on <= until:
        return None
    return _("Nominations were taken until {day} (midnight in Japan).").format(
        day=date_format(until)
    )


def check_country(proposal: Proposal) -> str | None:
    """An office nominates nationals of the countries that it looks after on that day."""
    if proposal.office is None:
        return None
    countries = OfficeCountry.objects.in_force(proposal.on).filter(office=proposal.office)
    if countries.filter(country=proposal.nationality).exists():
        return None
    return _("{office} does not look after the country of this nationality.").format(
        office=proposal.office
    )


CHECKS = [check_published, check_request, check_places]
SET_ASIDE_BY_STAFF = [check_day, check_country]


def reason_against(proposal: Proposal, *, is_set_aside: bool = False) -> str | None:
    """The first reason against nominating; `is_set_aside` where staff have given theirs."""
    checks = CHECKS if is_set_aside else [*CHECKS, *SET_ASIDE_BY_STAFF]
    return next((reason for check in checks if (reason := check(proposal))), None)
