"""A recruitment with one opening, as the tests of offices and staff use it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from accounts.models import Organisation, Role, User
from hosts.models import HostRequest
from placements.models import Nomination, Opening, Recruitment
from placements.services import nominate, publish
from placements.states import NominationState
from schedule.models import Cycle, Deadline, PhaseKind
from tests.factories import (
    CycleFactory,
    OrganisationFactory,
    OverseasOfficeFactory,
    SendingGovernmentFactory,
    member_of,
    open_request,
    staff_member,
)
from trainees.models import Agency, Contact, OverseasOffice, SendingGovernment
from trainees.states import ApplicationState


@dataclass
class Ground:
    """Who is there: an office with one opening, its officer, and bodies of its country."""

    cycle: Cycle
    request: HostRequest
    office: OverseasOffice
    officer: User
    staff: User
    recruitment: Recruitment
    opening: Opening
    sender: SendingGovernment
    agency: Agency
    contact: Contact


def day(offset: int) -> date:
    return timezone.localdate() + timedelta(days=offset)


def deadline(cycle: Cycle, due_on: date) -> Deadline:
    return Deadline.objects.create(
        cycle=cycle,
        code="nomination",
        phase=PhaseKind.RECRUITMENT,
        audience=Role.OVERSEAS_OFFICE,
        name_ja="候補者の推薦",
        name_en="Nominate candidates",
        due_on=due_on,
    )


def agency_of(country: str, name: str = "Ministry of Home Affairs") -> Agency:
    body = OrganisationFactory(kind=Organisation.Kind.AGENCY, name_en=name, name_ja="内務省")
    return Agency.objects.create(organisation=body, kind="ministry", country=country)


def ground(*, quota: int = 2, is_published: bool = True, due: int = 20) -> Ground:
    cycle = CycleFactory()
    deadline(cycle, day(due))
    request = open_request(cycle, countries=["ID"])
    office = OverseasOfficeFactory(countries=["ID", "TH"], time_zone="Asia/Singapore")
    officer = member_of(office.organisation, Role.OVERSEAS_OFFICE, language="en")
    staff = staff_member(language="en")
    recruitment = Recruitment.objects.create(cycle=cycle)
    opening = Opening.objects.create(host_request=request, office=office, quota=quota)
    if is_published:
        publish(recruitment, by=staff)
        opening.refresh_from_db()
    sender = SendingGovernmentFactory(country="ID")
    agency = agency_of("ID")
    contact = Contact.objects.create(
        organisation=agency.organisation, name="Bambang", email="bambang@example.org"
    )
    return Ground(
        cycle, request, office, officer, staff, recruitment, opening, sender, agency, contact
    )


def nominee(place: Ground, email: str = "suryani@example.org", **fields) -> Nomination:
    """A person whom the office has nominated for its opening."""
    values = {"passport_name": "Suryani", "nationality": "ID", "language": "en", **fields}
    return nominate(
        cycle=place.cycle,
        email=email,
        opening=place.opening,
        sending_government=place.sender,
        by=place.officer,
        **values,
    )


def confirmed(place: Ground, *, is_submitted: bool = False, **fields) -> Nomination:
    """The same person after their yes; with `is_submitted` the dossier is handed in as well."""
    row = nominee(place, **fields)
    Nomination.objects.filter(pk=row.pk).update(state=NominationState.CONFIRMED)
    row.refresh_from_db()
    if is_submitted:
        application = row.application
        application.state, application.submitted_at = ApplicationState.SUBMITTED, timezone.now()
        application.save()
    return row
