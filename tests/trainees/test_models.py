"""Who sees whom, and what can never be false."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Role
from tests.factories import (
    ApplicationFactory,
    CycleFactory,
    LocalGovernmentFactory,
    OverseasOfficeFactory,
    TraineeFactory,
    application_of,
    coordinator_of,
    member_of,
    staff_member,
    submitted_application,
    trainee_person,
)
from trainees.models import PERSON_FIELDS, Application, OfficeCountry, Trainee

pytestmark = pytest.mark.django_db


def test_staff_see_every_application():
    application = ApplicationFactory()

    assert list(Application.objects.visible_to(staff_member())) == [application]


def test_person_sees_only_their_own_application():
    person = trainee_person()
    own = application_of(person)
    ApplicationFactory()

    assert list(Application.objects.visible_to(person)) == [own]
    assert list(Trainee.objects.visible_to(person)) == [own.trainee]


def test_coordinator_sees_no_application_here():
    ApplicationFactory()

    assert not Application.objects.visible_to(coordinator_of(LocalGovernmentFactory())).exists()


def test_overseas_office_sees_the_nationals_of_its_countries():
    office = OverseasOfficeFactory(countries=["TH", "VN"])
    thai = submitted_application(CycleFactory(), trainee__nationality="TH")
    submitted_application(thai.cycle, trainee__nationality="ID")
    officer = member_of(office.organisation, Role.OVERSEAS_OFFICE)

    assert list(Application.objects.visible_to(officer)) == [thai]
    assert list(Trainee.objects.visible_to(officer)) == [thai.trainee]


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_overseas_office_sees_nothing_of_what_was_never_submitted(state):
    office = OverseasOfficeFactory(countries=["TH"])
    ApplicationFactory(trainee__nationality="TH", state=state)
    officer = member_of(office.organisation, Role.OVERSEAS_OFFICE)

    assert not Application.objects.visible_to(officer).exists()
    assert not Trainee.objects.visible_to(officer).exists()


def test_overseas_office_sees_the_submitted_application_but_not_the_next_draft():
    office = OverseasOfficeFactory(countries=["TH"])
    first = submitted_application(CycleFactory(), trainee__nationality="TH")
    ApplicationFactory(trainee=first.trainee)
    officer = member_of(office.organisation, Role.OVERSEAS_OFFICE)

    assert list(Application.objects.visible_to(officer)) == [first]
    assert list(Trainee.objects.visible_to(officer)) == [first.trainee]


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "is_refused"),
    [
        (None, None, True),
        (date(2027, 3, 31), None, True),
        (date(2027, 4, 1), None, False),  # the day after the other has it last
        (None, date(2025, 3, 31), False),  # the day before the other has it first
        (None, date(2025, 4, 1), True),
        (date(2026, 1, 1), date(2026, 1, 1), True),
    ],
)
def test_on_one_day_a_country_belongs_to_one_office(valid_from, valid_until, is_refused):
    first, second = OverseasOfficeFactory(), OverseasOfficeFactory()
    days = {"valid_from": date(2025, 4, 1), "valid_until": date(2027, 3, 31)}
    OfficeCountry.objects.create(office=first, country="TH", **days)
    row = OfficeCountry(office=second, country="TH", valid_from=valid_from, valid_until=valid_until)

    refused = False
    try:
        row.clean()
    except ValidationError:
        refused = True

    assert refused == is_refused
    OfficeCountry(office=second, country="LA").clean()
    OfficeCountry(office=first, country="TH", valid_from=date(2027, 1, 1)).clean()


def test_overseas_office_no_longer_sees_a_country_that_it_gave_up():
    yesterday = timezone.localdate() - timedelta(days=1)
    office = OverseasOfficeFactory()
    OfficeCountry.objects.create(office=office, country="TH", valid_until=yesterday)
    submitted_application(CycleFactory(), trainee__nationality="TH")
    officer = member_of(office.organisation, Role.OVERSEAS_OFFICE)

    assert not Application.objects.visible_to(officer).exists()


def test_overseas_office_does_not_yet_see_a_country_that_comes_tomorrow():
    tomorrow = timezone.localdate() + timedelta(days=1)
    office = OverseasOfficeFactory()
    OfficeCountry.objects.create(office=office, country="TH", valid_from=tomorrow)
    submitted_application(CycleFactory(), trainee__nationality="TH")
    officer = member_of(office.organisation, Role.OVERSEAS_OFFICE)

    assert not Trainee.objects.visible_to(officer).exists()


def test_case_number_has_the_fiscal_year_and_four_digits():
    application = ApplicationFactory(cycle__fiscal_year=2027, number=12)

    assert application.case_number == "2027-0012"


def test_one_number_is_given_once_in_a_cycle():
    application = ApplicationFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        ApplicationFactory(cycle=application.cycle, number=application.number)


def test_second_application_in_a_cycle_needs_the_first_to_be_withdrawn():
    application = ApplicationFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        ApplicationFactory(trainee=application.trainee, cycle=application.cycle)

    Application.objects.update(state="withdrawn")
    again = ApplicationFactory(trainee=application.trainee, cycle=application.cycle)
    assert again.pk


def test_submitted_application_has_its_moment():
    with pytest.raises(IntegrityError), transaction.atomic():
        ApplicationFactory(state="submitted")


def test_trainee_has_a_name():
    with pytest.raises(IntegrityError), transaction.atomic():
        TraineeFactory(passport_name="")


def test_person_is_called_by_the_daily_name_where_there_is_one():
    named = TraineeFactory.build(passport_name="Somchai Saetang", daily_name="Chai")

    assert [named.called, TraineeFactory.build().called] == ["Chai", "Suryani"]


def test_list_reads_everything_it_shows_with_one_query(django_assert_num_queries):
    ApplicationFactory.create_batch(3)

    with django_assert_num_queries(1):
        shown = [
            (str(each), each.employer, str(each.cycle)) for each in Application.objects.with_names()
        ]
    assert len(shown) == 3


def test_application_of_a_called_off_cycle_is_closed_to_changes():
    application = ApplicationFactory(cycle__state="called_off")

    assert not application.is_editable


def test_born_on_stays_a_day():
    assert TraineeFactory().born_on == date(1990, 5, 17)


def test_person_of_an_application_without_a_snapshot_is_the_row_itself():
    application = submitted_application(CycleFactory())

    assert application.judged_person is application.trainee


def test_snapshot_reads_as_the_person_did():
    trainee = TraineeFactory(daily_name="Yani", katakana="スルヤニ", salutation="ms")
    application = submitted_application(CycleFactory(), trainee=trainee, person=trainee.snapshot)

    kept = Application.objects.get(pk=application.pk).judged_person

    assert kept is not trainee
    assert kept.pk is None
    assert {name: getattr(kept, name) for name in PERSON_FIELDS} == {
        name: getattr(trainee, name) for name in PERSON_FIELDS
    }
    assert [kept.called, kept.katakana] == ["Yani", "スルヤニ"]
