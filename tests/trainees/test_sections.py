"""The sections of a dossier as people fill them in: progress, lines, checking and submitting."""

import threading
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from notices.models import Mail
from tests.factories import (
    ApplicationFactory,
    CompleteApplicationFactory,
    CycleFactory,
    application_of,
    trainee_person,
)
from tests.trainees.dossier import STEP_DATA, address_of, only_own_sections, send, words_of
from trainees import submission
from trainees.answers import progress_of
from trainees.forms import FORMS
from trainees.models import Consent, Education, FamilyMember, StayInJapan
from trainees.services import TraineeError, faults_of, submit_application
from trainees.steps import Step, register_step

pytestmark = pytest.mark.django_db


TODAY = timezone.localdate()


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

    assert "9 of 10 sections are complete" in words_of(page)
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
    with django_assert_max_num_queries(6 + 4):
        client.get(address_of(own, "confirm"))


# Check and submit -------------------------------------------------------------------------------


def test_second_device_is_told_that_it_was_submitted_already(client, own):
    first = client.post(address_of(own, "confirm"), {"agree": "on"})
    second = client.post(address_of(own, "confirm"), {"agree": "on"}, follow=True)

    assert first.status_code == 302
    assert "was already submitted on" in words_of(second)
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


# Going on with a list that is still empty --------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "typed", "missing"),
    [
        ("education", {"education-rows": "0"}, "Enter at least the last school"),
        ("japan", {"never_in_japan": "", "stayinjapan-rows": "0"}, "Name your earlier stays"),
    ],
)
def test_whoever_goes_on_is_told_what_the_section_lacks(client, own, step, typed, missing):
    Education.objects.filter(application=own).delete()

    after = client.get(send(client, own, step, **typed)["Location"])

    assert "was saved, but it is not complete" in words_of(after)
    assert missing in words_of(after)


@pytest.mark.parametrize("step", list(FORMS))
def test_whoever_goes_on_with_a_complete_section_is_told_nothing(client, own, step):
    after = client.get(send(client, own, step)["Location"])

    assert "is not complete" not in words_of(after)
