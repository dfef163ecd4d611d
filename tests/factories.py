"""Rows for tests. Each factory gives the smallest valid row; a test names what it is about."""

import uuid
from datetime import UTC, date, datetime, timedelta

import factory
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import Invitation, Membership, Organisation, Role, User
from accounts.second_factor import has_second_factor, mark_passed
from hosts.models import (
    Contribution,
    DemandSurvey,
    HostRequest,
    LocalGovernment,
    SurveyAnswer,
    Tie,
    TrainingProgramme,
    TrainingUnit,
    UnitInstructor,
    WishedCountry,
)
from hosts.states import AnswerState, RequestState
from japan.codes import with_check_digit
from japan.text import search_key
from placements.models import MatchRun, Nomination, Placement
from schedule.models import Cycle, Deadline, Phase, PhaseKind, Programme
from schedule.vocabulary import Route
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
from trainees.states import ApplicationState

# accounts -------------------------------------------------------------------------------------


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    kind = Organisation.Kind.LOCAL_GOVERNMENT
    name_ja = factory.Sequence(lambda n: f"第{n}団体")
    name_en = factory.Sequence(lambda n: f"Body {n}")


class UserFactory(DjangoModelFactory):
    """A person without a password and without a membership."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.jp")
    name = factory.Sequence(lambda n: f"越智 美咲 {n}")
    language = "ja"
    password = factory.LazyFunction(lambda: make_password(None))


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.COORDINATOR


def give_second_factor(user: User) -> User:
    """Without it every page but its set-up is closed to officials."""
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": uuid.uuid4().hex}
    )
    return user


@receiver(user_logged_in)
def pass_second_factor(request, user: User, **kwargs) -> None:
    """`client.force_login` stands for a whole sign-in, the second factor included. Its request has
    no address; a sign-in through a page has one and shows the factor itself.
    """
    if not request.path and has_second_factor(user):
        mark_passed(request.session, user)


def member_of(organisation: Organisation, role: str, **fields) -> User:
    """A person with this role for this organisation, ready to sign in."""
    user = UserFactory(**fields)
    MembershipFactory(user=user, organisation=organisation, role=role)
    return give_second_factor(user)


def coordinator_of(government: LocalGovernment, **fields) -> User:
    """A coordinator of this local government, ready to sign in."""
    return member_of(government.organisation, Role.COORDINATOR, **fields)


def relay_officer_of(prefecture: LocalGovernment, **fields) -> User:
    """A relay officer of this prefecture, ready to sign in."""
    return member_of(prefecture.organisation, Role.RELAY, **fields)


def staff_member(role: str = Role.STAFF, **fields) -> User:
    """A person of the operator, ready to sign in."""
    return member_of(OrganisationFactory(kind=Organisation.Kind.OPERATOR), role, **fields)


# schedule -------------------------------------------------------------------------------------


class ProgrammeFactory(DjangoModelFactory):
    """LGOTP without its usual year; `schedule.lgotp.ensure_lgotp()` gives the whole programme."""

    class Meta:
        model = Programme
        django_get_or_create = ("code",)

    code = "lgotp"
    name_ja = "自治体職員協力交流事業"
    name_en = "Local Government Officials Training Program"
    operator = factory.SubFactory(
        OrganisationFactory,
        kind=Organisation.Kind.OPERATOR,
        name_ja="一般財団法人自治体国際化協会",
        name_en="Council of Local Authorities for International Relations (CLAIR)",
    )
    sender_title_ja = "理事長"
    sender_title_en = "Chairperson"
    sender_name_ja = "大森 一朗"
    sender_name_en = "OMORI Ichiro"
    contact_unit_ja = "経済交流課"
    contact_unit_en = "Economic Exchange Division"
    contact_telephone = "03-0000-0000"
    contact_email = "lgotp@example.jp"
    letter_series = "自国経"
    reference_format_ja = "{era_year}自国経第{number}号"
    reference_format_en = "{fiscal_year}-{number}"
    trainee_title_ja = "協力交流研修員"
    orientation_place_ja = "東京"
    orientation_place_en = "Tokyo"
    next_step_ja = "{day}までに、書類を御提出ください。"
    next_step_en = "Your host needs your papers by {day}."


class CycleFactory(DjangoModelFactory):
    """An open cycle with its seven phases and the deadlines of the demand survey."""

    class Meta:
        model = Cycle
        skip_postgeneration_save = True

    programme = factory.SubFactory(ProgrammeFactory)
    # Years that no test names itself: the programme has one cycle a year.
    fiscal_year = factory.Sequence(lambda n: 2034 + n % 63)
    arrival_on = factory.LazyAttribute(lambda cycle: date(cycle.fiscal_year, 5, 17))
    opened_at = factory.LazyAttribute(
        lambda cycle: datetime(cycle.fiscal_year - 1, 9, 1, 1, tzinfo=UTC)
    )

    @factory.post_generation
    def days(cycle: Cycle, create: bool, extracted: object, **kwargs):
        if not create or extracted is False:
            return
        year = cycle.fiscal_year
        phases = [
            (PhaseKind.SURVEY, date(year - 1, 9, 1), date(year - 1, 11, 30)),
            (PhaseKind.RECRUITMENT, date(year - 1, 12, 1), date(year, 2, 26)),
            (PhaseKind.PROCEDURES, date(year, 3, 1), date(year, 5, 14)),
            (PhaseKind.ARRIVAL, date(year, 5, 17), date(year, 5, 19)),
            (PhaseKind.GROUP_TRAINING, date(year, 5, 20), date(year, 6, 23)),
            (PhaseKind.SPECIALISED, date(year, 6, 24), date(year, 11, 30)),
            (PhaseKind.RETURN, date(year, 12, 1), date(year + 1, 5, 29)),
        ]
        Phase.objects.bulk_create(
            Phase(cycle=cycle, kind=kind, starts_on=starts_on, ends_on=ends_on)
            for kind, starts_on, ends_on in phases
        )
        deadlines = [
            ("survey-municipality", Role.COORDINATOR, date(year - 1, 11, 24)),
            ("survey-relay", Role.RELAY, date(year - 1, 11, 30)),
            ("survey-direct", Role.COORDINATOR, date(year - 1, 11, 30)),
        ]
        Deadline.objects.bulk_create(
            Deadline(
                cycle=cycle,
                code=code,
                phase=PhaseKind.SURVEY,
                audience=audience,
                name_ja=f"期限 {code}",
                name_en=f"Deadline {code}",
                due_on=due_on,
            )
            for code, audience, due_on in deadlines
        )


# hosts ----------------------------------------------------------------------------------------


class PrefectureFactory(DjangoModelFactory):
    class Meta:
        model = LocalGovernment

    organisation = factory.SubFactory(
        OrganisationFactory,
        name_ja=factory.SelfAttribute("..name"),
        name_en=factory.LazyAttribute(lambda org: f"{org.factory_parent.romaji} Prefecture"),
    )
    code = factory.Sequence(lambda n: with_check_digit(f"{n % 47 + 1:02d}{n // 47:03d}"))
    kind = LocalGovernment.Kind.PREFECTURE
    name = factory.Sequence(lambda n: f"第{n}県")
    kana = "ダイケン"
    romaji = factory.Sequence(lambda n: f"Dai-{n}")
    prefecture = None
    search = factory.LazyAttribute(
        lambda row: " ".join(
            [row.code, *(search_key(each) for each in (row.name, row.kana, row.romaji))]
        )
    )


class LocalGovernmentFactory(PrefectureFactory):
    """A city, whose papers pass through its prefecture."""

    organisation = factory.SubFactory(
        OrganisationFactory,
        name_ja=factory.LazyAttribute(
            lambda org: f"{org.factory_parent.prefecture.name}{org.factory_parent.name}"
        ),
        name_en=factory.LazyAttribute(lambda org: f"{org.factory_parent.romaji} City"),
    )
    code = factory.Sequence(lambda n: with_check_digit(f"{n % 47 + 1:02d}{200 + n // 47:03d}"))
    kind = LocalGovernment.Kind.CITY
    name = factory.Sequence(lambda n: f"第{n}市")
    kana = "ダイシ"
    romaji = factory.Sequence(lambda n: f"Shi-{n}")
    prefecture = factory.SubFactory(PrefectureFactory)


class DemandSurveyFactory(DjangoModelFactory):
    class Meta:
        model = DemandSurvey

    cycle = factory.SubFactory(CycleFactory)
    opened_at = factory.LazyAttribute(lambda row: row.cycle.opened_at)


class SurveyAnswerFactory(DjangoModelFactory):
    """An answer that nobody has opened yet, on its usual way."""

    class Meta:
        model = SurveyAnswer

    survey = factory.SubFactory(DemandSurveyFactory)
    government = factory.SubFactory(LocalGovernmentFactory)
    relay = factory.LazyAttribute(lambda row: row.government.usual_relay)


class HostRequestFactory(DjangoModelFactory):
    """A complete draft of seven months in water supply; `unit=False` leaves its one unit out."""

    class Meta:
        model = HostRequest
        skip_postgeneration_save = True

    answer = factory.SubFactory(SurveyAnswerFactory, state=AnswerState.DRAFT)
    field = "water"
    number = 1
    starts_on = factory.LazyAttribute(lambda row: row.answer.survey.cycle.arrival_on)
    ends_on = factory.LazyAttribute(lambda row: date(row.starts_on.year, 12, 16))

    @factory.post_generation
    def countries(host_request: HostRequest, create: bool, extracted: object, **kwargs):
        for rank, country in enumerate(extracted or [], start=1):
            WishedCountry.objects.create(host_request=host_request, rank=rank, country=country)

    @factory.post_generation
    def unit(host_request: HostRequest, create: bool, extracted: object, **kwargs):
        programme = TrainingProgrammeFactory(host_request=host_request)
        if extracted is not False:
            TrainingUnitFactory(training_programme=programme)


class TieFactory(DjangoModelFactory):
    """A sister city in Viet Nam, since 2007 and without an end."""

    class Meta:
        model = Tie

    government = factory.SubFactory(LocalGovernmentFactory)
    kind = Tie.Kind.SISTER_CITY
    partner_ja = "フエ市"
    partner_en = factory.Sequence(lambda n: f"Hue City {n}")
    country = "VN"
    since_year = 2007


class TrainingProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = TrainingProgramme

    host_request = factory.SubFactory(HostRequestFactory)
    theme_ja = "地下水の保全と水道施設の維持管理"
    theme_en = "Groundwater conservation and waterworks"
    aim_ja = "漏水調査の実務を身につける。"
    aim_en = "To learn how leaks are found."


class TrainingUnitFactory(DjangoModelFactory):
    class Meta:
        model = TrainingUnit

    training_programme = factory.SubFactory(TrainingProgrammeFactory)
    name_ja = "漏水調査の実務"
    name_en = "Finding leaks"
    site_kind = TrainingUnit.SiteKind.OWN
    site_name = "上下水道部 工務課"
    weeks = 16
    hours_per_week = 12


class UnitInstructorFactory(DjangoModelFactory):
    class Meta:
        model = UnitInstructor

    training_unit = factory.SubFactory(TrainingUnitFactory)
    name = "近藤　誠"
    post_ja = "係長"
    years = 8
    is_full_time = True


class ContributionFactory(DjangoModelFactory):
    class Meta:
        model = Contribution

    training_programme = factory.SubFactory(TrainingProgrammeFactory)
    kind = Contribution.Kind.SCHOOLS
    what_ja = "小学校での授業"
    what_en = "Lessons at schools"
    aim_ja = "子どもが外国の暮らしに親しむこと。"
    aim_en = "Pupils come to know life abroad."
    place_ja = "市内の小学校"
    hours_per_week = 2


# trainees -------------------------------------------------------------------------------------


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


# papers ---------------------------------------------------------------------------------------


def a_kind(code: str = "diploma", **fields) -> DocumentKind:
    """A kind of paper that no rule asks for yet."""
    names = {"name_ja": "卒業証明書", "name_en": "Diploma"}
    return DocumentKind.objects.create(**{"code": code, **names, **fields})


def a_rule(kind: DocumentKind | None = None, **fields) -> DocumentRule:
    """A rule that asks everybody for a paper before they submit."""
    return DocumentRule.objects.create(
        **{"kind": kind or a_kind(), "stage": "submission", **fields}
    )


# placements -----------------------------------------------------------------------------------


class InvitationFactory(DjangoModelFactory):
    """An invitation of a nominee; `token` gives a link that opens it."""

    class Meta:
        model = Invitation

    class Params:
        token = factory.LazyFunction(lambda: uuid.uuid4().hex)

    email = factory.Sequence(lambda n: f"invited{n}@example.org")
    name = "Suryani"
    language = "en"
    role = Role.TRAINEE
    token_hash = factory.LazyAttribute(lambda row: Invitation.hash_of(row.token))


class NominationFactory(DjangoModelFactory):
    """A nomination that nobody has answered; with a `host_request` the host's own selection."""

    class Meta:
        model = Nomination

    application = factory.SubFactory(ApplicationFactory)
    host_request = None
    route = factory.LazyAttribute(
        lambda row: Route.OWN_SELECTION if row.host_request else Route.MEDIATED
    )
    invitation = factory.SubFactory(InvitationFactory)
    nominated_on = date(2026, 12, 1)


