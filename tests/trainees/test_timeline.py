"""The way from the nomination to the return, computed from rows, dates and facts."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from tests.factories import ApplicationFactory, CycleFactory
from trainees import timeline
from trainees.models import Application, ApplicationMove
from trainees.timeline import (
    facts_of,
    is_over,
    standing_of,
    steps_of,
    timeline_fact,
)
from trainees.usual import Usual, usual_of, usual_steps

pytestmark = pytest.mark.django_db

SUBMITTED = datetime(2026, 12, 24, 12, 0, tzinfo=timezone.get_default_timezone())
PLACED = {"decided_on": date(2027, 2, 19), "host_name": "Hamamatsu City"}


@pytest.fixture
def no_other_facts(monkeypatch):
    monkeypatch.setattr(timeline, "_providers", [])


def _application(state: str = "submitted", **fields) -> Application:
    moment = None if state == "draft" else SUBMITTED
    made = ApplicationFactory(state=state, submitted_at=moment, cycle__fiscal_year=2027, **fields)
    if moment:
        made.moves.create(from_state="draft", to_state="submitted", at=SUBMITTED)
    return Application.objects.with_names().with_since().get(pk=made.pk)


def _phases(application: Application):
    return {phase.kind: phase for phase in application.cycle.phases.all()}


def _current(application: Application, facts: dict, on: date) -> str | None:
    steps = steps_of(application, facts, _phases(application), on)
    return next((step.code for step in steps if step.is_current), None)


@pytest.mark.parametrize(
    ("state", "facts", "on", "expected"),
    [
        ("draft", {}, date(2026, 12, 5), "submitted"),
        ("returned", {}, date(2026, 12, 5), "submitted"),
        ("submitted", {}, date(2026, 12, 28), "reviewed"),
        ("complete", {}, date(2026, 12, 28), "reviewed"),
        ("frozen", {"reviewed": date(2027, 2, 5)}, date(2027, 2, 6), "decided"),
        ("frozen", PLACED, date(2027, 2, 19), "procedures"),
        ("frozen", PLACED, date(2027, 5, 17), "procedures"),
        ("frozen", PLACED, date(2027, 5, 18), "orientation"),
        ("frozen", PLACED | {"arrived_on": date(2027, 5, 16)}, date(2027, 5, 16), "orientation"),
        ("frozen", PLACED, date(2027, 5, 20), "group_training"),
        ("frozen", PLACED, date(2027, 6, 24), "specialised"),
        ("frozen", PLACED | {"ends_on": date(2027, 12, 16)}, date(2027, 12, 16), "specialised"),
        ("frozen", PLACED | {"ends_on": date(2027, 12, 16)}, date(2027, 12, 17), None),
        ("frozen", {"is_over": True}, date(2027, 3, 1), None),
        ("withdrawn", {}, date(2027, 3, 1), None),
    ],
)
def test_the_present_step_follows_from_state_facts_and_day(state, facts, on, expected):
    assert _current(_application(state), facts, on) == expected


def test_days_of_the_cycle_do_not_pass_for_somebody_who_was_not_placed():
    application = _application("frozen")

    steps = steps_of(application, {}, _phases(application), date(2028, 6, 1))

    assert [step.code for step in steps if step.is_done] == ["nominated", "submitted"]


def test_steps_carry_the_days_of_the_cycle_and_of_the_stay():
    application = _application("frozen")
    facts = PLACED | {
        "nominated_on": date(2026, 12, 3),
        "confirmed_on": date(2026, 12, 4),
        "ends_on": date(2027, 12, 16),
        "theme": "Waste reduction",
    }

    steps = steps_of(application, facts, _phases(application), date(2027, 3, 2))

    assert [(step.code, step.first, step.last) for step in steps] == [
        ("nominated", date(2026, 12, 3), None),
        ("submitted", SUBMITTED, None),
        ("reviewed", None, None),
        ("decided", date(2027, 2, 19), None),
        ("procedures", date(2027, 3, 1), date(2027, 5, 14)),
        ("arrival", date(2027, 5, 17), None),
        ("orientation", date(2027, 5, 17), date(2027, 5, 19)),
        ("group_training", date(2027, 5, 20), date(2027, 6, 23)),
        ("specialised", date(2027, 6, 24), date(2027, 12, 16)),
        ("return", None, date(2027, 12, 16)),
    ]
    texts = {step.code: step.text for step in steps}
    assert [texts["nominated"], texts["decided"], texts["specialised"]] == [
        "By Bandung City. You confirmed it on 4 December 2026.",
        "Your host is Hamamatsu City.",
        "Waste reduction",
    ]


def test_host_stays_unsaid_before_the_decision_is_told():
    application = _application("frozen")
    facts = {"host_name": "Hamamatsu City", "theme": "Waste reduction"}

    steps = steps_of(application, facts, _phases(application), date(2027, 3, 2))

    assert not [step for step in steps if "Hamamatsu" in step.text or "Waste" in step.text]


def test_way_is_shown_without_any_phase():
    application = _application("draft", cycle__days=False)

    assert len(steps_of(application, {}, {}, date(2026, 12, 1))) == 10


def test_facts_of_several_apps_add_up(no_other_facts):
    @timeline_fact
    def placements(application):
        return {"decided_on": date(2027, 2, 19), "host_name": ""}

    @timeline_fact
    def stays(application):
        return {"arrived_on": date(2027, 5, 17), "decided_on": None}

    assert facts_of(_application()) == {
        "decided_on": date(2027, 2, 19),
        "arrived_on": date(2027, 5, 17),
    }


@pytest.mark.parametrize(
    ("state", "facts", "sentence"),
    [
        ("draft", {}, "Your application is not submitted yet."),
        ("returned", {}, "Your application came back to you."),
        ("submitted", {}, "We are checking whether your application is complete."),
        ("complete", {}, "Your application is complete and waits for the review."),
        ("frozen", {}, "Your application is being reviewed."),
        ("withdrawn", {}, "Your application has been withdrawn."),
        ("frozen", PLACED, "Your placement has been decided. Now: Entry procedures."),
        ("frozen", {"is_over": True}, "This cycle has ended for you."),
        ("frozen", {"standing": "You are on the waiting list."}, "You are on the waiting list."),
    ],
)
def test_where_it_stands_is_one_sentence(state, facts, sentence):
    application = _application(state)
    phases = _phases(application)
    steps = steps_of(application, facts, phases, date(2027, 3, 2))

    assert standing_of(application, facts, steps, phases).sentence == sentence


def test_standing_counts_its_days_from_the_last_move():
    application = _application("submitted")
    phases = _phases(application)
    steps = steps_of(application, {}, phases, date(2026, 12, 24))

    standing = standing_of(application, {}, steps, phases)

    assert standing.since == date(2026, 12, 24)
    assert [standing.day(date(2026, 12, 24)), standing.day(date(2027, 1, 1))] == [1, 9]
    assert standing.holder == application.cycle.programme.operator.name_en


def test_called_off_cycle_is_said_before_all_else():
    application = _application("submitted", cycle__state="called_off")

    assert is_over(application, {})
    standing = standing_of(application, {}, [], _phases(application))
    assert standing.sentence == "This cycle has been called off."


def test_four_cases_say_nothing():
    assert usual_of([10, 20, 30, 40]) == Usual(cases=4)
    assert not usual_of([10, 20, 30, 40]).is_known


def test_usual_days_are_the_middle_of_the_cases():
    usual = usual_of(list(range(1, 12)))

    assert usual == Usual(cases=11, low=2, middle=6, high=10)


def _case(cycle, days: int, left_to: str = "complete") -> None:
    case = ApplicationFactory(cycle=cycle, state=left_to, submitted_at=SUBMITTED)
    begin = SUBMITTED - timedelta(days=400)
    rows = [("draft", "submitted", begin), ("submitted", left_to, begin + timedelta(days=days))]
    for before, after, at in rows:
        ApplicationMove.objects.create(application=case, from_state=before, to_state=after, at=at)


def test_usual_days_come_from_earlier_cycles_of_the_programme(django_assert_num_queries):
    application = _application("submitted")
    programme = application.cycle.programme
    earlier = CycleFactory(programme=programme, fiscal_year=2026)
    for days in (10, 12, 14, 16, 18):
        _case(earlier, days)
    _case(earlier, 90, "withdrawn")
    _case(CycleFactory(programme=programme, fiscal_year=2028), 90)
    _case(CycleFactory(programme__code="other", fiscal_year=2026), 90)

    with django_assert_num_queries(1):
        usual = usual_steps(application)["submitted"]

    assert usual == Usual(cases=5, low=11, middle=14, high=17)


def test_usual_days_of_the_first_cycle_are_unknown():
    usual = usual_steps(_application("submitted"))

    assert usual.get("submitted", Usual(cases=0)) == Usual(cases=0)


def test_plan_of_the_decisions_is_named_until_the_decision():
    application = _application("frozen")
    phases = _phases(application)

    before = standing_of(application, {}, [], phases)
    after = standing_of(application, PLACED, [], phases)

    assert before.outlook == "The decisions of this cycle are planned by 26 February 2027."
    assert after.outlook == ""


def test_draft_in_a_closed_cycle_asks_for_nothing():
    application = _application("draft", cycle__state="closed")

    assert is_over(application, {})
    standing = standing_of(application, {}, [], _phases(application))
    assert standing.sentence == "This cycle is closed. Your application was not submitted."


def test_a_draft_lies_with_the_person_since_they_confirmed_it():
    application = _application("draft")
    facts = {"confirmed_on": date(2026, 12, 3)}
    steps = steps_of(application, facts, _phases(application), date(2026, 12, 5))

    standing = standing_of(application, facts, steps, _phases(application))

    assert standing.is_yours
    assert standing.day(date(2026, 12, 5)) == 3


def test_the_step_of_the_application_names_its_last_day():
    application = _application("draft")
    facts = {"submit_by": date(2026, 12, 24)}
    steps = steps_of(application, facts, _phases(application), date(2026, 12, 5))

    assert {step.code: step.last for step in steps}["submitted"] == date(2026, 12, 24)


def test_after_the_return_nothing_comes_next():
    application = _application("frozen")
    facts = PLACED | {"returned_on": date(2027, 12, 16), "outlook": "Send your papers."}
    facts |= {"arrived_on": date(2027, 5, 16), "starts_on": date(2027, 5, 17)}
    steps = steps_of(application, facts, _phases(application), date(2029, 1, 1))

    standing = standing_of(application, facts, steps, _phases(application))

    assert (standing.outlook, standing.since) == ("", date(2027, 12, 16))


def test_days_that_fall_together_are_one_number():
    with translation.override("en"):
        assert Usual(9, 85, 85, 85).words == "85 days"
        assert Usual(9, 79, 80, 80).words == "79 to 80 days"
        assert Usual(9, 1, 1, 1).words == "1 day"
