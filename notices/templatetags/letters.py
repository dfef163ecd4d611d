"""Dates, numbers and the QR code as letters print them. Letters hold plain values, so dates come as
ISO text.
"""

import re
from datetime import date

import segno
from django import template

from japan import dates

register = template.Library()

MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
NUMBERS = [
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
]


@register.filter
def era_date(day: date | str) -> str:
    """令和9年2月19日"""
    return dates.era_date(_day(day))


@register.filter
def era_date_weekday(day: date | str) -> str:
    """令和9年3月19日（金）"""
    return f"{era_date(day)}（{dates.weekday_ja(_day(day))}）"


@register.filter
def english_date(day: date | str) -> str:
    """19 February 2027"""
    found = _day(day)
    return f"{found.day} {MONTHS[found.month - 1]} {found.year}"


@register.filter
def english_date_weekday(day: date | str) -> str:
    """Friday 5 March 2027"""
    return f"{WEEKDAYS[_day(day).weekday()]} {english_date(day)}"


@register.filter
def english_period(first: date | str, last: date | str) -> str:
    """18 and 19 May 2027, 20 May to 23 June 2027, 4 November 2027 to 16 March 2028."""
    start, end = _day(first), _day(last)
    joint = "and" if (end - start).days == 1 else "to"
    if start == end:
        return english_date(start)
    if start.year != end.year:
        return f"{english_date(start)} {joint} {english_date(end)}"
    if start.month != end.month:
        return f"{start.day} {MONTHS[start.month - 1]} {joint} {english_date(end)}"
    return f"{start.day} {joint} {english_date(end)}"


@register.filter
def english_number(number: int) -> str:
    """Numbers up to twelve as words."""
    number = int(number)
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else str(number)


@register.filter
def title_lines(subject: str) -> list[str]:
    """A long Japanese title in two lines, parted after における or に係る nearest to its middle."""
    if len(subject) <= 30:
        return [subject]
    places = [found.end() for found in re.finditer("における|に関する|に係る", subject)]
    if not places:
        return [subject]
    place = min(places, key=lambda place: abs(place - len(subject) / 2))
    return [subject[:place], subject[place:]]


@register.simple_tag
def qr_code(text: str) -> str:
    """The text as a QR code in an address that an image takes."""
    return segno.make(text, error="m").svg_data_uri(scale=3, border=2)


def _day(day: date | str) -> date:
    return day if isinstance(day, date) else date.fromisoformat(day)