class MatchRunFactory(DjangoModelFactory):
    """A run of the solver that found nothing."""

    class Meta:
        model = MatchRun

    cycle = factory.SubFactory(CycleFactory)
    mode = "optimal"
    input = factory.LazyFunction(
        lambda: {name: [] for name in ("requests", "applications", "pairs", "fixed", "forbidden")}
    )
    output = factory.LazyFunction(
        lambda: {
            "placements": [],
            "unplaced": [],
            "unfilled": [],
            "objective": {
                "placed": 0,
                "host_rank_sum": 0,
                "applicant_rank_sum": 0,
                "score_sum": 0,
            },
            "blocking_pairs": [],
        }
    )
    made_with = "a test"


class PlacementFactory(DjangoModelFactory):
    """A proposal of the solver; `by_hand=True` for one that a person made."""

    class Meta:
        model = Placement

    class Params:
        by_hand = False

    application = factory.SubFactory(
        ApplicationFactory,
        state=ApplicationState.SUBMITTED,
        submitted_at=factory.LazyFunction(timezone.now),
    )
    host_request = factory.LazyAttribute(lambda row: open_request(row.application.cycle))
    run = factory.LazyAttribute(
        lambda row: None if row.by_hand else MatchRunFactory(cycle=row.application.cycle)
    )
    reason = factory.LazyAttribute(lambda row: "They know each other." if row.by_hand else "")
    starts_on = factory.LazyAttribute(lambda row: row.host_request.starts_on)
    ends_on = factory.LazyAttribute(lambda row: row.host_request.ends_on)


def open_request(cycle: Cycle, government: LocalGovernment | None = None, **fields) -> HostRequest:
    """A request that was received: open for placements; a new government asks if none is named."""
    survey = DemandSurvey.objects.filter(cycle=cycle).first() or DemandSurveyFactory(cycle=cycle)
    answer = SurveyAnswerFactory(
        survey=survey,
        government=government or LocalGovernmentFactory(),
        state=AnswerState.RECEIVED,
        has_demand=True,
        submitted_at=timezone.now(),
    )
    return HostRequestFactory(
        **{"answer": answer, "state": RequestState.OPEN, "field": "environment", **fields}
    )


def submitted_application(cycle: Cycle, **fields) -> Application:
    """An application that is to be judged."""
    return ApplicationFactory(
        **{
            "cycle": cycle,
            "state": ApplicationState.SUBMITTED,
            "submitted_at": timezone.now(),
            **fields,
        }
    )
