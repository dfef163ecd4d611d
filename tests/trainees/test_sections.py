"""The sections of a dossier as people fill them in: names, passport, consents, lines, progress."""

import re
import threading
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import FormDraft
from notices.models import Mail
from schedule.duties import duties_of, duties_of_all
from tests.factories import (
    ApplicationFactory,
    CompleteApplicationFactory,
    CycleFactory,
    OverseasOfficeFactory,
    TraineeFactory,
    application_of,
    member_of,
    staff_member,
    trainee_person,
)
from tests.trainees.dossier import STEP_DATA, address_of, only_own_sections, send
from trainees import submission
from trainees.answers import progress_of
from trainees.consents import give_consent, withdraw_consent
from trainees.forms import FORMS, needs
from trainees.health import QUESTIONS
from trainees.models import (
    Application,
    Consent,
    ConsentKind,
    ConsentText,
    Education,
    FamilyMember,
    HealthDeclaration,
    StayInJapan,
)
from trainees.services import TraineeError, faults_of, submit_application
from trainees.steps import Step, register_step
from trainees.versions import is_intact

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
HEALTH = {f"health_{code}": "no" for code in QUESTIONS}
AGREED = {"agree_needs": "yes", "dietary_needs": "No pork", "agree_health": "yes", **HEALTH}


@pytest.fixture
def person():
    return trainee_person(email="suryani@example.org")


