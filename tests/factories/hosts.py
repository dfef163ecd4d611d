"""Local governments, the survey, requests and training programmes."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

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
from hosts.states import AnswerState
from japan.codes import with_check_digit
from japan.text import search_key
from tests.factories.accounts import OrganisationFactory
from tests.factories.schedule import CycleFactory

# Ehime is for the tests that name it: none of the governments that are made up lies there.
MADE_UP = [number for number in range(1, 48) if number != 38]


def made_up_code(n: int, first: int) -> str:
    """The code of the nth government that a test makes up, from this number within a prefecture."""
    return with_check_digit(f"{MADE_UP[n % 46]:02d}{first + n // 46:03d}")


class PrefectureFactory(DjangoModelFactory):
    class Meta:
        model = LocalGovernment

    organisation = factory.SubFactory(
        OrganisationFactory,
        name_ja=factory.SelfAttribute("..name"),
        name_en=factory.LazyAttribute(lambda org: f"{org.factory_parent.romaji} Prefecture"),
    )
    code = factory.Sequence(lambda n: made_up_code(n, 0))
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
    code = factory.Sequence(lambda n: made_up_code(n, 200))
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
