"""The columns of a sheet: one declaration says how a cell is read and how it is written."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches

from django.db.models import Choices
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from japan.dates import parse_date

from .faults import CellError
from .tables import CellFault
from .writing import CP932_TWINS, lines_of

SHORT_LIST = 20  # more words than these are not told in a fault
WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
FIRST_DAYS = {1900: date(1899, 12, 30), 1904: date(1904, 1, 1)}
YES = frozenset(["○", "◯", "〇", "はい", "有", "あり", "1", "yes", "y", "true", "✓", "✔", "レ"])
NO = frozenset(["×", "✕", "✗", "いいえ", "無", "なし", "0", "no", "n", "false"])


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column with its English key and its Japanese heading; a text, unless it says otherwise.

    A `shown_only` column is written for the reader; on the way in it is not looked at.
    """

    key: str
    heading: str
    required: bool = False
    max_length: int | None = None
    shown_only: bool = False

    def read(self, value: object, system: int | None) -> object:
        """The value of a cell, None where it is empty. Raises CellError."""
        if isinstance(value, CellFault):
            raise CellError(_("This cell holds an error value. Type what belongs here."))
        if value is None or (isinstance(value, str) and not value.strip()):
            if self.required:
                raise CellError(_("This cell must be filled in."))
            return None
        return self.read_filled(value, system)

    def read_filled(self, value: object, system: int | None) -> object:
        text = lines_of(_as_text(value)).strip()
        if self.max_length and len(text) > self.max_length:
            message = _("At most {most} characters; this has {count}.")
            raise CellError(format_lazy(message, most=self.max_length, count=len(text)))
        return text

    def write(self, value: object) -> object:
        """What stands in the cell; None leaves it empty."""
        return None if value is None or value == "" else str(value)

    def kind_in_words(self) -> object:
        return pgettext_lazy("column of a spreadsheet", "text")


class Text(Column):
    """Any text; a line break is one sign, spaces around it do not count."""


class Code(Column):
    """A number that is none: its leading zeros belong to it. `digits` is its full length."""

    def read_filled(self, value: object, system: int | None) -> object:
        text = unicodedata.normalize("NFKC", _as_text(value)).strip()
        if isinstance(value, int | float) and self.max_length:
            # A spreadsheet took it for a number and dropped the zero; a check digit proves it.
            text = text.zfill(self.max_length)
        if self.max_length and len(text) > self.max_length:
            message = _("At most {most} characters; this has {count}.")
            raise CellError(format_lazy(message, most=self.max_length, count=len(text)))
        return text

    def kind_in_words(self) -> object:
        return _("code, its leading zeros kept")


@dataclass(frozen=True, kw_only=True)
class Whole(Column):
    """A whole number, typed in any width."""

    least: int = 0
    most: int = 999_999_999

    def read_filled(self, value: object, system: int | None) -> object:
        text = unicodedata.normalize("NFKC", _as_text(value)).replace(",", "").strip()
        if isinstance(value, bool) or not WHOLE.fullmatch(text):
            raise CellError(_("Enter a whole number."))
        number = int(text)
        if not self.least <= number <= self.most:
            message = _("Enter a whole number from {least} to {most}.")
            raise CellError(format_lazy(message, least=self.least, most=self.most))
        return number

    def write(self, value: object) -> object:
        return value

    def kind_in_words(self) -> object:
        return _("whole number")


class Day(Column):
    """A day: a date of the workbook, 2027-05-17, 2027年5月17日, 令和9年5月17日, or a day number
    of a workbook, in the calendar (1900 or 1904) of that workbook.
    """

    def read_filled(self, value: object, system: int | None) -> object:
        if isinstance(value, datetime):
            raise CellError(_("Enter a day without a time."))
        if isinstance(value, date):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool) and system:
            return _day_of_serial(value, system)
        text = _as_text(value)
        if len(text) > 40:
            raise CellError(_("Enter a date, for example 2027-05-17 or 令和9年5月17日."))
        try:
            return parse_date(text)
        except ValueError as error:
            raise CellError(error.args[0]) from error

    def write(self, value: object) -> object:
        return value

    def kind_in_words(self) -> object:
        return pgettext_lazy("column of a spreadsheet", "date")


def _day_of_serial(value: float, system: int) -> date:
    if not float(value).is_integer():
        raise CellError(_("Enter a day without a time."))
    # Excel counts a 29 February 1900 that never was, so days before 1 March 1900 are one off.
    days = int(value) + (1 if system == 1900 and value < 60 else 0)
    try:
        if value < 1 or (system == 1900 and value == 60):
            raise OverflowError
        return FIRST_DAYS[system] + timedelta(days=days)
    except OverflowError as error:
        raise CellError(_("This number is no day of the calendar.")) from error