@pytest.fixture
def own(person, client):
    client.force_login(person)
    return application_of(person)


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def stored(column: str, table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608 - names of our own
        return " ".join(str(row[0]) for row in cursor.fetchall())


# Registry ---------------------------------------------------------------------------------------


@pytest.fixture
def own_sections(monkeypatch):
    only_own_sections(monkeypatch)


@pytest.fixture
def a_section_from_above(own_sections):
    step = Step("above", "Wishes", 95, "trainees:status", lambda row: [("wish", "Enter a wish.")])
    register_step(SimpleNamespace(**vars(step), url=lambda row: "/wishes/"))
    return step


def test_a_section_of_an_app_above_is_counted_linked_and_needed(client, own, a_section_from_above):
    page = client.get(address_of(own, "confirm"))

    assert "9 of 10 sections are complete" in words(page)
    assert 'href="/wishes/#id_wish">Enter a wish.' in page.content.decode()
    with pytest.raises(TraineeError, match=r"Enter a wish\."):
        submit_application(own, by=own.trainee.user)
    assert send(client, own, "field")["Location"] == "/wishes/"


def test_progress_of_a_draft_counts_whole_sections_only(own_sections):
    application = ApplicationFactory(complete=False)
    whole = CompleteApplicationFactory()

    assert [(each.done, each.count) for each in map(progress_of, (application, whole))] == [
        (0, 9),
        (9, 9),
    ]


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
    preview = words(page).partition("How your name will be printed")[2]
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

    assert "expires before the stay can end" in words(client.get(address_of(own, "person")))
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


# Needs and health -------------------------------------------------------------------------------


def test_what_is_agreed_to_is_kept_encrypted_with_version_and_day(client, own):
    assert send(client, own, "needs", **AGREED).status_code == 302

    own.refresh_from_db()
    given = Consent.objects.filter(application=own).exclude(text__kind="sharing")
    assert sorted(given.values_list("text__kind", "text__version", "language")) == [
        ("health", 1, "en"),
        ("needs", 1, "en"),
    ]
    assert [own.dietary_needs, own.health.answers["allergy"]] == ["No pork", False]
    assert "No pork" not in stored("dietary_needs", "trainees_application")
    assert "allergy" not in stored("answers", "trainees_healthdeclaration")
    assert faults_of(Application.objects.get(pk=own.pk)) == []


def test_of_what_is_refused_nothing_is_kept_whatever_was_typed(client, own):
    typed = {**AGREED, "agree_needs": "no", "agree_health": "no", "health_details": "<b>secret"}

    assert send(client, own, "needs", **typed).status_code == 302

    own.refresh_from_db()
    assert [own.dietary_needs, own.declines_needs, own.declines_health] == ["", True, True]
    assert not HealthDeclaration.objects.exists()


def test_the_answer_is_needed_but_neither_answer_is(client, own):
    response = send(client, own, "needs", agree_needs="", agree_health="")

    assert sorted(response.context["form"].errors) == ["agree_health", "agree_needs"]


def test_yes_to_a_question_asks_what_it_is(client, own):
    response = send(client, own, "needs", **{**AGREED, "health_allergy": "yes"})

    assert list(response.context["form"].errors) == ["health_details"]


def drafted(client, own: Application) -> str:
    address = reverse("trainees:application_autosave", args=[own.public_id, "needs"])
    client.post(address, {**AGREED, "agree_needs": "", "agree_health": "no"})
    return str(FormDraft.objects.get().values)


def test_no_draft_keeps_what_was_not_agreed_to(client, own):
    assert "No pork" not in drafted(client, own)
    assert "health_allergy" not in drafted(client, own)


def test_a_draft_that_is_kept_whole_is_caught_control(client, own, monkeypatch):
    monkeypatch.setattr("trainees.steps.views.leave_out_what_needs_consent", lambda data: data)

    assert "No pork" in drafted(client, own)


def test_drafts_are_encrypted_in_the_database(client, own):
    address = reverse("trainees:application_autosave", args=[own.public_id, "person"])
    client.post(address, {"passport_number": "X7777777"})

    assert FormDraft.objects.get().values == {"passport_number": ["X7777777"]}
    assert "X7777777" not in stored('"values"', "accounts_formdraft")


def test_a_consent_taken_back_erases_the_declaration_also_after_the_submission(client, own, person):
    send(client, own, "needs", **AGREED)
    submit_application(own, by=person)
    page = words(client.get(reverse("trainees:consents", args=[own.public_id])))
    address = reverse("trainees:consent_withdraw", args=[own.public_id, "health"])

    client.post(address)
    client.post(address)

    own.refresh_from_db()
    consent = Consent.objects.get(application=own, text__kind="health")
    assert "version 1" in page
    assert [consent.withdrawn_at is not None, own.declines_health] == [True, True]
    assert not HealthDeclaration.objects.filter(application=own).exists()
    assert own.dietary_needs == "No pork"  # the other consent stands


def test_kept_versions_forget_it_too_and_still_prove_the_rest(client, own, person):
    send(client, own, "needs", **{**AGREED, "health_allergy": "yes", "health_details": "nuts"})
    submit_application(own, by=person)
    version = own.versions.get()
    assert ["nuts" in str(version.data), is_intact(version)] == [True, True]

    withdraw_consent(own, ConsentKind.HEALTH)
    withdraw_consent(own, ConsentKind.HEALTH)

    version.refresh_from_db()
    assert ["nuts" in str(version.data), "No pork" in str(version.data)] == [False, True]
    assert is_intact(version)
    withdraw_consent(own, ConsentKind.NEEDS)
    version.refresh_from_db()
    assert ["No pork" in str(version.data), is_intact(version)] == [False, True]
    version.data["person"]["passport_name"] = "Somebody Else"
    assert not is_intact(version)


def test_a_health_declaration_changed_in_a_version_is_noticed_control(client, own, person):
    send(client, own, "needs", **AGREED)
    submit_application(own, by=person)
    version = own.versions.get()

    version.data["health"]["answers"]["allergy"] = True

    assert not is_intact(version)


def test_the_use_of_the_data_is_taken_back_by_withdrawing_only(client, own):
    address = reverse("trainees:consent_withdraw", args=[own.public_id, "sharing"])

    assert client.post(address).status_code == 404


def test_a_new_version_is_agreed_to_beside_the_old_one(own):
    give_consent(own, ConsentKind.HEALTH, language="en")
    ConsentText.objects.create(
        kind="health", version=2, valid_from=TODAY, text_ja="新", text_en="New"
    )

    give_consent(own, ConsentKind.HEALTH, language="ja")
    give_consent(own, ConsentKind.HEALTH, language="ja")

    kept = Consent.objects.filter(application=own, text__kind="health")
    assert sorted(kept.values_list("text__version", "language")) == [(1, "en"), (2, "ja")]
    assert withdraw_consent(own, ConsentKind.HEALTH)
    assert not kept.filter(withdrawn_at__isnull=True).exists()


def test_an_office_reads_no_health_and_no_belief(client, own, person):
    send(client, own, "needs", **{**AGREED, "health_details": "asthma"})
    submit_application(own, by=person)
    office = OverseasOfficeFactory(countries=["ID"])
    client.force_login(member_of(office.organisation, "overseas_office"))

    page = words(client.get(own.get_absolute_url()))

    assert "Bandung Institute" in page
    assert "No pork" not in page
    assert "asthma" not in page


# Lines ------------------------------------------------------------------------------------------

SCHOOLS = {
    "education-rows": "3",
    "education-1-school": "First",
    "education-1-starts_on": "2008-09",
    "education-1-ends_on": "June 2012",
    "education-2-school": "",
    "education-3-school": "Third",
}


def test_lines_are_kept_in_order_and_empty_ones_are_none(client, own):
    send(client, own, "education", **SCHOOLS)
    send(client, own, "education", **SCHOOLS)

    rows = Education.objects.filter(application=own).values_list("order", "school", "ends_on")
    assert list(rows) == [(1, "First", date(2012, 6, 1)), (2, "Third", None)]


def test_a_line_that_is_emptied_is_gone(client, own):
    send(client, own, "education", **SCHOOLS)

    send(client, own, "education", **{**SCHOOLS, "education-1-school": "", "education-1-starts_on":
                                      "", "education-1-ends_on": ""})  # fmt: skip

    assert [row.school for row in Education.objects.filter(application=own)] == ["Third"]


def test_another_line_is_added_without_script_and_nothing_typed_is_lost(client, own):
    data = {**SCHOOLS, "version": str(own.version), "add": "education"}

    page = client.post(address_of(own, "education"), data)

    assert [page.status_code, len(page.context["rows"][0].forms)] == [200, 4]
    assert 'value="Third"' in page.content.decode()
    again = client.get(address_of(own, "education"))
    assert 'value="Third"' in again.content.decode()  # on another device, too


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"education-1-school": "<b>x</b>"}, "school"),
        ({"education-1-school": "", "education-1-degree": "BSc"}, "school"),
        ({"education-1-school": "x" * 201}, "school"),
        ({"education-1-school": "x", "education-1-starts_on": "2012-13"}, "starts_on"),
        ({"education-1-school": "x", "education-1-starts_on": "2012-05",
          "education-1-ends_on": "2011-05"}, "ends_on"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_refused_at_its_field_and_nothing_is_written(client, own, typed, field):
    response = send(client, own, "education", **typed)

    assert response.status_code == 422
    assert list(response.context["rows"][0].forms[0].errors) == [field]
    assert [row.school for row in Education.objects.filter(application=own)] == [
        "Bandung Institute"
    ]


@pytest.mark.parametrize("count", ["-1", "many", "9" * 50, "1000"])
def test_a_wrong_number_of_lines_does_no_harm(client, own, count):
    response = send(client, own, "education", **{"education-rows": count})

    assert response.status_code == 302
    assert Education.objects.filter(application=own).count() <= 1


def test_month_in_full_width_digits_and_era_days_are_read(client, own):
    stay = {
        "stayinjapan-rows": "1",
        "stayinjapan-1-starts_on": "令和元年7月1日",
        "stayinjapan-1-ends_on": "２０１９－０７－１４",
        "stayinjapan-1-purpose": "Visit",
    }
    assert send(client, own, "japan", never_in_japan="", **stay).status_code == 302

    row = StayInJapan.objects.get()
    assert [row.starts_on, row.ends_on] == [date(2019, 7, 1), date(2019, 7, 14)]


def test_never_and_a_stay_contradict_each_other(own):
    StayInJapan.objects.create(
        application=own, starts_on=TODAY, ends_on=TODAY, purpose="Visit", order=1
    )

    assert [field for _section, field, _text in faults_of(own)] == ["never_in_japan"]


def test_lines_of_another_person_cannot_be_named(client, own):
    other = FamilyMember.objects.create(
        application=ApplicationFactory(), name="Theirs", relation="child"
    )

    send(client, own, "contact", **{
        "familymember-rows": "1", "familymember-1-id": str(other.pk),
        "familymember-1-application": str(other.application_id),
        "familymember-1-name": "Mine", "familymember-1-relation": "spouse",
    })  # fmt: skip

    other.refresh_from_db()
    assert other.name == "Theirs"
    assert [row.name for row in own.familymember_lines.all()] == ["Mine"]


def test_sections_with_many_lines_need_no_more_queries(client, own, django_assert_max_num_queries):
    for order in range(2, 12):
        Education.objects.create(application=own, school=f"School {order}", order=order)
    client.get(address_of(own, "education"))

    for step in FORMS:
        with django_assert_max_num_queries(4 + 4):
            client.get(address_of(own, step))
    with django_assert_max_num_queries(8 + 4):  # papers and wishes are sections of their own
        client.get(address_of(own, "confirm"))


# Check and submit -------------------------------------------------------------------------------


def test_second_device_is_told_that_it_was_submitted_already(client, own):
    first = client.post(address_of(own, "confirm"), {"agree": "on"})
    second = client.post(address_of(own, "confirm"), {"agree": "on"}, follow=True)

    assert first.status_code == 302
    assert "was already submitted on" in words(second)
    assert [own.moves.count(), Mail.objects.count()] == [1, 1]


def test_nothing_is_submitted_without_the_consent(person):
    application = CompleteApplicationFactory(trainee__user=person)
    Consent.objects.all().delete()

    with pytest.raises(TraineeError, match="agree"):
        submit_application(application, by=person)


def test_what_follows_from_a_submission_is_done_with_it_or_takes_it_back(own, person):
    seen = []

    def follow(application, by):
        seen.append((application.state, by))
        raise TraineeError("No version could be kept.")

    submission.on_submission(follow)
    try:
        with pytest.raises(TraineeError, match="No version"):
            submit_application(own, by=person)
    finally:
        submission._followers.pop(f"{follow.__module__}.{follow.__qualname__}")

    own.refresh_from_db()
    assert [seen, own.state, Mail.objects.count()] == [[("submitted", person)], "draft", 0]


def test_withdrawn_and_closed_promises_ask_nobody():
    person = trainee_person()
    application = promised(application_of(person))
    Application.objects.update(state="withdrawn")

    assert duties_of(person, TODAY) == []
    assert application.trainee.passport_promised_on is not None


@pytest.mark.parametrize("step", list(FORMS))
def test_strangers_reach_no_section_passport_or_consent(client, step):
    client.force_login(trainee_person())
    foreign = CompleteApplicationFactory(cycle=CycleFactory())

    answers = [
        client.post(address_of(foreign, step), STEP_DATA[step]),
        client.get(reverse("trainees:passport", args=[foreign.public_id])),
        client.get(reverse("trainees:consents", args=[foreign.public_id])),
        client.post(reverse("trainees:consent_withdraw", args=[foreign.public_id, "health"])),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


def test_two_devices_submit_at_once_and_one_submission_is_made(transactional_db):
    person = trainee_person()
    application = application_of(person)
    barrier, errors = threading.Barrier(2), []

    def submit():
        try:
            barrier.wait(10)
            submit_application(application, by=person)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert [errors, application.moves.count(), Mail.objects.count()] == [[], 1, 1]


def test_withheld_questions_are_the_ones_of_the_form():
    assert set(needs.SAID[ConsentKind.HEALTH]) == {*HEALTH, "health_details"}


# Going on with a list that is still empty --------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "typed", "missing"),
    [
        ("education", {"education-rows": "0"}, "Enter at least the last school"),
        ("japan", {"never_refused": "on", "stayinjapan-rows": "0"}, "Name your earlier stays"),
    ],
)
def test_whoever_goes_on_is_told_what_the_section_lacks(client, person, step, typed, missing):
    client.force_login(person)
    application = application_of(person, complete=False)
    client.cookies["django_language"] = "en"

    response = client.post(address_of(application, step), typed | {"next": "1"}, follow=True)

    assert response.status_code == 200
    assert "was saved, but it is not complete" in words(response)
    assert missing in words(response)


def test_whoever_goes_on_with_a_complete_section_is_told_nothing(client, own):
    response = client.post(
        address_of(own, "education"), STEP_DATA["education"] | {"next": "1"}, follow=True
    )

    assert "is not complete" not in words(response)
