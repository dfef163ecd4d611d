"""Fiscal years, eras, typed dates, lengths of stay and ages as Japanese offices count them."""

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


class Era(NamedTuple):
    name: str
    letter: str
    first_year: int
    start: date


# Newest first. Meiji counts from 1868, but Japan has used this calendar only since 1 January 1873.
ERAS = [
    Era("令和", "R", 2019, date(2019, 5, 1)),
    Era("平成", "H", 1989, date(1989, 1, 8)),
    Era("昭和", "S", 1926, date(1926, 12, 25)),
    Era("大正", "T", 1912, date(1912, 7, 30)),
    Era("明治", "M", 1868, date(1873, 1, 1)),
]
ERA_FIRST_YEARS = {mark: era.first_year for era in ERAS for mark in (era.name, era.letter)}
WEEKDAYS = "月火水木金土日"

_WESTERN = re.compile(
    r"(?P<year>[0-9]{4})(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
)
_WESTERN_JA = re.compile(r"(?P<year>[0-9]{4})年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日")
_ERA_JA = re.compile(
    r"(?P<era>明治|大正|昭和|平成|令和)(?P<year>元|[0-9]{1,2})年"
    r"(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日"
)
_ERA_SHORT = re.compile(
    r"(?P<era>明治|大正|昭和|平成|令和|[MTSHR])(?P<year>元|[0-9]{1,2})"
    r"(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
)
_YEAR_LAST = re.compile(r"[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}")


def fiscal_year(day: date) -> int:
    """The Japanese fiscal year of a day; it runs from 1 April to 31 March."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_start(year: int) -> date:
    """1 April, the first day of the fiscal year."""
    return date(year, 4, 1)


def fiscal_year_end(year: int) -> date:
    """31 March of the next calendar year, the last day of the fiscal year."""
    return date(year + 1, 3, 31)


def era(day: date) -> tuple[str, int]:
    """The era's name and the year in it; ValueError before 1 January 1873 (Meiji 6)."""
    held = _era_on(day)
    return held.name, day.year - held.first_year + 1


def era_date(day: date) -> str:
    """The day as official letters write it: 令和9年2月19日, the first year of an era as 元年."""
    name, year = era(day)
    return f"{name}{_year_ja(year)}年{day.month}月{day.day}日"


def era_fiscal_year(year: int, on: date | None = None) -> str:
    """The fiscal year's name in the era, 令和9年度, as it was called on the day `on`.

    Without a day it is the name that stood at the year's end: FY2019 is 令和元年度, though it
    was 平成31年度 on 1 April 2019. An era that begins after New Year names only the next fiscal
    year: FY1988 stayed 昭和63年度. A day outside the fiscal year counts as its nearest day.
    """
    last = fiscal_year_end(year)
    day = last if on is None else min(max(on, fiscal_year_start(year)), last)
    held = _era_on(min(day, date(year, 12, 31)))
    return f"{held.name}{_year_ja(year - held.first_year + 1)}年度"


def era_year(year: int) -> str:
    """The fiscal year's name at its end, 令和9年度; see `era_fiscal_year` for another day."""
    return era_fiscal_year(year)


def weekday_ja(day: date) -> str:
    """The weekday in one character, 日 for a Sunday."""
    return WEEKDAYS[day.weekday()]


def parse_date(text: str) -> date:
    """Read a typed date; ValueError with a message for the user where it is not one certain day.

    Reads 2027-05-02, 2027/5/2, 2027年5月2日, 令和9年5月2日 and R9.5.2, also in full-width
    characters. A date with the year last is refused: 05/02/2027 is May here and February there.
    An era year must have existed on that day (平成31年5月1日 did not).
    """
    typed = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    # A space between two digits may part two numbers, so it stays and the date is refused.
    compact = re.sub(r"(?<![0-9]) | (?![0-9])", "", typed).upper()
    if _YEAR_LAST.fullmatch(typed):
        raise ValueError(
            format_lazy(
                _(
                    "“{date}” can be read in more than one way. "
                    "Write the year first, for example 2027-05-02."
                ),
                date=typed,
            )
        )
    for pattern in (_WESTERN, _WESTERN_JA, _ERA_JA, _ERA_SHORT):
        if found := pattern.fullmatch(compact):
            return _day_of(found)
    raise ValueError(
        _("Enter a date with the year first, for example 2027-05-02 or 令和9年5月2日.")
    )


def end_of_stay(start: date, months: int) -> date:
    """The last day of a stay of n months: the day before the same day n months later.

    Where the last month has no such day, the stay ends with that month (Civil Code, article
    143): six months from 31 August 2027 end on 29 February 2028. ValueError below one month.
    """
    if months < 1:
        raise ValueError("A stay lasts at least one month.")
    return _end_after(start, months)


def months_between(start: date, end: date) -> tuple[int, int]:
    """Whole months and days left over from the first to the last day, both days included.

    The inverse of `end_of_stay`: 17 May to 16 December are (7, 0). ValueError if end < start.
    """
    if end < start:
        raise ValueError("The end lies before the start.")
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    while _end_after(start, months) > end:
        months -= 1
    return months, (end - _end_after(start, months)).days


def age_on(birth: date, day: date) -> int:
    """The age in years by Japanese law: one grows older on the day before the birthday.

    年齢計算ニ関スル法律 counts the day of birth as a whole day, so a year is full at the end of
    the day before the birthday. Who is born on 29 February grows older on 28 February every year.
    ValueError before the birth.
    """
    if day < birth:
        raise ValueError("The day lies before the birth.")
    tomorrow = day + timedelta(days=1)
    had_birthday = (tomorrow.month, tomorrow.day) >= (birth.month, birth.day)
    return tomorrow.year - birth.year - (not had_birthday)


def _era_on(day: date) -> Era:
    for candidate in ERAS:
        if day >= candidate.start:
            return candidate
    raise ValueError("Era years are known from 1 January 1873 (Meiji 6) on.")


def _year_ja(year: int) -> str:
    return "元" if year == 1 else str(year)


def _day_of(found: re.Match[str]) -> date:
    parts = found.groupdict()
    era_mark = parts.get("era")
    year = 1 if parts["year"] == "元" else int(parts["year"])
    if era_mark:
        year += ERA_FIRST_YEARS[era_mark] - 1
    try:
        day = date(year, int(parts["month"]), int(parts["day"]))
        if era_mark and _era_on(day).first_year != ERA_FIRST_YEARS[era_mark]:
            raise ValueError("Another era held on that day.")
    except ValueError as error:
        message = format_lazy(_("There is no such day as “{date}”."), date=found.group())
        raise ValueError(message) from error
    return day


def _end_after(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    month += 1
    last = monthrange(year, month)[1]
    if start.day > last:
        return date(year, month, last)
    return date(year, month, start.day) - timedelta(days=1)
