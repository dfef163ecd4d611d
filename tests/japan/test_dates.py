from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from japan.dates import (
    age_on,
    end_of_stay,
    era,
    era_date,
    era_fiscal_year,
    era_year,
    fiscal_year,
    fiscal_year_end,
    fiscal_year_start,
    months_between,
    parse_date,
    weekday_ja,
)

days = st.dates(date(1989, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2027, 3, 31), 2026),
        (date(2027, 4, 1), 2027),
        (date(2027, 12, 31), 2027),
        (date(2028, 1, 1), 2027),
        (date(2028, 2, 29), 2027),
    ],
)
def test_fiscal_year_turns_on_1_april(day, year):
    assert fiscal_year(day) == year


@given(days)
def test_fiscal_year_holds_its_days(day):
    year = fiscal_year(day)

    assert fiscal_year_start(year) <= day <= fiscal_year_end(year)
    assert fiscal_year_end(year) + timedelta(days=1) == fiscal_year_start(year + 1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(1873, 1, 1), ("明治", 6)),
        (date(1912, 7, 29), ("明治", 45)),
        (date(1912, 7, 30), ("大正", 1)),
        (date(1926, 12, 24), ("大正", 15)),
        (date(1926, 12, 25), ("昭和", 1)),
        (date(1989, 1, 7), ("昭和", 64)),
        (date(1989, 1, 8), ("平成", 1)),
        (date(2019, 4, 30), ("平成", 31)),
        (date(2019, 5, 1), ("令和", 1)),
        (date(2027, 2, 19), ("令和", 9)),
    ],
)
def test_era_changes_on_the_day(day, expected):
    assert era(day) == expected


def test_era_refuses_days_before_the_calendar():
    with pytest.raises(ValueError, match="1 January 1873"):
        era(date(1872, 12, 31))


def test_era_date_writes_the_first_year_as_gannen():
    assert era_date(date(2019, 5, 1)) == "令和元年5月1日"
    assert era_date(date(2027, 2, 19)) == "令和9年2月19日"


@pytest.mark.parametrize(
    ("year", "on", "name"),
    [
        (2027, None, "令和9年度"),
        (2019, None, "令和元年度"),
        (2019, date(2019, 4, 1), "平成31年度"),
        (2019, date(2019, 4, 30), "平成31年度"),
        (2019, date(2019, 5, 1), "令和元年度"),
        (2019, date(2020, 3, 31), "令和元年度"),
        (2019, date(2018, 9, 1), "平成31年度"),
        (2018, date(2027, 1, 1), "平成30年度"),
        (1988, None, "昭和63年度"),
        (1988, date(1989, 3, 31), "昭和63年度"),
        (1989, None, "平成元年度"),
        (1926, None, "昭和元年度"),
        (1926, date(1926, 6, 1), "大正15年度"),
    ],
)
def test_era_fiscal_year_is_the_name_that_held_on_the_day(year, on, name):
    assert era_fiscal_year(year, on=on) == name


def test_era_year_is_the_name_at_the_end_of_the_year():
    assert [era_year(year) for year in (2018, 2019, 2027)] == [
        "平成30年度",
        "令和元年度",
        "令和9年度",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2027-05-02",
        "2027/5/2",
        "2027.5.2",
        "2027年5月2日",
        "2027年 5月 2日",
        "令和9年5月2日",
        "令和9.5.2",
        "R9.5.2",
        "r9/5/2",
        "R9-05-02",
        "２０２７／０５／０２",
        "令和９年５月２日",
        "Ｒ９．５．２",
        " 2027-05-02\n",
        "\u32ff9年5月2日",
    ],
)
def test_parse_date_reads_how_offices_write(text):
    assert parse_date(text) == date(2027, 5, 2)


@pytest.mark.parametrize("text", ["令和元年5月1日", "R元.5.1", "R1.5.1", "令和1年5月1日"])
def test_parse_date_reads_the_first_year(text):
    assert parse_date(text) == date(2019, 5, 1)


@pytest.mark.parametrize("text", ["05/02/2027", "25/12/2027", "5-2-2027", "05.02.27", "5 2 2027"])
def test_parse_date_refuses_a_date_with_the_year_last(text):
    with translation.override("en"), pytest.raises(ValueError) as error:
        parse_date(text)

    with translation.override("en"):
        assert str(error.value) == (
            f"“{text}” can be read in more than one way. "
            "Write the year first, for example 2027-05-02."
        )


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-29",
        "2027-13-01",
        "2027-04-31",
        "0000-01-01",
        "2027-00-10",
        "平成31年5月1日",
        "昭和64年1月8日",
        "令和元年4月30日",
        "明治5年12月31日",
        "R0.5.1",
    ],
)
def test_parse_date_refuses_a_day_that_never_was(text):
    with pytest.raises(ValueError) as error:
        parse_date(text)

    with translation.override("en"):
        assert str(error.value) == f"There is no such day as “{text}”."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2027",
        "2027-5",
        "2027/5-2",
        "2027-1 1-2",
        "20270502",
        "X9.5.2",
        "2027-05-02T00:00",
        "二〇二七年五月二日",
        "٢٠٢٧-٠٥-٠٢",
        "1" * 10_000,
    ],
)
def test_parse_date_refuses_what_is_no_date(text):
    with pytest.raises(ValueError) as error:
        parse_date(text)

    with translation.override("en"):
        assert str(error.value) == (
            "Enter a date with the year first, for example 2027-05-02 or 令和9年5月2日."
        )


