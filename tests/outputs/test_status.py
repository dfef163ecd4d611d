"""The trainee's home: light, without script, with durations, contacts, letters and documents."""

import gzip
import re
from datetime import timedelta

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    CycleFactory,
    NominationFactory,
    OverseasOfficeFactory,
    PlacementFactory,
    application_of,
    coordinator_of,
    open_request,
    submit_deadline,
    submitted_application,
    trainee_person,
)
from trainees import usual
from trainees.models import Application, OfficeCountry

pytestmark = pytest.mark.django_db
BYTES_MOST = 60_000
QUERIES_OF_ALL = 16  # own part, the panels of all apps, session, user, memberships, factor


@pytest.fixture
def person():
    return trainee_person(email="suryani@example.org")


@pytest.fixture
def own(person, client):
    client.force_login(person)
    application = application_of(person, state="submitted", submitted_at=timezone.now())
    submit_deadline(application.cycle, timezone.localdate() + timedelta(days=3))
    NominationFactory(application=application)
    return application


def shown(client, language: str = "en") -> str:
    page = client.get(f"/{language}/trainee/")
    assert page.status_code == 200
    return page.content.decode()


def earlier_case(programme, *, cycle, told: int, days: int = 200) -> None:
    application = submitted_application(cycle)
    sent = timezone.now() - timedelta(days=700)
    Application.objects.filter(pk=application.pk).update(submitted_at=sent, state="frozen")
    at = sent + timedelta(days=told)
    PlacementFactory(
        application=application,
        host_request=open_request(cycle, number=9),
        by_hand=True,
        state="ended",
        decided_on=at.date(),
        announced_at=at,
        starts_on=at.date() + timedelta(days=90),
        ends_on=at.date() + timedelta(days=90 + days),
    )


def loaded_by(page: str) -> list[str]:
    """Every file that a browser fetches with the page."""
    found = re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="(/static/[^"]+)"', page)
    return [path for path in found if not path.endswith("icon.svg")]


def wire_bytes(page: str) -> int:
    """The page as it is, and each file as WhiteNoise serves it: packed with gzip."""
    size = len(page.encode())
    for path in loaded_by(page):
        with open(finders.find(path.removeprefix("/static/")), "rb") as file:
            size += len(gzip.compress(file.read(), 9))
    return size


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_first_view_is_under_60_kilobytes_and_needs_no_script(client, own, language):
    for told in range(40, 60, 2):
        cycle = (
            CycleFactory(programme=own.cycle.programme, fiscal_year=own.cycle.fiscal_year - 1)
            if told == 40
            else own.cycle.programme.cycles.first()
        )
        earlier_case(own.cycle.programme, cycle=cycle, told=told)
    page = shown(client, language)

    assert "<script" not in page
    assert "style=" not in page
    assert wire_bytes(page) < BYTES_MOST


def test_other_pages_load_more(client, own):
    """The control: the same measure sees the scripts of a page that has them."""
    page = client.get(reverse("trainees:withdraw", args=[own.public_id])).content.decode()

    assert "<script" in page
    assert len(loaded_by(page)) > len(loaded_by(shown(client)))


def test_each_step_ahead_says_how_long_it_took_with_the_number_of_cases(client, own):
    cycle = CycleFactory(programme=own.cycle.programme, fiscal_year=own.cycle.fiscal_year - 1)
    for told in (40, 45, 50, 55, 60):
        earlier_case(own.cycle.programme, cycle=cycle, told=told)

    page = re.sub(r"\s+", " ", shown(client))

    assert "decided 42 to 58 days after the submission" in page
    assert "the middle four fifths of 5 earlier cases" in page
    assert "Usually: 90 days after the decision" in page
    assert "Usually: 200 days after the arrival" in page


def test_days_in_the_wrong_order_are_no_duration(own):
    cycle = CycleFactory(programme=own.cycle.programme, fiscal_year=own.cycle.fiscal_year - 1)
    earlier_case(own.cycle.programme, cycle=cycle, told=-3)

    assert usual.usual_steps(own)["decided"].cases == 0


def test_few_cases_are_said_to_be_few(client, own):
    cycle = CycleFactory(programme=own.cycle.programme, fiscal_year=own.cycle.fiscal_year - 1)
    earlier_case(own.cycle.programme, cycle=cycle, told=40)

    assert "1 earlier case, too few to say how long it takes." in shown(client)


def test_what_a_process_keeps_is_forgotten_after_a_while(own, monkeypatch):
    assert usual.usual_steps(own)["decided"].cases == 0
    cycle = CycleFactory(programme=own.cycle.programme, fiscal_year=own.cycle.fiscal_year - 1)
    earlier_case(own.cycle.programme, cycle=cycle, told=40)
    assert usual.usual_steps(own)["decided"].cases == 0

    monkeypatch.setattr(usual, "KEPT_SECONDS", -1)

    assert usual.usual_steps(own)["decided"].cases == 1


def test_contacts_stand_with_their_hours(client, own):
    office = OverseasOfficeFactory(
        email="jakarta@example.org",
        telephone="+62-21-0000-0000",
        hours_en="Weekdays 9:00-17:00",
        time_zone="Asia/Jakarta",
    )
    OfficeCountry.objects.filter(country="ID").exclude(office=office).delete()
    OfficeCountry.objects.get_or_create(office=office, country="ID", valid_until=None)
    programme = own.cycle.programme
    programme.contact_hours_en = "Weekdays 9:30-17:00 Japan time"
    programme.save()

    page = shown(client)

    for each in ("jakarta@example.org", "Weekdays 9:00-17:00", "there now", "Japan time"):
        assert each in page


def test_the_host_is_named_once_the_placement_was_announced(client, own):
    Application.objects.update(state="frozen")
    request = open_request(own.cycle)
    coordinator_of(request.government, name="鈴木 さやか", email="suzuki@example.jp")
    day = timezone.localdate() + timedelta(days=90)
    placement = PlacementFactory(
        application=own,
        host_request=request,
        by_hand=True,
        starts_on=day,
        ends_on=day + timedelta(days=200),
    )
    assert "suzuki@example.jp" not in shown(client)

    type(placement).objects.update(
        state="announced", decided_on=timezone.localdate(), announced_at=timezone.now()
    )

    assert "suzuki@example.jp" in shown(client)


def test_receipt_and_documents_stand_in_one_list(client, own):
    page = shown(client)

    assert reverse("trainees:receipt", args=[own.public_id]) in page
    assert reverse("schedule:calendar") in page
    assert reverse("trainees:withdraw", args=[own.public_id]) in page


def test_the_number_of_queries_does_not_grow(client, own, person):
    def count() -> int:
        client.get("/en/trainee/")
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get("/en/trainee/")
        return len(found)

    with_one = count()
    cycle = CycleFactory(programme=own.cycle.programme, fiscal_year=own.cycle.fiscal_year - 1)
    for told in range(40, 46):
        earlier_case(own.cycle.programme, cycle=cycle, told=told)
    usual.forget()

    assert count() == with_one <= QUERIES_OF_ALL
