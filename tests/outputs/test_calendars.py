"""The calendar feed: the form of RFC 5545, a secret address, and nobody else's days."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from schedule import calendars
from schedule.calendars import address_of, calendar_of, feed_of, renew_feed, token_of
from schedule.ics import Entry, calendar_file, escaped, folded
from schedule.models import CalendarFeed
from tests.factories import application_of, coordinator_of, submit_deadline, trainee_person


def lines_of(content: bytes) -> list[str]:
    """The content lines, unfolded."""
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_lines_are_folded_at_75_bytes_and_no_character_is_torn():
    long = "SUMMARY:" + "研修" * 60 + "Ω𠮷é" * 20

    parts = folded(long).split("\r\n")

    assert all(len(part.encode()) <= 75 for part in parts)
    assert all(part.startswith(" ") for part in parts[1:])
    assert "".join([parts[0], *(part[1:] for part in parts[1:])]) == long


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a;b,c\\d", "a\\;b\\,c\\\\d"),
        ("one\r\ntwo\nthree", "one\\ntwo\\nthree"),
        ("x\r\nBEGIN:VEVENT", "x\\nBEGIN:VEVENT"),
        ("bell\x07", "bell"),
        ("tab\there", "tab\there"),
    ],
)
def test_text_is_escaped_and_opens_no_line_of_its_own(text, written):
    assert escaped(text) == written


def test_whole_days_end_on_the_day_after():
    entry = Entry("x", date(2027, 3, 31), date(2027, 3, 31), "Papers; all, of them")
    made = datetime(2027, 1, 1, 12, tzinfo=UTC)

    content = calendar_file([entry], name="N", host="h.example", made_at=made, language="en")

    lines = lines_of(content)
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert lines[:4] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//LGOTP portal//calendar//EN",
        "CALSCALE:GREGORIAN",
    ]
    for line in (
        "UID:x@h.example",
        "DTSTAMP:20270101T120000Z",
        "DTSTART;VALUE=DATE:20270331",
        "DTEND;VALUE=DATE:20270401",
        "SUMMARY;LANGUAGE=en:Papers\\; all\\, of them",
    ):
        assert line in lines


@pytest.fixture
def person(db):
    return trainee_person(email="suryani@example.org")


@pytest.fixture
def feed(person):
    return renew_feed(person, number=0)


def read(token: str):
    return Client().get(reverse("calendar", args=[token]))


def test_the_feed_holds_what_is_to_be_done_with_stable_names(person, feed):
    own = application_of(person)
    submit_deadline(own.cycle, timezone.localdate() + timedelta(days=5))

    answer = read(token_of(feed))

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    first = lines_of(answer.content)
    assert "SUMMARY;LANGUAGE=en:Complete and submit your application" in first
    again = lines_of(read(token_of(feed)).content)
    uids = [line for line in first if line.startswith("UID:")]
    assert uids
    assert uids == [line for line in again if line.startswith("UID:")]


def test_a_submitted_application_shows_the_day_of_the_decision(person, feed):
    own = application_of(person, state="submitted", submitted_at=timezone.now())
    phase = own.cycle.phases.filter(kind="recruitment").first()
    if phase is None:
        day = timezone.localdate() + timedelta(days=60)
        own.cycle.phases.create(kind="recruitment", starts_on=day, ends_on=day)
    else:
        phase.starts_on = phase.ends_on = timezone.localdate() + timedelta(days=60)
        phase.save()

    content = calendar_of(person, timezone.localdate()).decode()

    assert "Decision on your placement" in content


def test_nobody_else_stands_in_it(person, feed):
    application_of(person)
    other = trainee_person(name="Zzyzx Other", email="other@example.org")
    theirs = application_of(other)
    submit_deadline(theirs.cycle, timezone.localdate() + timedelta(days=5))

    content = read(token_of(feed)).content.decode()

    for foreign in ("Zzyzx", "other@", theirs.public_id.hex, str(theirs.public_id)):
        assert foreign not in content
    assert person.name not in content


def test_an_address_that_was_renewed_is_gone(person, feed):
    old = token_of(feed)
    client = Client()
    client.force_login(person)

    for _click in range(2):
        client.post(reverse("schedule:calendar"), {"number": feed.number})

    feed.refresh_from_db()
    assert feed.number == 2  # two clicks are one
    assert read(old).status_code == 404
    assert read(token_of(feed)).status_code == 200


def test_without_the_number_a_double_click_would_renew_twice(person, feed):
    """The control: asked without looking at the number, the second click ends the first's."""
    renew_feed(person, number=1)
    renew_feed(person, number=2)

    feed.refresh_from_db()
    assert feed.number == 3


@pytest.mark.parametrize("token", ["a" * 32, "x", "A" * 500])
def test_a_wrong_address_does_not_exist(feed, token):
    assert read(token).status_code == 404


def test_a_closed_account_has_no_calendar(person, feed):
    person.is_active = False
    person.save()

    assert read(token_of(feed)).status_code == 404


def test_the_database_alone_opens_no_calendar(feed, settings):
    """Row and hash are not the token, and under another key the address is another."""
    kept = " ".join(str(value) for value in CalendarFeed.objects.values_list().get())
    token = token_of(feed)

    assert token not in kept
    settings.SECRET_KEY = "another-key-of-the-portal"
    assert token_of(feed) != token
    assert feed_of(feed.user) is None  # the page offers to make a new one
    renewed = renew_feed(feed.user, number=feed.number)
    assert read(token_of(renewed)).status_code == 200


def test_the_page_shows_the_address_again(client, person):
    client.force_login(person)
    page = reverse("schedule:calendar")
    assert "Make my secret address" in client.get(page).content.decode()

    client.post(page, {"number": 0})

    feed = CalendarFeed.objects.get(user=person)
    for _look in range(2):
        assert address_of(feed) in client.get(page).content.decode()


def test_coordinators_have_a_calendar_too(db, client):
    from tests.factories import LocalGovernmentFactory

    user = coordinator_of(LocalGovernmentFactory())
    feed = renew_feed(user, number=0)

    assert read(token_of(feed)).status_code == 200
    assert re.search("X-WR-CALNAME;LANGUAGE=ja:", read(token_of(feed)).content.decode())
    assert calendars._sources
