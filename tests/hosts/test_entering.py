"""Answers that came by paper, telephone or mail, and were entered for the government."""

from datetime import date

import pytest

from hosts.entering import end_entry, start_entry
from hosts.models import SurveyAnswer
from hosts.permissions import can_edit
from hosts.services import HostError, return_answer, submit_no_demand
from notices.models import Mail
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    SurveyAnswerFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)
from tests.hosts.views.ground import friday  # noqa: F401

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 19)


@pytest.fixture
def answer() -> SurveyAnswer:
    return SurveyAnswerFactory(survey=DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2027)))


@pytest.fixture
def staff():
    return staff_member(name="森田 里穂")


def test_staff_may_fill_in_an_answer_only_while_they_enter_it(answer, staff):
    assert not can_edit(staff, answer)

    start_entry(answer, "paper", DAY, "郵送で受領", staff)

    assert can_edit(staff, answer)
    assert (answer.channel, answer.entered_by, answer.entered_note) == (
        "paper",
        staff,
        "郵送で受領",
    )
    event = answer.events.get()
    assert (event.kind, event.channel, event.day, event.by) == (
        "entry_started",
        "paper",
        DAY,
        staff,
    )


def test_the_relay_enters_for_its_own_towns_only(answer):
    officer, other = relay_officer_of(answer.relay), relay_officer_of(SurveyAnswerFactory().relay)

    with pytest.raises(HostError):
        start_entry(answer, "telephone", DAY, "電話", other)
    with pytest.raises(HostError):
        start_entry(answer, "telephone", DAY, "電話", coordinator_of(answer.government))
    start_entry(answer, "telephone", DAY, "電話", officer)

    assert can_edit(officer, answer)
    assert not can_edit(other, answer)


@pytest.mark.parametrize(
    ("channel", "day", "note"),
    [
        ("portal", DAY, "x"),
        ("spreadsheet", DAY, "x"),
        ("pigeon", DAY, "x"),
        ("paper", date(2026, 11, 21), "x"),
        ("paper", DAY, "  "),
        ("paper", DAY, "長" * 301),
    ],
)
def test_an_entry_says_how_and_when_the_answer_came(answer, staff, channel, day, note):
    with pytest.raises(HostError):
        start_entry(answer, channel, day, note, staff)

    assert answer.events.count() == 0
    assert SurveyAnswer.objects.get().channel == "portal"


def test_the_same_entry_twice_is_one(answer, staff):
    start_entry(answer, "paper", DAY, "郵送", staff)
    start_entry(answer, "paper", DAY, "郵送", staff)

    assert answer.events.count() == 1


def test_what_was_submitted_is_not_entered_anew(answer, staff):
    submit_no_demand(answer, reason="", by=coordinator_of(answer.government))

    with pytest.raises(HostError):
        start_entry(answer, "paper", DAY, "郵送", staff)


def test_the_coordinators_are_told_that_it_was_entered_for_them(answer, staff):
    coordinator = coordinator_of(answer.government, language="en")
    officer = relay_officer_of(answer.relay)
    start_entry(answer, "telephone", DAY, "電話", staff)

    submit_no_demand(answer, reason="", by=staff)

    answer.refresh_from_db()
    assert (answer.submitted_by, answer.state) == (staff, "submitted")
    assert {mail.to for mail in Mail.objects.all()} == {coordinator.email, officer.email}
    receipt = Mail.objects.get(to=coordinator.email)
    assert "It was entered for you by 森田 里穂 from what you sent (by telephone)." in receipt.body


def test_a_government_that_answers_itself_gets_the_receipt_as_ever(answer):
    coordinator = coordinator_of(answer.government, language="en")

    submit_no_demand(answer, reason="", by=coordinator)

    assert "entered for you" not in Mail.objects.get(purpose="survey_receipt").body


def test_an_entry_given_back_leaves_what_was_typed_to_the_coordinators(answer, staff):
    start_entry(answer, "paper", DAY, "郵送", staff)

    end_entry(answer, by=staff)
    end_entry(answer, by=staff)

    assert not can_edit(staff, answer)
    assert (answer.channel, answer.entered_by, answer.entered_note) == ("portal", None, "")
    assert [each.kind for each in answer.events.all()] == ["entry_started", "entry_ended"]


def test_a_returned_answer_keeps_its_mark_until_it_is_given_back(answer, staff):
    start_entry(answer, "paper", DAY, "郵送", staff)
    submit_no_demand(answer, reason="", by=staff)
    return_answer(answer, reason="理由", by=staff)

    assert can_edit(staff, answer)
    end_entry(answer, by=staff)
    assert not can_edit(staff, answer)
    assert answer.versions.get().contents["channel"] == "paper"
