"""Offices, employers, nominees, applications and papers."""

from datetime import date, timedelta

import factory
from factory.django import DjangoModelFactory

from accounts.models import Membership, Organisation, Role, User
from schedule.models import Cycle, Deadline, PhaseKind
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.schedule import CycleFactory
from trainees.consents import give_consent
from trainees.models import (
    Application,
    ConsentKind,
    DocumentKind,
    DocumentRule,
    Education,
    OfficeCountry,
    OverseasOffice,
    SendingGovernment,
    Trainee,
)


class OverseasOfficeFactory(DjangoModelFactory):
    """An office with the countries given as `countries=["TH", "VN"]`."""

    class Meta:
        model = OverseasOffice
        skip_postgeneration_save = True

    organisation = factory.SubFactory(
        OrganisationFactory,
        kind=Organisation.Kind.OVERSEAS_OFFICE,
        name_ja="シンガポール事務所",
        name_en="CLAIR Singapore",
    )
    code = factory.Sequence(lambda n: f"office-{n}")

    @factory.post_generation
    def countries(office: OverseasOffice, create: bool, extracted: object, **kwargs):
        for country in extracted or []:
            OfficeCountry.objects.create(office=office, country=country)


class SendingGovernmentFactory(DjangoModelFactory):
    class Meta:
        model = SendingGovernment

    organisation = factory.SubFactory(
        OrganisationFactory,
        kind=Organisation.Kind.SENDING_GOVERNMENT,
        name_ja="バンドン市",
        name_en="Bandung City",
    )
    country = "ID"
    name_local = "Kota Bandung"


class TraineeFactory(DjangoModelFactory):
    """A nominee with one single name, not yet joined with a person who signs in."""

    class Meta:
        model = Trainee

    email = factory.Sequence(lambda n: f"suryani{n}@example.org")
    passport_name = "Suryani"
    has_single_name = True
    nationality = "ID"
    born_on = date(1990, 5, 17)


class ApplicationFactory(DjangoModelFactory):
    """A complete draft; `complete=False` leaves open what the steps after the first ask."""

    class Meta:
        model = Application

    class Params:
        complete = True

    trainee = factory.SubFactory(TraineeFactory)
    cycle = factory.SubFactory(CycleFactory)
    number = factory.Sequence(lambda n: n + 1)
    sending_government = factory.SubFactory(SendingGovernmentFactory)
    employer_department = factory.LazyAttribute(
        lambda row: "Environment Agency" if row.complete else ""
    )
    employer_position = factory.LazyAttribute(lambda row: "Section head" if row.complete else "")
    employed_since = factory.LazyAttribute(lambda row: date(2015, 4, 1) if row.complete else None)
    english_level = factory.LazyAttribute(lambda row: 3 if row.complete else None)
    japanese_level = factory.LazyAttribute(lambda row: 1 if row.complete else None)
    field = factory.LazyAttribute(lambda row: "environment" if row.complete else "")
    statement = factory.LazyAttribute(
        lambda row: "I want to learn how waste is sorted at home." if row.complete else ""
    )
    future_use = factory.LazyAttribute(
        lambda row: "Our city will begin to sort its waste." if row.complete else ""
    )


class CompleteApplicationFactory(ApplicationFactory):
    """A draft in which every section is answered and the use of the data agreed to: it can be
    submitted. `lines=False` leaves out its education and the consent.
    """

    class Meta:
        skip_postgeneration_save = True

    trainee = factory.SubFactory(
        TraineeFactory,
        mrz_name="SURYANI",
        residence="ID",
        sex="F",
        passport_number="X1234567",
        passport_expires_on=date(2099, 12, 31),
    )
    employer_duties = "Planning the collection of waste."
    telephone = "+62 22 1234 5678"
    address = "Jalan Merdeka 1, Bandung"
    comes_alone = True
    emergency_name = "Budi"
    emergency_relation = "brother"
    emergency_telephone = "+62 22 8765 4321"
    declines_needs = True
    declines_health = True
    never_in_japan = True
    never_refused = True
    available_from = factory.LazyAttribute(lambda row: row.cycle.arrival_on - timedelta(days=14))
    available_until = factory.LazyAttribute(lambda row: row.cycle.arrival_on + timedelta(days=365))

    @factory.post_generation
    def lines(application: Application, create: bool, extracted: object, **kwargs):
        if create and extracted is not False:
            Education.objects.create(application=application, school="Bandung Institute", order=1)
            give_consent(application, ConsentKind.SHARING, language="en")


def trainee_person(**fields) -> User:
    """A person with the role of a trainee, ready to sign in; trainees need no second factor."""
    user = UserFactory(**{"language": "en", "name": "Suryani", **fields})
    Membership.objects.create(user=user, role=Role.TRAINEE)
    return user


def application_of(user: User, **fields) -> Application:
    """The application of this person, who confirmed the nomination: it can be submitted, unless
    `complete=False`.
    """
    given = {"trainee__user": user, "trainee__email": user.email}
    if trainee := Trainee.objects.filter(user=user).first():
        given = {"trainee": trainee}
    complete = fields.get("complete", True)
    made = CompleteApplicationFactory if complete else ApplicationFactory
    return made(**{**given, **fields})


def submit_deadline(cycle: Cycle, due_on: date) -> Deadline:
    """Until when applications of this cycle are to be submitted."""
    return Deadline.objects.create(
        cycle=cycle,
        code="application",
        phase=PhaseKind.RECRUITMENT,
        audience=Role.TRAINEE,
        name_ja="候補者調書の提出",
        name_en="Submission of the application",
        due_on=due_on,
    )


def a_kind(code: str = "diploma", **fields) -> DocumentKind:
    """A kind of paper that no rule asks for yet."""
    names = {"name_ja": "卒業証明書", "name_en": "Diploma"}
    return DocumentKind.objects.create(**{"code": code, **names, **fields})


def a_rule(kind: DocumentKind | None = None, **fields) -> DocumentRule:
    """A rule that asks everybody for a paper before they submit."""
    return DocumentRule.objects.create(
        **{"kind": kind or a_kind(), "stage": "submission", **fields}
    )
