from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.demo_sign_ins import sign_in_table
from accounts.models import Role, User
from desk.demo import load_demo
from desk.demo.load import DemoError
from hosts.models import HostRequest, LocalGovernment, SurveyAnswer
from notices.letters import verify_letters
from notices.models import Letter
from placements.models import Placement
from schedule.models import Cycle
from tests.factories import UserFactory
from trainees.models import Application

ON = date(2026, 11, 22)


def content() -> list[object]:
    """What a reader sees of the rows; keys and random ids aside."""
    return [
        list(SurveyAnswer.objects.order_by("survey", "government__code").values_list(
            "survey__cycle__fiscal_year", "government__code", "state", "has_demand"
        )),
        list(HostRequest.objects.order_by("answer__survey__cycle", "pk").values_list(
            "answer__government__code", "field", "number", "starts_on", "ends_on"
        )),
        list(Application.objects.order_by("cycle", "number").values_list(
            "number", "trainee__passport_name", "trainee__born_on", "state", "statement"
        )),
        list(Placement.objects.order_by("pk").values_list("application__number", "state")),
        list(Letter.objects.order_by("pk").values_list("reference", "addressee")),
    ]  # fmt: skip


@pytest.mark.django_db
def test_demo_is_believable_and_the_same_each_time():
    with transaction.atomic():
        load_demo(on=ON)
        first = content()
        transaction.set_rollback(True)

    load_demo(on=ON)

    assert content() == first
    cycles = dict(Cycle.objects.values_list("fiscal_year", "state"))
    roles = {role for user in User.objects.filter(is_demo=True) for role in user.roles}

    assert LocalGovernment.objects.count() == 1788
    assert cycles == {2025: "closed", 2026: "open", 2027: "open"}
    assert roles == set(Role)
    assert list(verify_letters()) == []
    assert {letter.state for letter in Letter.objects.all()} == {"issued"}
    single = Application.objects.filter(trainee__has_single_name=True)
    assert single.exists()


@pytest.mark.django_db
def test_demo_prints_one_sign_in_for_each_role():
    load_demo(on=ON)

    table = sign_in_table()

    assert len(table.splitlines()) == 1 + len(Role)
    assert "a code by mail" in table


@pytest.mark.django_db
def test_demo_is_refused_where_people_work():
    UserFactory()

    with pytest.raises(DemoError):
        load_demo(on=ON)

    assert LocalGovernment.objects.count() == 0


@pytest.mark.django_db
def test_demo_is_refused_in_production(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        call_command("demo")


@pytest.mark.django_db
def test_demo_if_missing_loads_once(capsys):
    call_command("demo", "--if-missing")
    call_command("demo", "--if-missing")

    assert "The demonstration is there." in capsys.readouterr().out
