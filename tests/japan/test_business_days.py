from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from japan import business_days
from japan.business_days import (
    business_days_between,
    holiday_name,
    is_business_day,
    next_business_day,
    previous_business_day,
    roll,
)

days = st.dates(date(1989, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), False),
        (date(2026, 9, 22), False),
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2026, 12, 31), False),
        (date(2024, 1, 3), False),
        (date(2024, 1, 4), True),
        (date(2019, 5, 1), False),
        (date(2019, 10, 22), False),
        (date(2027, 3, 22), False),
    ],
)
def test_is_business_day_knows_weekends_holidays_and_new_year(day, expected):
    assert is_business_day(day) is expected


def test_is_business_day_outside_the_known_years_counts_weekends_and_new_year():
    assert is_business_day(date(2150, 1, 1)) is False
    assert is_business_day(date(2150, 1, 10)) is False
    assert is_business_day(date(2150, 1, 12)) is True


def test_is_business_day_is_right_in_threads():
    business_days._holidays.cache_clear()
    new_years = [date(year, 2, 11) for year in range(1990, 2060)] * 4

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(is_business_day, new_years))

    assert answers == [False] * len(new_years)


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 22), date(2026, 11, 20), date(2026, 11, 24)),
        (date(2026, 12, 31), date(2026, 12, 28), date(2027, 1, 4)),
        (date(2026, 5, 4), date(2026, 5, 1), date(2026, 5, 7)),
    ],
)
def test_roll_moves_to_the_nearest_business_day(day, before, after):
    assert (roll(day, "before"), roll(day, "after")) == (before, after)


def test_roll_refuses_another_direction():
    with pytest.raises(ValueError, match="before or after"):
        roll(date(2026, 11, 20), "up")


@given(days)
def test_roll_gives_the_nearest_business_day(day):
    before, after = roll(day, "before"), roll(day, "after")

    assert is_business_day(before)
    assert is_business_day(after)
    assert before <= day <= after
    gap = [before + timedelta(days=n) for n in range(1, (after - before).days)]
    assert not any(map(is_business_day, gap))


@given(days)
def test_next_and_previous_business_day_are_neighbours(day):
    assert previous_business_day(day) < day < next_business_day(day)
    assert previous_business_day(next_business_day(day)) == roll(day, "before")


def test_business_days_between_counts_after_the_first_to_the_last():
    assert business_days_between(date(2026, 11, 20), date(2026, 11, 20)) == 0
    assert business_days_between(date(2026, 11, 20), date(2026, 11, 24)) == 1
    assert business_days_between(date(2026, 12, 28), date(2027, 1, 4)) == 1
    assert business_days_between(date(2027, 1, 4), date(2026, 12, 28)) == -1


@given(days, st.integers(0, 60), st.integers(0, 60))
def test_business_days_between_adds_up(day, first, second):
    middle = day + timedelta(days=first)
    last = middle + timedelta(days=second)

    total = business_days_between(day, middle) + business_days_between(middle, last)

    assert business_days_between(day, last) == total


def test_holiday_name_speaks_both_languages():
    day = date(2026, 11, 23)

    names = [holiday_name(day, language) for language in ("ja", "en", "en-gb")]

    assert names == ["勤労感謝の日", "Labor Thanksgiving Day", "Labor Thanksgiving Day"]
    assert holiday_name(date(2026, 11, 24), "ja") is None
