"""The columns of the survey's workbook: a field of a model and its Japanese heading, no more."""

import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from django_countries.fields import CountryField

from accounts.plain_text import check_one_line, check_plain_text
from files.sheets.columns import Clock, Code, Column, Day, Named, Text, Whole, YesNo
from files.sheets.faults import Bilingual, CellError
from files.sheets.tables import CellFault
from japan.dates import parse_date
from japan.postal import normalise_postal_code
from japan.text import widen_kana

from ..regions import Region

WEEKDAYS = "月火水木金土日"
ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
VERSION = Text(key="version", heading="版（変更しない）", max_length=20)
Rule = Callable[[Any], None]


def in_words(error: ValidationError) -> Bilingual:
    """What Django has against a value, in both languages."""
    found = []
    for language in ("ja", "en"):
        with translation.override(language):
            found.append(" ".join(error.messages))
    return Bilingual(*found)


def _follow(rules: Iterable[Rule], value: object) -> None:
    for rule in rules:
        try:
            rule(value)
        except ValidationError as error:
            raise CellError(in_words(error)) from error


@dataclass(frozen=True, kw_only=True)
class Words(Text):
    """A text as the pages take it: plain, half-width kana widened; on one line where it is a line
    on the page.
    """

    rules: tuple[Rule, ...] = ()

    def read_filled(self, value: object, system: int | None) -> object:
        text = widen_kana(str(super().read_filled(value, system)))
        _follow((check_plain_text, *self.rules), text)
        return text


@dataclass(frozen=True, kw_only=True)
class Number(Whole):
    """A whole number with the rules of its field."""

    rules: tuple[Rule, ...] = ()

    def read_filled(self, value: object, system: int | None) -> object:
        number = super().read_filled(value, system)
        _follow(self.rules, number)
        return number


class Weekdays(Column):
    """Days of the week: 月火水, 月・水, Mon Wed; kept as digits, 0 for Monday."""

    def read_filled(self, value: object, system: int | None) -> object:
        text = unicodedata.normalize("NFKC", str(value)).casefold()
        for number, name in enumerate(ENGLISH_DAYS):
            text = text.replace(name, WEEKDAYS[number])
        signs = [sign for sign in text if sign not in " 、,・/\n" and not sign.isspace()]
        if any(sign not in WEEKDAYS for sign in signs):
            raise CellError(_("Write days of the week, for example 月火水木金."))
        return "".join(sorted({str(WEEKDAYS.index(sign)) for sign in signs}))

    def write(self, value: object) -> object:
        return "".join(WEEKDAYS[int(digit)] for digit in str(value)) if value else None


class Month(Column):
    """A month: 2027-03, 2027年3月, 令和9年3月 or a day in it; kept as its first day."""

    def read_filled(self, value: object, system: int | None) -> object:
        if isinstance(value, date):
            return date(value.year, value.month, 1)
        text = unicodedata.normalize("NFKC", str(value)).strip()[:40]
        separator = "" if text.endswith("月") else ("/" if "/" in text else "-")
        for typed in (text, f"{text}{separator or ''}1{'日' if not separator else ''}"):
            try:
                day = parse_date(typed)
            except ValueError:
                continue
            return date(day.year, day.month, 1)
        raise CellError(_("Enter a month, for example 2027-03 or 令和9年3月."))

    def write(self, value: object) -> object:
        return f"{value:%Y-%m}" if isinstance(value, date) else None


class Postal(Column):
    """A postal code, written as 793-8601 from whatever width it was typed in."""

    def read_filled(self, value: object, system: int | None) -> object:
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(int(value)).zfill(7)  # a spreadsheet dropped the zero
        try:
            return normalise_postal_code(str(value)[:40])
        except ValueError as error:
            raise CellError(error.args[0]) from error


class Wish(Named):
    """A country or a whole region of the world."""

    @property
    def _pairs(self) -> list[tuple[object, object]]:
        """In the language that is spoken now: the names of countries are no lazy texts."""
        return [*Region.choices, *(pair for pair in COUNTRIES if pair[0] != "JP")]


@cache
def _countries_in(language: str) -> tuple[tuple[str, str], ...]:
    with translation.override(language):
        return tuple((code, str(name)) for code, name in countries)


class Countries:
    """The countries of the world, named in the language that is spoken when they are asked for."""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(_countries_in(translation.get_language() or "ja"))


COUNTRIES = Countries()


def col(model: type[models.Model], name: str, heading: str) -> Column:
    """The column of a field; what may stand in it, the field says."""
    field: Any = model._meta.get_field(name)
    names: dict[str, Any] = {"key": name, "heading": heading}
    if isinstance(field, CountryField):
        return Named(**names, choices=COUNTRIES)
    if field.choices:
        return Named(**names, choices=field.choices)
    if isinstance(field, models.BooleanField):
        return YesNo(**names)
    if isinstance(field, models.DateField):
        return Day(**names)
    if isinstance(field, models.TimeField):
        return Clock(**names)
    if isinstance(field, models.IntegerField):
        least, most = _bounds(field)
        return Number(**names, least=least, most=most)
    rules = [each for each in field.validators if not isinstance(each, MaxLengthValidator)]
    if isinstance(field, models.CharField):
        rules.insert(0, check_one_line)
    return Words(**names, max_length=field.max_length, rules=tuple(rules))


def _bounds(field: models.Field) -> tuple[int, int]:
    least, most = 0, 9_999_999
    for rule in field.validators:
        limit = getattr(rule, "limit_value", None)
        if isinstance(rule, MinValueValidator) and isinstance(limit, int):
            least = max(least, limit)
        elif isinstance(rule, MaxValueValidator) and isinstance(limit, int):
            most = min(most, limit)
    return least, most


def when_empty(model: type[models.Model], name: str) -> object:
    """What an empty cell means for a field: nothing, an empty text, or KEEP: it stays as it is."""
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if field.null:
        return None
    is_text = isinstance(field, models.CharField | models.TextField)
    return "" if is_text and (field.blank or not field.has_default()) else KEEP


KEEP = object()


def as_read(value: object) -> object:
    """What a written cell looks like when it comes back from a workbook."""
    if not isinstance(value, str):
        return None if isinstance(value, CellFault) else value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text) or None


def is_untouched(raw: object, written: object) -> bool:
    """Whether a cell is as it was taken out; Excel may have made a number of it, or dropped what
    cannot be told apart.
    """
    if isinstance(raw, CellFault):
        return False
    if raw == "":
        raw = None
    before = as_read(written)
    if isinstance(raw, str) or isinstance(before, str):
        return ("" if raw is None else str(raw)) == ("" if before is None else str(before))
    return raw == before and isinstance(raw, bool) == isinstance(before, bool)


def canonical(values: Iterable[object]) -> str:
    return json.dumps([as_read(value) for value in values], default=str, ensure_ascii=True)


__all__ = ["KEEP", "VERSION", "Code", "Month", "Number", "Weekdays", "Wish", "Words", "col"]
