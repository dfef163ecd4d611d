from datetime import date

import pytest

from hosts.models import TrainingProgramme, TrainingUnit, UnitInstructor
from hosts.outline import Outline
from hosts.remarks import (
    remark_on_companies,
    remark_on_english,
    remark_on_hours,
    remark_on_instructors,
    remark_on_length,
)
from schedule.models import Programme


def unit(**fields) -> TrainingUnit:
    return TrainingUnit(**{"name_ja": "単元", "weeks": 8, "hours_per_week": 10, **fields})


def outline(*units: TrainingUnit, **fields) -> Outline:
    return Outline(TrainingProgramme(), units, **{"contributions": [], **fields})


@pytest.mark.parametrize(
    ("ends_on", "mark"),
    [(None, "none"), (date(2027, 12, 16), "done"), (date(2027, 8, 16), "late")],
)
def test_remark_on_length(ends_on, mark):
    assert remark_on_length(Programme(), date(2027, 5, 17), ends_on).mark == mark


@pytest.mark.parametrize(
    ("hours", "mark"),
    [
        ([], "none"),
        ([20, 18], "done"),
        ([20, 19], "late"),
        ([30, 30], "late"),
        ([30, 31], "stopped"),
    ],
)
def test_remark_on_hours_of_the_busiest_week(hours, mark):
    """The working hours of the portal's default make 38:45 a week."""
    units = [unit(hours_per_week=each, first_week=1) for each in hours]

    assert remark_on_hours(outline(*units)).mark == mark


@pytest.mark.parametrize(
    ("people", "is_named"),
    [
        ([], True),
        ([(None, True)], True),
        ([(4, True)], True),
        ([(5, False)], True),
        ([(4, False), (5, True)], False),
    ],
)
def test_remark_on_instructors_without_five_years_of_full_time_work(people, is_named):
    taught = unit()
    taught.people = [UnitInstructor(years=years, is_full_time=full) for years, full in people]

    assert (remark_on_instructors([taught]) is not None) is is_named


@pytest.mark.parametrize(("kind", "is_named"), [("own", False), ("company", True)])
def test_remark_on_companies(kind, is_named):
    assert (remark_on_companies([unit(site_kind=kind)]) is not None) is is_named


@pytest.mark.parametrize(("english", "mark"), [("", "half"), ("Unit", "done")])
def test_remark_on_english(english, mark):
    assert remark_on_english(outline(unit(name_en=english))).mark == mark
