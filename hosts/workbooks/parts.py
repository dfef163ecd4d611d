"""What the sheets of the survey's workbook have in common."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.translation import gettext_lazy as _

from files.sheets.columns import Code, Column, Text, Whole
from files.sheets.faults import Bilingual
from files.sheets.kinds import Kind, Line, Values

from ..models import SurveyAnswer
from .columns import KEEP, VERSION, canonical, is_untouched, when_empty

Key = tuple[Any, ...]  # the code of the government, then the numbers of request and unit
GOVERNMENT = Code(key="government_code", heading="団体コード", required=True, max_length=6)
GOVERNMENT_NAME = Text(key="government_name", heading="団体名", shown_only=True)


def number_column(key: str, heading: str, *, required: bool = True) -> Whole:
    return Whole(key=key, heading=heading, required=required, least=1, most=999)


REQUEST_NO = number_column("request_no", "要望番号")
UNIT_NO = number_column("unit_no", "単元番号")
TIE_NO = number_column("tie_no", "提携番号")


def one_of(owner: Any, name: str) -> list[Any]:
    """The one row behind a name, in a list; none where there is none."""
    if not owner.pk:
        return []
    try:
        return [getattr(owner, name)]
    except ObjectDoesNotExist:
        return []


def code_of(country: object) -> str:
    return str(getattr(country, "code", country) or "")


class Part(Kind):
    """One sheet: rows of one model that belong to a row of another sheet, its owner.

    `keys` name the owner; `number` counts the rows of one owner where another sheet points to them.
    A sheet that is no list has one row for each owner. The rows that the file has of one owner are
    its whole list, unless the sheet `keeps` what the file does not name.
    """

    can_import = True
    model: type[models.Model]
    owner = ""
    owner_field = ""
    anew = False  # written anew as a whole, where its rows may not meet on the way
    keys: Sequence[Column] = (GOVERNMENT, GOVERNMENT_NAME, REQUEST_NO)
    number: Column | None = None
    shown: Sequence[Column] = ()
    typed: Sequence[Column] = ()
    needs: Sequence[str] = ()  # must be filled in wherever a row is
    in_order: Sequence[tuple[str, str]] = ()  # pairs of which the second may not be the lower
    rises: Sequence[tuple[str, str]] = ()  # pairs of which the second must be the higher
    is_list = False
    keeps = False

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        numbers = [self.number] if self.number else []
        return [*self.keys, *numbers, *self.shown, *self.typed, VERSION]

    @property
    def key_names(self) -> list[str]:
        return [column.key for column in self.keys if not column.shown_only]

    # what stands in the portal ----------------------------------------------------------------

    def get(self, owner: Any) -> list[Any]:
        """The rows of an owner, in an order that stays the same."""
        raise NotImplementedError

    def make(self, owner: Any) -> Any:
        """A new row of this owner, not saved."""
        raise NotImplementedError

    def values_of(self, row: Any) -> Values:
        return {column.key: getattr(row, column.key) for column in self.typed}

    def shown_of(self, row: Any) -> Values:
        """What is written for the reader only; `row` is None on a line that waits to be typed."""
        return {}

    def put(self, row: Any, values: Values) -> None:
        """Set what was typed; an empty cell leaves what must say something as it is."""
        for key, value in values.items():
            if value is None:
                value = when_empty(self.model, key)
            if value is not KEEP:
                setattr(row, key, value)

    def against(self, row: Any) -> Iterator[tuple[str, object]]:
        """What its cells have against one another: (column, reason)."""
        for first, second in self.in_order:
            one, other = getattr(row, first), getattr(row, second)
            if one is not None and other is not None and other < one:
                yield second, _("This is lower or earlier than what it follows.")
        for first, second in self.rises:
            one, other = getattr(row, first), getattr(row, second)
            if one is not None and other is not None and other <= one:
                yield second, _("This must be higher or later than what it follows.")

    # between portal and file ------------------------------------------------------------------

    def written(self, row: Any) -> Values:
        """The cells of a row that people may change, as they go out."""
        values = self.values_of(row)
        return {column.key: column.write(values.get(column.key)) for column in self.typed}

    def version_of(self, rows: Sequence[Any]) -> str:
        """A short word for what stands in these rows, by which a stale file is noticed."""
        return _word(cell for row in rows for cell in ["|", *self.written(row).values()])

    def is_as_taken_out(self, lines: Sequence[Line]) -> bool:
        """Whether nobody has typed anything into these lines; what the portal says now may then be
        newer, and stays.
        """
        told = {str(line.values.get(VERSION.key) or "") for line in lines}
        filled = [line for line in lines if not self.is_blank(line)]
        cells = (
            cell
            for line in filled
            for cell in ["|", *(line.raw.get(column.key) for column in self.typed)]
        )
        return told == {_word(cells)}

    def read(self, line: Line, row: Any) -> tuple[Values, dict[str, Bilingual]]:
        """The values of a line, and the reasons against its cells; what stands in the portal is
        never a fault, also where it could not be typed today.
        """
        before = self.values_of(row)
        standing = self.written(row)
        values: Values = {}
        reasons: dict[str, Bilingual] = {}
        for column in self.typed:
            key = column.key
            if key not in line.raw:
                continue
            if is_untouched(line.raw[key], standing[key]):
                values[key] = before[key]
            elif key in line.reasons:
                reasons[key] = line.reasons[key]
            else:
                values[key] = line.values[key]
        return values, reasons

    def is_blank(self, line: Line) -> bool:
        """A line that only waits to be typed."""
        return all(
            line.values.get(column.key) is None and column.key not in line.reasons
            for column in self.typed
        )


def _word(cells: Iterable[object]) -> str:
    return hashlib.sha256(canonical(cells).encode()).hexdigest()[:12]


def government_values(answer: SurveyAnswer) -> Values:
    government = answer.government
    upper = government.prefecture
    return {
        "government_code": government.code,
        "government_name": f"{upper.name if upper else ''}{government.name}",
    }
