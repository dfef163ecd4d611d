"""What stands in dossiers and around them, a row of each kind, so that the marks reach it."""

from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import Organisation, PersonalLink
from hosts.models import HostRequest
from placements.models import Forwarding, Opening, RequestWish
from tests.access.marks import UNKNOWN
from tests.factories import OrganisationFactory, TraineeFactory
from trainees.models import (
    Agency,
    Application,
    Career,
    Contact,
    ContactLog,
    FamilyMember,
    HealthDeclaration,
    LanguageSkill,
    NotTheSame,
    OverseasOffice,
    PersonMerge,
    Reopening,
    SenderStatement,
    StayInJapan,
    Trainee,
    VisaRefusal,
    Waiver,
)

if TYPE_CHECKING:
    from tests.access.world import World

DAY = date(2020, 4, 1)


def dossiers(world: "World") -> None:
    """The lines of each application, and what staff noted of its person."""
    request = HostRequest.objects.get(public_id=world.objects["request"]["own"])
    for name in ("own", "neighbour", "foreign"):
        _dossier(Application.objects.get(public_id=world.objects["application"][name]), request)
    near = Trainee.objects.get(user=world.people["traineenear"])
    far = Trainee.objects.get(user=world.people["traineefar"])
    NotTheSame.objects.create(first=min(near, far, key=_key), second=max(near, far, key=_key))
    other = TraineeFactory(email="joined@example.org")
    world.owners.own("traineefar", other)
    PersonMerge.objects.create(kept=far, merged=other, undone_at=timezone.now())


def _key(person: Trainee) -> int:
    return person.pk


def _dossier(application: Application, request: HostRequest) -> None:
    lines = {"application": application}
    stay = {"starts_on": DAY, "ends_on": DAY}
    FamilyMember.objects.create(**lines, name="x", relation="child")
    Career.objects.create(**lines, employer="x")
    LanguageSkill.objects.create(**lines, language="x", level="B1")
    StayInJapan.objects.create(**lines, **stay, purpose="x")
    VisaRefusal.objects.create(**lines, country="FR", month=DAY, what="x")
    HealthDeclaration.objects.create(**lines)
    said = {"is_employed": True, "will_return": True, "grants_leave": True}
    SenderStatement.objects.create(**lines, **said, language="en", given_by="x")
    opened = Reopening.objects.create(
        **lines, fields=["person.katakana"], reason="x", open_until=DAY, state="ended"
    )
    opened.moves.create(from_state="open", to_state="ended", reason="x")
    Waiver.objects.create(**lines, rule="employee", reason="x", ended_at=timezone.now())
    RequestWish.objects.create(**lines, host_request=request, rank=1)


def abroad_before_the_marks(world: "World") -> None:
    """An agency in the register of one's own office, and an opening that nobody was told of."""
    office = OverseasOffice.objects.get(
        organisation__in=world.people["office"].organisation_ids("overseas_office")
    )
    body = OrganisationFactory(kind=Organisation.Kind.AGENCY)
    world.owners.own("officebody", body)
    agency = Agency.objects.create(organisation=body, kind="ministry", country="ID")
    world.owners.own("officebody", agency)
    contact = Contact.objects.create(organisation=body, name="x", email="x@example.org")
    ContactLog.objects.create(organisation=body, channel="call", happened_on=DAY, text="x")
    PersonalLink.objects.create(
        purpose="none",
        subject=str(UNKNOWN),
        email="x@example.org",
        name="x",
        organisation=body,
        language="en",
        token_hash="none",
    )
    request = HostRequest.objects.get(public_id=world.objects["request"]["own"])
    opening = Opening.objects.create(host_request=request, office=office)
    Forwarding.objects.create(opening=opening, organisation=body, contact=contact, answer_by=DAY)
