"""A training programme laid out over its weeks and hours."""

from datetime import date, time
from itertools import pairwise

import pytest

from hosts.models import Contribution, TrainingProgramme, TrainingUnit
from hosts.outline import Outline, lay_out
from hosts.timetable import week_picture, year_picture

THURSDAY = date(2027, 6, 24)


def unit(name: str = "単元", **fields) -> TrainingUnit:
    return TrainingUnit(**{"name_ja": name, "weeks": 4, "hours_per_week": 10, **fields})


def outline(*units: TrainingUnit, **fields) -> Outline:
    programme = fields.pop("programme", TrainingProgramme())
    whole = {"contributions": [], "starts_on": THURSDAY, **fields}
    return Outline(programme, list(units), **whole)


def test_a_unit_without_a_first_week_follows_the_one_before():
    laid = lay_out([unit(), unit(weeks=2), unit(first_week=3), unit(weeks=1)])

    assert [(each.first_week, each.last_week) for each in laid] == [(1, 4), (5, 6), (3, 6), (7, 7)]


def test_the_first_week_is_the_calendar_week_of_the_first_day():
    found = outline(unit(weeks=2))

    assert found.monday(1) == date(2027, 6, 21)
    assert found.days_of(found.laid[0]) == (THURSDAY, date(2027, 7, 2))
    assert found.ends_on == date(2027, 7, 2)
    assert found.first_whole_week == 2


def test_without_a_first_day_nothing_is_dated():
    found = outline(unit(), starts_on=None)

    assert (found.monday(1), found.ends_on, found.months) == (None, None, None)
    assert year_picture(found).days_off == []
    assert [column.on for column in week_picture(found, 1).columns] == [None] * 5


def test_the_busiest_week_counts_the_units_of_that_week_and_what_is_given():
    given = [Contribution(kind="schools", what_ja="授業", hours_per_week=2)]
    found = outline(unit(), unit(first_week=4, hours_per_week=20), contributions=given)

    assert (found.busiest_week, found.busiest_hours) == (4, 32)


@pytest.mark.parametrize(("hours", "is_impossible"), [(30, False), (31, True)])
def test_more_than_sixty_hours_a_week_are_impossible(hours, is_impossible):
    found = outline(unit(first_week=1, hours_per_week=30), unit(first_week=1, hours_per_week=hours))

    assert found.is_impossible is is_impossible


def timed(name: str, days: str, starts: int, ends: int, **fields) -> TrainingUnit:
    return unit(name, days=days, starts_at=time(starts), ends_at=time(ends), **fields)


@pytest.mark.parametrize(
    ("other", "meet"),
    [
        (timed("B", "0", 11, 13, first_week=1), True),
        (timed("B", "0", 12, 13, first_week=1), False),
        (timed("B", "1", 9, 12, first_week=1), False),
        (timed("B", "0", 9, 12, first_week=5), False),
        (timed("B", "", 9, 12, first_week=1), True),
        (unit("B", first_week=1), False),
    ],
)
def test_parts_overlap_at_the_same_time_of_the_same_day_of_the_same_weeks(other, meet):
    found = outline(timed("A", "0", 9, 12), other).overlaps()

    assert [(str(each.one), str(each.other)) for each in found] == ([("A", "B")] if meet else [])


def test_holidays_and_the_turn_of_the_year_are_days_off_only_where_they_are_kept():
    sea, turn = date(2027, 7, 19), date(2027, 12, 30)
    kept, worked = outline(), outline(programme=TrainingProgramme(keeps_holidays=False))

    assert kept.closed_name(sea) == "海の日"
    assert kept.closed_name(turn) == ""
    assert kept.is_off(sea)
    assert (worked.closed_name(sea), worked.closed_name(turn)) == (None, None)


def test_the_year_marks_months_the_fiscal_year_holidays_and_the_end_of_the_stay():
    picture = year_picture(outline(unit(weeks=45), latest=date(2028, 5, 16)))

    labels = [tick.label for tick in picture.ticks]
    assert "FY2028" in labels
    assert labels.index("FY2028") < labels.index("Apr")
    assert {"Marine Day", "turn of the year"} <= {day.name for day in picture.days_off}
    assert picture.ends_x is not None
    assert picture.ends_x > picture.bars[0].x + picture.bars[0].width


def test_hours_without_times_are_laid_evenly_around_the_break_and_what_is_fixed():
    fixed = timed("A", "0", 9, 12, hours_per_week=3)
    picture = week_picture(outline(fixed, unit("B", first_week=1, hours_per_week=20)), 2)

    minutes = {column.day: 0 for column in picture.columns}
    for block in picture.blocks:
        if str(block.part) == "B":
            minutes[block.day] += block.ends - block.starts
            assert not (block.starts < 13 * 60 and block.ends > 12 * 60)
            assert block.day != 0 or block.starts >= 13 * 60 or block.ends <= 9 * 60
    assert sum(minutes.values()) == 20 * 60
    assert max(minutes.values()) - min(minutes.values()) <= 90
    assert picture.unplaced == []


def test_hours_beyond_the_working_hours_are_named():
    whole = unit("A", hours_per_week=45)

    ((part, left),) = week_picture(outline(whole), 2).unplaced

    assert (part, left) == (whole, 45 * 60 - 38 * 60 - 45)


def test_no_two_blocks_of_the_week_lie_on_each_other():
    units = [unit(str(n), first_week=1, hours_per_week=9, days=day) for n, day in enumerate("0123")]
    picture = week_picture(outline(*units, unit("z", first_week=1, hours_per_week=8)), 2)

    for column in picture.columns:
        spans = sorted((block.starts, block.ends) for block in column.blocks)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_a_holiday_of_the_week_is_named_and_empty():
    picture = week_picture(outline(unit(weeks=8)), 5)  # 19 July 2027

    assert picture.columns[0].closed == "Marine Day"
    assert picture.columns[0].blocks == []
    assert picture.columns[1].blocks