@given(days)
def test_parse_date_reads_back_what_was_written(day):
    name, year = era(day)
    letter = {"昭和": "S", "平成": "H", "令和": "R"}[name]

    assert parse_date(era_date(day)) == day
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{letter}{year}.{day.month}.{day.day}") == day


@given(st.text(max_size=30))
def test_parse_date_gives_a_day_or_a_value_error(text):
    try:
        day = parse_date(text)
    except ValueError:
        return

    assert isinstance(day, date)


def test_weekday_ja_names_the_days():
    monday = date(2027, 5, 17)

    assert "".join(weekday_ja(monday + timedelta(days=n)) for n in range(7)) == "月火水木金土日"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2027, 5, 17), 7, date(2027, 12, 16)),
        (date(2027, 5, 17), 12, date(2028, 5, 16)),
        (date(2027, 6, 1), 6, date(2027, 11, 30)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 8, 30), 6, date(2028, 2, 29)),
        (date(2027, 8, 29), 6, date(2028, 2, 28)),
        (date(2026, 8, 29), 6, date(2027, 2, 28)),
        (date(2027, 5, 31), 1, date(2027, 6, 30)),
        (date(2027, 12, 1), 1, date(2027, 12, 31)),
    ],
)
def test_end_of_stay_is_the_day_before_the_same_day(start, months, end):
    assert end_of_stay(start, months) == end


@pytest.mark.parametrize("months", [0, -1])
def test_end_of_stay_refuses_less_than_a_month(months):
    with pytest.raises(ValueError, match="at least one month"):
        end_of_stay(date(2027, 5, 17), months)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2027, 5, 17), date(2027, 12, 16), (7, 0)),
        (date(2027, 5, 17), date(2027, 12, 15), (6, 29)),
        (date(2027, 5, 17), date(2027, 12, 17), (7, 1)),
        (date(2027, 5, 17), date(2027, 5, 17), (0, 1)),
        (date(2027, 5, 1), date(2027, 5, 31), (1, 0)),
        (date(2027, 8, 31), date(2028, 2, 29), (6, 0)),
    ],
)
def test_months_between_counts_both_days(start, end, expected):
    assert months_between(start, end) == expected


def test_months_between_refuses_an_end_before_the_start():
    with pytest.raises(ValueError, match="before the start"):
        months_between(date(2027, 5, 17), date(2027, 5, 16))


@given(days, st.integers(1, 24))
def test_months_between_inverts_end_of_stay(start, months):
    assert months_between(start, end_of_stay(start, months)) == (months, 0)


@given(days, st.integers(0, 800))
def test_months_between_leaves_less_than_a_month(start, length):
    end = start + timedelta(days=length)

    months, rest = months_between(start, end)

    last = end_of_stay(start, months) if months else start - timedelta(days=1)
    assert last + timedelta(days=rest) == end < end_of_stay(start, months + 1)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2000, 4, 1), date(2020, 3, 30), 19),
        (date(2000, 4, 1), date(2020, 3, 31), 20),
        (date(2000, 4, 2), date(2020, 3, 31), 19),
        (date(2000, 2, 29), date(2021, 2, 27), 20),
        (date(2000, 2, 29), date(2021, 2, 28), 21),
        (date(2000, 2, 29), date(2024, 2, 27), 23),
        (date(2000, 2, 29), date(2024, 2, 28), 24),
        (date(2000, 1, 1), date(2020, 12, 30), 20),
        (date(2000, 1, 1), date(2020, 12, 31), 21),
        (date(2000, 5, 5), date(2000, 5, 5), 0),
    ],
)
def test_age_on_grows_on_the_day_before_the_birthday(birth, day, age):
    assert age_on(birth, day) == age


def test_age_on_refuses_a_day_before_the_birth():
    with pytest.raises(ValueError, match="before the birth"):
        age_on(date(2000, 5, 5), date(2000, 5, 4))


@given(days, st.integers(0, 80))
def test_age_on_is_the_plain_age_of_tomorrow(birth, years):
    birthday = birth.replace(year=birth.year + years, day=min(birth.day, 28))
    eve = birthday - timedelta(days=1)

    if birth.day <= 28 and eve >= birth:
        assert age_on(birth, eve) == years
        assert age_on(birth, birthday) == years
