"""The status page: where an application stands, what is to do, and until when."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from tests.factories import CycleFactory, application_of, staff_member
from tests.trainees.dossier import words_of
from trainees import status_views, timeline
from trainees.contacts import from_abroad
from trainees.models import Application
from trainees.services import return_application, submit_application
from trainees.usual import Usual
from trainees.withdrawals import withdraw_own

pytestmark = pytest.mark.django_db


FRAME_QUERIES = 4  # session, user, memberships, second factor


# Status ------------------------------------------------------------------------------------------


def test_status_asks_strangers_to_sign_in(client):
    response = client.get(reverse("trainees:status"))

    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


def test_status_without_an_application_says_what_will_come(client, person):
    client.force_login(person)

    response = client.get(reverse("trainees:status"))

    assert response.status_code == 200
    assert "No application belongs to your account yet." in words_of(response)


def test_status_of_a_draft_says_what_to_do_until_when(client, own):
    words = words_of(client.get(reverse("trainees:status")))

    assert "Please complete your application and submit it by" in words
    assert "3 days left" in words
    assert "until the end of the day in Japan (15:00 UTC)" in words
    assert own.case_number in words


def test_status_after_the_submission_says_that_nothing_is_to_do(client, own, person):
    submit_application(own, by=person)

    words = words_of(client.get(reverse("trainees:status")))

    assert "We are checking whether your application is complete." in words
    assert "today is day 1." in words
    assert "There is nothing for you to do now." in words
    assert "There are no earlier cases to compare with." in words


def test_status_of_a_returned_application_shows_the_comment(client, own, person):
    submit_application(own, by=person)
    return_application(own, reason="Please name your department.", by=staff_member())

    words = words_of(client.get(reverse("trainees:status")))

    assert "Please correct your application and submit it again by" in words
    assert "Please name your department." in words


def test_status_shows_the_host_once_an_app_above_says_so(client, own, monkeypatch):
    day = timezone.localdate()
    facts = {"decided_on": day, "host_name": "Hamamatsu City"}
    monkeypatch.setattr(timeline, "_providers", [lambda application: facts])
    Application.objects.update(state="frozen", submitted_at=timezone.now())

    words = words_of(client.get(reverse("trainees:status")))

    assert "Your host is Hamamatsu City." in words
    assert "How long this usually takes" not in words


def test_status_shows_the_next_step_of_an_app_above(client, own, monkeypatch):
    step = {"title": "Please send a copy of your passport.", "url": "/en/x/", "button": "Send it"}
    monkeypatch.setattr(timeline, "_providers", [lambda application: {"next_step": step}])
    Application.objects.update(state="frozen", submitted_at=timezone.now())

    words = words_of(client.get(reverse("trainees:status")))

    assert "Please send a copy of your passport." in words
    assert "There is nothing for you to do now." not in words


def test_status_prefers_the_application_that_was_not_withdrawn(client, own, person):
    newer = CycleFactory(fiscal_year=2099, programme=own.cycle.programme)
    application_of(person, cycle=newer, state="withdrawn")

    response = client.get(reverse("trainees:status"))

    assert response.context["application"] == own


@pytest.mark.parametrize("state", ["draft", "submitted", "frozen"])
def test_status_needs_four_queries(client, own, person, django_assert_max_num_queries, state):
    if state != "draft":
        Application.objects.update(state=state, submitted_at=timezone.now())
    for year in (2097, 2098):
        cycle = CycleFactory(fiscal_year=year, programme=own.cycle.programme)
        application_of(person, cycle=cycle, state="withdrawn")
    client.get(reverse("trainees:status"))

    with django_assert_max_num_queries(4 + FRAME_QUERIES):
        client.get(reverse("trainees:status"))


def test_status_speaks_japanese(client, own):
    with translation.override("ja"):
        address = reverse("trainees:status")

    response = client.get(address)

    assert response.status_code == 200
    assert 'lang="ja"' in response.content.decode()


def test_status_leads_to_consents_conditions_versions_and_papers(client, own, person):
    submit_application(own, by=person)

    page = client.get(reverse("trainees:status")).content.decode()

    for name in ("consents", "conditions", "versions", "documents"):
        assert f'href="{reverse(f"trainees:{name}", args=[own.public_id])}"' in page


def test_status_says_when_the_decision_usually_comes_where_no_more_is_known(
    client, own, person, monkeypatch
):
    submit_application(own, by=person)
    known = {"decided": Usual(cases=13, low=79, middle=80, high=85)}
    monkeypatch.setattr(status_views, "usual_steps", lambda application: known)

    context = client.get(reverse("trainees:status")).context

    assert context["is_of_decision"]
    assert (context["counted_from"], context["usual"]) == (1, known["decided"])
    assert context["scale"]["first"] == timezone.localdate() + timedelta(days=79)


def test_numbers_in_japan_are_shown_to_readers_abroad_as_they_dial_them():
    with translation.override("en"):
        assert from_abroad("03-0000-0000") == "+81-3-0000-0000"
        assert from_abroad("+65-6000-0100") == "+65-6000-0100"
    with translation.override("ja"):
        assert from_abroad("03-0000-0000") == "03-0000-0000"


def test_withdrawn_application_shows_no_plan_any_more(client, own, person):
    withdraw_own(own, reason="Family", by=person)

    way = client.get(reverse("trainees:status")).context["way"]

    assert [each["step"].code for each in way if not each["step"].is_done] == []


def test_whoever_has_something_to_do_does_not_read_that_there_is_nothing(
    client, own, person, monkeypatch
):
    submit_application(own, by=person)
    duty = SimpleNamespace(title="Send your passport", url="/x/", due_on=None, state_mark="none")
    assert "There is nothing for you to do now." in words_of(client.get(reverse("trainees:status")))

    monkeypatch.setattr(status_views, "duties_of", lambda user, on: [duty])

    words = words_of(client.get(reverse("trainees:status")))
    assert "Send your passport" in words
    assert "There is nothing for you to do now." not in words