@dataclass(frozen=True, kw_only=True)
class Choice(Column):
    """One of a list, by its key or by its name in Japanese or English; written as its key."""

    choices: type[Choices] | Iterable[tuple[object, object]] = ()

    def read_filled(self, value: object, system: int | None) -> object:
        text = _as_text(value).strip()
        if (found := self._keys.get(_folded(text))) is not None:
            return found[0]
        names = self._names()
        message = _("“{value}” is none of these: {names}.")
        if len(names) > SHORT_LIST:
            message = _("“{value}” is no word of this list. Words that it has: {names}.")
            names = get_close_matches(text[:40], names, n=5, cutoff=0.3) or names[:5]
        raise CellError(format_lazy(message, value=text[:40], names=", ".join(names)))

    def _names(self) -> list[str]:
        return [str(key) for key, _label in self._pairs]

    @property
    def _pairs(self) -> list[tuple[object, object]]:
        pairs = getattr(self.choices, "choices", self.choices)
        return [(key, label) for key, label in pairs if key not in ("", None)]

    @cached_property
    def _keys(self) -> dict[str, tuple[object]]:
        found: dict[str, tuple[object]] = {}
        for language in ("ja", "en"):
            with translation.override(language):
                for key, label in self._pairs:
                    found.setdefault(_folded(str(label)), (key,))
        for key, _label in self._pairs:  # a key wins over a name
            found[_folded(str(key))] = (key,)
        return found

    def write(self, value: object) -> object:
        if value is None or value == "":
            return None
        return value if isinstance(value, int) else str(value)

    def kind_in_words(self) -> object:
        pairs = self._pairs
        if len(pairs) > 20:
            return _("a key or a name of the list")
        return ", ".join(str(key) for key, _label in pairs)


class Named(Choice):
    """One of a list, written by its Japanese name, for files that people fill in."""

    def write(self, value: object) -> object:
        if value is None or value == "":
            return None
        return self._japanese.get(value, str(value))

    def _names(self) -> list[str]:
        return list(self._japanese.values())

    @cached_property
    def _japanese(self) -> dict[object, str]:
        with translation.override("ja"):
            return {key: str(label) for key, label in self._pairs}

    @property
    def offered(self) -> list[tuple[str, str]]:
        """Each name with its key, in the order of the list."""
        return [(name, str(key)) for key, name in self._japanese.items()]


CLOCK = re.compile(r"([0-9]{1,2})(?:[:時]([0-9]{1,2})分?|時)(?::00)?")


class Clock(Column):
    """A time of day: a time of the workbook, 8:30, 8時30分, 午後1時; written as 08:30."""

    def read_filled(self, value: object, system: int | None) -> object:
        if isinstance(value, datetime):
            raise CellError(_("Enter a time such as 8:30, without a day."))
        if isinstance(value, time):
            return value.replace(second=0, microsecond=0)
        text = unicodedata.normalize("NFKC", _as_text(value)).strip()
        afternoon = text.startswith("午後")
        found = CLOCK.fullmatch(text.removeprefix("午前").removeprefix("午後").strip())
        if found is None:
            raise CellError(_("Enter a time such as 8:30."))
        hour, minute = int(found[1]), int(found[2] or 0)
        if afternoon and hour < 12:
            hour += 12
        if hour > 23 or minute > 59:
            raise CellError(_("Enter a time such as 8:30."))
        return time(hour, minute)

    def write(self, value: object) -> object:
        return f"{value:%H:%M}" if isinstance(value, time) else None

    def kind_in_words(self) -> object:
        return pgettext_lazy("column of a spreadsheet", "time")


class YesNo(Column):
    """○ or ×, and every other way in which an office says yes or no; written as ○ and ×."""

    def read_filled(self, value: object, system: int | None) -> object:
        if isinstance(value, bool):
            return value
        text = _folded(_as_text(value))
        if text in YES:
            return True
        if text in NO:
            return False
        raise CellError(_("Enter ○ or ×."))

    def write(self, value: object) -> object:
        return None if value is None else ("○" if value else "×")

    def kind_in_words(self) -> object:
        return _("○ or ×")


def _as_text(value: object) -> str:
    """What the cell shows; a whole number has no decimals."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def same(before: object, after: object) -> bool:
    """Whether two values of a cell say the same; an empty cell is nothing or an empty text."""
    if isinstance(before, str) or isinstance(after, str):
        return _plain(before) == _plain(after)
    return before == after


def _plain(value: object) -> str:
    return lines_of(str("" if value is None else value)).strip().translate(CP932_TWINS)
