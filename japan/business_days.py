"""The days on which Japanese government offices work.

Closed are Saturdays, Sundays, national holidays, and 29 December to 3 January (行政機関の休日に
関する法律). Holidays are known for 1949 to 2099; outside these years only the rest counts.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import holidays

YEAR_END = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
_ONE_DAY = timedelta(days=1)


def holiday_name(day: date, language: str) -> str | None:
    """The name of the national holiday in Japanese ("ja") or else in English, or None."""
    return _holidays(day.year, "ja" if language.startswith("ja") else "en_US").get(day)


def is_business_day(day: date) -> bool:
    """Do offices work on this day?"""
    is_weekday = day.weekday() < 5
    at_year_end = (day.month, day.day) in YEAR_END
    return is_weekday and not at_year_end and day not in _holidays(day.year, "ja")


def roll(day: date, direction: Literal["before", "after"]) -> date:
    """The day itself if offices work, else the nearest business day before or after it."""
    steps = {"before": -_ONE_DAY, "after": _ONE_DAY}
    if direction not in steps:
        raise ValueError(f"Roll goes before or after, not {direction!r}.")
    while not is_business_day(day):
        day += steps[direction]
    return day


def next_business_day(day: date) -> date:
    """The first business day after this day."""
    return roll(day + _ONE_DAY, "after")


def previous_business_day(day: date) -> date:
    """The last business day before this day."""
    return roll(day - _ONE_DAY, "before")


def business_days_between(a: date, b: date) -> int:
    """How many business days follow `a` up to and including `b`; negative where b < a."""
    if b < a:
        return -business_days_between(b, a)
    return sum(is_business_day(a + timedelta(days=n)) for n in range(1, (b - a).days + 1))


@lru_cache(maxsize=256)
def _holidays(year: int, language: str) -> Mapping[date, str]:
    # A plain dict for one year: the package's own object fills itself in while it is read, which
    # is not safe with threads.
    return dict(holidays.country_holidays("JP", years=year, language=language))
