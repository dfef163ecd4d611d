"""What the tests of nominating abroad stand on: a published recruitment, an opening, a link."""

import re
from datetime import date, timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.link_services import make_link
from accounts.models import Organisation, PersonalLink
from hosts.models import HostRequest
from notices.models import Mail
from placements.link_purposes import FORWARDING, STATEMENT
from placements.models import Forwarding, Opening, Recruitment
from schedule.models import Cycle, Deadline, PhaseKind
from tests.factories import (
    CycleFactory,
    OrganisationFactory,
    OverseasOfficeFactory,
    SendingGovernmentFactory,
    open_request,
)
from trainees.models import Agency, Application, OverseasOffice


def last_day(cycle: Cycle, code: str, due_on: date) -> Deadline:
    return Deadline.objects.create(
        cycle=cycle,
        code=code,
        phase=PhaseKind.RECRUITMENT,
        audience="overseas_office",
        name_ja="期限",
        name_en="Deadline",
        due_on=due_on,
    )


def published(cycle: Cycle | None = None, **fields) -> Recruitment:
    """The recruitment of a cycle, published."""
    cycle = cycle or CycleFactory()
    return Recruitment.objects.create(cycle=cycle, published_at=timezone.now(), **fields)


def opening_of(
    recruitment: Recruitment | None = None,
    office: OverseasOffice | None = None,
    request: HostRequest | None = None,
    **fields,
) -> Opening:
    """An opening in force, by default of an office that looks after Indonesia."""
    recruitment = recruitment or published()
    return Opening.objects.create(
        host_request=request or open_request(recruitment.cycle),
        office=office or OverseasOfficeFactory(countries=["ID"]),
        **{"published_at": timezone.now(), "quota": 2, **fields},
    )


def agency_of(country: str = "ID", **fields) -> Agency:
    organisation = OrganisationFactory(
        kind=Organisation.Kind.AGENCY, name_ja="内務省", name_en="Ministry of Home Affairs"
    )
    return Agency.objects.create(
        organisation=organisation, kind=Agency.Kind.MINISTRY, country=country, **fields
    )


def forwarding_of(opening: Opening | None = None, organisation=None) -> Forwarding:
    """An opening that was handed on, by default to the employing local government itself."""
    return Forwarding.objects.create(
        opening=opening or opening_of(),
        organisation=organisation or SendingGovernmentFactory().organisation,
        answer_by=timezone.localdate() + timedelta(days=20),
    )


def link_to(forwarding: Forwarding, **fields) -> PersonalLink:
    """A link by which somebody there answers."""
    link = make_link(
        **{
            "purpose": FORWARDING,
            "subject": forwarding,
            "email": "dewi@example.org",
            "name": "Dewi Lestari",
            "organisation": forwarding.organisation,
            "language": "en",
            "by": None,
            **fields,
        }
    )
    forwarding.link = link
    forwarding.save()
    return link


def statement_link(application: Application, **fields) -> PersonalLink:
    return make_link(
        **{
            "purpose": STATEMENT,
            "subject": application,
            "email": "head@example.org",
            "name": "Budi Santoso",
            "language": "en",
            "by": None,
            **fields,
        }
    )


def mail_to(email: str, template: str) -> Mail:
    return Mail.objects.filter(to=email, purpose=template).latest("pk")


def address_in(mail: Mail) -> str:
    """The address of the portal in a mail, without its host."""
    return re.search(r"https?://[^/\s]+(/\S+)", mail.body)[1]


def code_in(mail: Mail) -> str:
    return re.search(r"\b\d{4}-\d{4}\b", mail.body)[0]


def open_link(link: PersonalLink, client: Client | None = None) -> Client:
    """A browser in which the link of the mail was opened; nothing else was done."""
    client = client or Client()
    client.get(address_in(mail_to(link.email, "personal_link")), follow=True)
    return client


def hold_link(link: PersonalLink, client: Client | None = None) -> Client:
    """A browser that has typed the code, as the person of the link does."""
    client = open_link(link, client)
    client.post(reverse("accounts:link_opened"))
    code = code_in(mail_to(link.email, "personal_link_code"))
    client.post(reverse("accounts:link_code"), {"code": code})
    return client
