import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.models import Role
from hosts.models import (
    HostRequest,
    LocalGovernment,
    SurveyAnswer,
    TrainingUnit,
    WishedCountry,
    check_code,
)
from hosts.states import ANSWER_MARKS, REQUEST_MARKS, AnswerState, RequestState
from tests.factories import (
    HostRequestFactory,
    LocalGovernmentFactory,
    MembershipFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
    UserFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)

pytestmark = pytest.mark.django_db


def test_check_code_accepts_a_code_with_its_check_digit():
    government = LocalGovernmentFactory.build(code="382060")

    government.clean_fields(exclude=["organisation", "prefecture", "search"])

    assert government.code == "382060"


@pytest.mark.parametrize("code", ["382061", "38206", "3820600", "38206x", ""])
def test_check_code_refuses_what_is_no_code(code):
    with pytest.raises(ValidationError):
        check_code(code)


def test_a_name_has_its_prefecture_before_it_in_japanese_and_behind_it_in_english():
    ehime = PrefectureFactory(name="愛媛県", romaji="Ehime")
    saijo = LocalGovernmentFactory(name="西条市", romaji="Saijo", prefecture=ehime)

    with translation.override("ja"):
        japanese = str(saijo)
    with translation.override("en"):
        english = str(saijo)

    assert (japanese, english) == ("愛媛県西条市", "Saijo City, Ehime Prefecture")


@pytest.mark.parametrize(
    "typed", ["西条", "サイジョウ", "さいじょう", "saijo", "ＳＡＩＪＯ", "382060"]
)
def test_named_like_finds_a_government_however_it_is_typed(typed):
    saijo = LocalGovernmentFactory(
        name="西条市", kana="サイジョウシ", romaji="Saijo-shi", code="382060"
    )
    LocalGovernmentFactory()

    assert list(LocalGovernment.objects.named_like(typed)) == [saijo]


@pytest.mark.parametrize(
    ("kind", "is_relayed"),
    [
        ("prefecture", False),
        ("designated_city", False),
        ("city", True),
        ("special_ward", True),
        ("town", True),
        ("village", True),
    ],
)
def test_the_prefecture_relays_all_but_itself_and_designated_cities(kind, is_relayed):
    upper = LocalGovernment(kind="prefecture")
    government = LocalGovernment(kind=kind, prefecture=upper)
    assert (government.usual_relay is upper) is is_relayed


def test_only_a_prefecture_has_no_prefecture():
    with pytest.raises(IntegrityError), transaction.atomic():
        LocalGovernmentFactory(
            prefecture=None, organisation=MembershipFactory().organisation, name="市"
        )


@pytest.fixture
def town():
    return LocalGovernmentFactory()


@pytest.fixture
def host_request(town):
    return HostRequestFactory(answer=SurveyAnswerFactory(government=town, state="draft"))


def test_the_own_coordinator_the_prefecture_and_staff_see_an_answer(town, host_request):
    readers = [coordinator_of(town), relay_officer_of(town.prefecture), staff_member()]

    for reader in readers:
        assert list(SurveyAnswer.objects.visible_to(reader)) == [host_request.answer]
        assert list(HostRequest.objects.visible_to(reader)) == [host_request]
        assert list(TrainingUnit.objects.visible_to(reader)) == list(
            host_request.training_programme.units.all()
        )
        assert town in LocalGovernment.objects.visible_to(reader)


def test_others_see_nothing_of_an_answer(town, host_request):
    strangers = [
        UserFactory(),
        coordinator_of(LocalGovernmentFactory(prefecture=town.prefecture)),
        coordinator_of(town.prefecture),
        relay_officer_of(PrefectureFactory()),
        MembershipFactory(role=Role.REVIEWER).user,
    ]

    for stranger in strangers:
        assert not SurveyAnswer.objects.visible_to(stranger).exists()
        assert not HostRequest.objects.visible_to(stranger).exists()
        assert not TrainingUnit.objects.visible_to(stranger).exists()


def test_the_relay_does_not_see_what_a_designated_city_answers():
    city = LocalGovernmentFactory(kind="designated_city")
    SurveyAnswerFactory(government=city)

    assert not SurveyAnswer.objects.visible_to(relay_officer_of(city.prefecture)).exists()


@pytest.mark.parametrize("number", [0, 100, 500])
def test_the_database_refuses_a_request_for_too_few_or_too_many(host_request, number):
    with pytest.raises(IntegrityError), transaction.atomic():
        HostRequest.objects.filter(pk=host_request.pk).update(number=number)


def test_the_database_refuses_an_end_before_the_start(host_request):
    with pytest.raises(IntegrityError), transaction.atomic():
        HostRequest.objects.filter(pk=host_request.pk).update(ends_on=host_request.starts_on)


def test_the_database_refuses_a_country_wished_twice(host_request):
    WishedCountry.objects.create(host_request=host_request, rank=1, country="VN")

    with pytest.raises(IntegrityError), transaction.atomic():
        WishedCountry.objects.create(host_request=host_request, rank=2, country="VN")


def test_every_state_has_a_mark():
    assert set(ANSWER_MARKS) == set(AnswerState)
    assert set(REQUEST_MARKS) == set(RequestState)
