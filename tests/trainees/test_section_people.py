"""Names, birth and passport as people fill them in."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from schedule.duties import duties_of, duties_of_all
from tests.factories import (
    ApplicationFactory,
    CompleteApplicationFactory,
    TraineeFactory,
    application_of,
    staff_member,
    trainee_person,
)
from tests.trainees.dossier import address_of, send, words_of
from trainees.models import Application, DossierVersion
from trainees.services import faults_of, submit_application

pytestmark = pytest.mark.django_db


TODAY = timezone.localdate()


def stored(column: str, table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608 - names of our own
        return " ".join(str(row[0]) for row in cursor.fetchall())


# Names ------------------------------------------------------------------------------------------

HARD_NAMES = [
    ("O", "O"),
    ("A" * 120, "A" * 39),
    ("محمد عبد الله", "MXHMD<EBD<ALLH"),
    ("Nguyễn Thị Hoa", "NGUYEN<THI<HOA"),
    ("Nguye\u0302\u0303n Thi\u0323 Hoa", "NGUYEN<THI<HOA"),
    ("O’Brien-Łukaszewicz, Zoë", "OBRIEN<LUKASZEWICZ<<ZOE"),
]


@pytest.mark.parametrize(("name", "line"), HARD_NAMES)
def test_a_hard_name_is_kept_whole_and_its_line_is_suggested(client, own, name, line):
    send(client, own, "names", passport_name=name, mrz_name="", has_single_name="")

    own.trainee.refresh_from_db()
    kept = "Nguyễn Thị Hoa" if "\u0302" in name else name
    assert [own.trainee.passport_name, own.trainee.mrz_name] == [kept, line]
    assert kept in client.get(address_of(own, "names")).content.decode()


@pytest.mark.parametrize("typed", ["SURYANI1", "SURYANI<<<<DEWI", "<b>", "A" * 40, "สมชาย"])
def test_what_no_line_has_is_refused(client, own, typed):
    response = send(client, own, "names", mrz_name=typed)

    assert list(response.context["form"].errors) == ["mrz_name"]


def test_a_line_is_taken_in_any_width_with_or_without_its_last_fillers(client, own):
    send(client, own, "names", mrz_name="ｓｕｒｙａｎｉ<<dewi<<<<<<")

    own.trainee.refresh_from_db()
    assert own.trainee.mrz_name == "SURYANI<<DEWI"


def test_preview_shows_what_stands_on_the_page_and_saves_nothing(client, own):
    typed = {"passport_name": "Somchai Jaidee", "katakana": "", "daily_name": "Chai"}

    page = send(client, own, "names", "preview", **typed)

    own.trainee.refresh_from_db()
    assert [page.status_code, own.trainee.passport_name] == [200, "Suryani"]
    preview = words_of(page).partition("How your name will be printed")[2]
    for shown in ("Somchai Jaidee（ソムチャイ・ジャイデ）", "Chai", "ｿﾑﾁﾔｲ"):
        assert shown in preview


def test_names_are_suggested_on_an_empty_page(client, person):
    client.force_login(person)
    application = ApplicationFactory(
        trainee__user=person, trainee__passport_name="NGUYỄN THỊ LAN", trainee__nationality="VN"
    )

    form = client.get(address_of(application, "names")).context["form"]

    assert [form["katakana"].value(), form["mrz_name"].value()] == [
        "グエン・ティ・ラン",
        "NGUYEN<THI<LAN",
    ]


# Birth and passport -----------------------------------------------------------------------------


def test_somebody_of_fifteen_is_refused_with_the_reason(client, own):
    born_on = TODAY.replace(day=1) - timedelta(days=15 * 366)

    response = send(client, own, "person", born_on=born_on.isoformat())

    (reason,) = response.context["form"].errors["born_on"]
    assert "at least 18 years" in reason


def test_a_birth_in_the_future_is_refused(client, own):
    response = send(client, own, "person", born_on=(TODAY + timedelta(days=1)).isoformat())

    assert response.context["form"].errors["born_on"] == ["This day lies in the future."]


def test_a_passport_that_ends_in_the_stay_warns_and_is_saved(client, own):
    soon = max(own.cycle.arrival_on, TODAY) + timedelta(days=30)

    assert send(client, own, "person", passport_expires_on=soon.isoformat()).status_code == 302

    assert "expires before the stay can end" in words_of(client.get(address_of(own, "person")))
    assert faults_of(own) == []


def test_an_expired_passport_asks_until_when_the_new_one_follows(client, own):
    response = send(client, own, "person", passport_expires_on="2020-01-01")

    assert list(response.context["form"].errors) == ["passport_expires_on"]


def test_number_is_encrypted_indexed_and_masked_on_every_other_page(client, own):
    send(client, own, "person", passport_number="ｘ１２ 34-567")

    own.trainee.refresh_from_db()
    assert own.trainee.passport_number == "X1234567"
    assert "X1234567" not in stored("passport_number", "trainees_trainee")
    assert own.trainee.passport_index == index_of("X1234567")
    assert "X1234567" in client.get(address_of(own, "person")).content.decode()
    page = client.get(address_of(own, "confirm")).content.decode()
    assert "X1234567" not in page
    assert "****4567" in page


def index_of(number: str) -> str:
    trainee = TraineeFactory(passport_number=number)
    trainee.index_passport()
    return trainee.passport_index


@pytest.mark.parametrize("typed", ["<b>", "123", "A" * 21, "\u202eX1234567", "=1+1", "X 12\x00345"])
def test_what_is_no_passport_number_is_refused(client, own, typed):
    response = send(client, own, "person", passport_number=typed)

    assert list(response.context["form"].errors) == ["passport_number"]


def promised(own: Application, days: int = 5) -> Application:
    type(own.trainee).objects.update(
        passport_number="",
        passport_index="",
        passport_expires_on=None,
        passport_promised_on=TODAY + timedelta(days=days),
    )
    return Application.objects.get(pk=own.pk)


def test_a_promised_passport_lets_the_dossier_be_submitted_and_stays_a_duty(client, own, person):
    day = (TODAY + timedelta(days=5)).isoformat()
    sent = send(client, own, "person", passport_number="", passport_promised_on=day)
    assert sent.status_code == 302
    assert client.post(address_of(own, "confirm")).status_code == 302

    [duty] = duties_of(person, TODAY)

    assert [duty.code, duty.due_on, duty.days_left(TODAY)] == [
        "give-passport",
        TODAY + timedelta(days=5),
        5,
    ]
    [overdue] = duties_of_all(TODAY + timedelta(days=6))
    assert overdue.days_left(TODAY + timedelta(days=6)) == -1


def test_on_the_day_after_a_promise_the_person_and_the_staff_are_shown_it(client, own, person):
    submit_application(promised(own, days=1), by=person)
    promised(own, days=-1)  # two days later
    version = DossierVersion.objects.get()
    version.data["person"]["passport_promised_on"] = (TODAY - timedelta(days=1)).isoformat()
    version.save(update_fields=["data"])

    [duty] = duties_of(person, TODAY)
    status = client.get(reverse("trainees:status")).content.decode()
    asked = client.get(reverse("trainees:passport", args=[own.public_id]))
    client.force_login(staff_member(language="en"))
    case = client.get(reverse("desk:application", args=[own.public_id]))

    assert (duty.code, duty.days_left(TODAY)) == ("give-passport", -1)
    assert "Give us the number of your passport" in status
    assert asked.status_code == 200
    assert "passport" in [row.rule.code for row in case.context["against"]]


def test_a_promise_that_was_not_kept_is_a_fault_of_the_dossier():
    application = promised(CompleteApplicationFactory(), days=-1)

    [(section, field, message)] = faults_of(application)

    assert [section, field] == ["person", "passport_number"]
    assert "was to follow by" in message


def test_a_promised_passport_is_given_once_after_the_submission(client, own, person):
    submit_application(promised(own), by=person)
    address = reverse("trainees:passport", args=[own.public_id])
    typed = {"passport_number": "B7654321", "passport_expires_on": "2099-01-01"}

    refused = client.post(address, {"passport_number": "", "passport_expires_on": ""})
    given = client.post(address, typed)
    again = client.post(address, {**typed, "passport_number": "C0000000"})

    own.trainee.refresh_from_db()
    assert [refused.status_code, given.status_code, again.status_code] == [422, 302, 302]
    assert [own.trainee.passport_number, own.trainee.passport_promised_on] == ["B7654321", None]
    assert duties_of(person, TODAY) == []


def test_a_promise_reaches_no_further_than_the_arrival(client, own):
    late = (own.cycle.arrival_on + timedelta(days=1)).isoformat()

    response = send(client, own, "person", passport_number="", passport_promised_on=late)

    assert list(response.context["form"].errors) == ["passport_promised_on"]


def test_staff_find_overdue_promises_and_never_the_whole_number(client, own):
    client.force_login(staff_member())
    number = client.get(reverse("admin:trainees_trainee_change", args=[own.trainee.pk]))
    promised(own, days=-1)

    listed = client.get(reverse("admin:trainees_trainee_changelist"), {"passport": "overdue"})
    known = client.get(reverse("admin:trainees_trainee_changelist"), {"passport": "known"})

    assert [listed.context["cl"].result_count, known.context["cl"].result_count] == [1, 0]
    assert "****4567" in number.content.decode()
    assert "X1234567" not in number.content.decode()


def test_withdrawn_and_closed_promises_ask_nobody():
    person = trainee_person()
    application = promised(application_of(person))
    Application.objects.update(state="withdrawn")

    assert duties_of(person, TODAY) == []
    assert application.trainee.passport_promised_on is not None
