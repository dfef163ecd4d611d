from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from hosts.models import DemandSurvey, SurveyAnswer
from japan.business_days import is_business_day
from schedule import openers
from schedule.lgotp import DEADLINES, PHASES, ensure_lgotp
from schedule.models import Cycle, Deadline, Phase, PhaseKind, PhaseTemplate, Programme, TemplateDay
from schedule.services import ScheduleError, next_fiscal_year, open_cycle
from tests.factories import (
    CycleFactory,
    LocalGovernmentFactory,
    ProgrammeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_open_cycle_sets_every_phase_and_deadline_on_business_days():
    cycle = open_cycle(ensure_lgotp(), 2028)

    days = [day for phase in cycle.phases.all() for day in (phase.starts_on, phase.ends_on)]
    days += [deadline.due_on for deadline in cycle.deadlines.all()]
    assert (cycle.phases.count(), cycle.deadlines.count()) == (len(PHASES), len(DEADLINES))
    assert [day for day in days if not is_business_day(day)] == []


def test_open_cycle_moves_a_deadline_to_the_business_day_before():
    cycle = open_cycle(ensure_lgotp(), 2028)

    # 24 December 2027 is a Friday; 5 February 2028 a Saturday.
    due = dict(cycle.deadlines.values_list("code", "due_on"))
    assert (due["application"], due["review"]) == (date(2027, 12, 24), date(2028, 2, 4))


def test_open_cycle_asks_every_local_government():
    governments = [LocalGovernmentFactory(), LocalGovernmentFactory(valid_until=date(2020, 3, 31))]

    cycle = open_cycle(ensure_lgotp(), 2028)

    answers = SurveyAnswer.objects.filter(survey__cycle=cycle)
    asked = set(answers.values_list("government", flat=True))
    assert governments[0].pk in asked
    assert governments[1].pk not in asked


def test_open_cycle_notes_who_opened_it():
    user = UserFactory()

    assert open_cycle(ensure_lgotp(), 2028, by=user).opened_by == user


def test_open_cycle_twice_is_refused_and_changes_nothing():
    programme = ensure_lgotp()
    open_cycle(programme, 2028)

    with pytest.raises(ScheduleError):
        open_cycle(programme, 2028)

    assert (Cycle.objects.count(), DemandSurvey.objects.count()) == (1, 1)


@pytest.mark.parametrize("year", [1995, 2101, 0, -2028])
def test_open_cycle_refuses_a_year_out_of_reach(year: int):
    with pytest.raises(ScheduleError):
        open_cycle(ensure_lgotp(), year)

    assert not Cycle.objects.exists()


def test_open_cycle_refuses_a_programme_that_has_ended():
    programme = ensure_lgotp()
    Programme.objects.update(ended_on=date(2026, 3, 31))

    with pytest.raises(ScheduleError):
        open_cycle(programme, 2027, on=date(2026, 4, 1))

    assert open_cycle(programme, 2027, on=date(2026, 3, 31)).fiscal_year == 2027


@pytest.mark.parametrize("on", [date(2027, 4, 1), date(2028, 3, 31)])
def test_open_cycle_refuses_a_fiscal_year_that_is_over(on: date):
    programme = ensure_lgotp()

    with pytest.raises(ScheduleError, match="2026 is over"):
        open_cycle(programme, 2026, on=on)

    assert not Cycle.objects.exists()
    assert open_cycle(programme, 2027, on=on).fiscal_year == 2027


def test_open_cycle_takes_a_year_of_the_past_where_no_day_is_named():
    assert open_cycle(ensure_lgotp(), 2020).fiscal_year == 2020


def test_open_cycle_needs_an_arrival_day():
    programme = ensure_lgotp()
    programme.phase_templates.filter(kind=PhaseKind.ARRIVAL).delete()

    with pytest.raises(ScheduleError):
        open_cycle(programme, 2028)

    assert not Cycle.objects.exists()


def test_open_cycle_is_all_or_nothing(monkeypatch: pytest.MonkeyPatch):
    def fail(cycle: Cycle) -> None:
        raise RuntimeError("an upper app cannot open its part")

    monkeypatch.setattr(openers, "_openers", [*openers._openers, fail])
    programme = ensure_lgotp()

    with pytest.raises(RuntimeError):
        open_cycle(programme, 2028)

    counts = [model.objects.count() for model in (Cycle, Phase, Deadline, DemandSurvey)]
    assert counts == [0, 0, 0, 0]


@pytest.mark.django_db(transaction=True)
def test_two_openings_at_once_make_one_cycle():
    programme = ensure_lgotp()
    start, outcomes = Barrier(2), []

    def run():
        try:
            start.wait()
            open_cycle(programme, 2028)
            outcomes.append("open")
        except ScheduleError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=run) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["open", "refused"]
    assert Cycle.objects.count() == 1


@pytest.mark.parametrize(
    ("opened", "on", "expected"),
    [
        ([], date(2026, 11, 22), 2027),
        ([], date(2027, 3, 31), 2027),
        ([], date(2027, 4, 1), 2028),
        ([2027], date(2026, 11, 22), 2028),
        ([2020], date(2026, 11, 22), 2027),
    ],
)
def test_next_fiscal_year_follows_the_last_cycle(opened: list[int], on: date, expected: int):
    programme = ProgrammeFactory()
    for year in opened:
        CycleFactory(programme=programme, fiscal_year=year)

    assert next_fiscal_year(programme, on=on) == expected


@given(
    year=st.integers(1996, 2100),
    offset=st.integers(-1, 1),
    month=st.integers(1, 12),
    day=st.integers(1, 31),
)
def test_a_usual_day_is_a_day_of_its_month_in_every_year(
    year: int, offset: int, month: int, day: int
):
    template: TemplateDay = PhaseTemplate(year_offset=offset, month=month, day=day, days=1)

    found = template.day_in(year)

    assert (found.year, found.month) == (year + offset, month)
    assert found.day == day or found.day >= 28


def test_ensure_lgotp_leaves_what_staff_changed():
    ensure_lgotp()
    Programme.objects.update(contact_telephone="03-1111-1111")

    assert ensure_lgotp().contact_telephone == "03-1111-1111"
    assert Programme.objects.count() == 1
