"""The year of a training programme: weeks from left to right, a row for each unit."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from japan.dates import fiscal_year

from ..outline import Laid, Outline
from .colours import colours_of

YEAR_WIDTH, YEAR_LEFT, YEAR_TOP, YEAR_ROW = 960, 12, 44, 34


@dataclass(frozen=True)
class Bar:
    """A unit in the year: where its bar stands, and its words."""

    number: int
    label: str
    x: int
    y: int
    width: int
    colour: str
    ink: str
    days: tuple[date, date] | None
    weeks: tuple[int, int]
    hours: int
    height: int = YEAR_ROW - 8

    @property
    def text(self) -> str:
        return f"{self.number}. {self.label}"

    @property
    def fits(self) -> bool:
        """Whether its name has room in the bar; else it stands beside it."""
        return width_of(self.text) + 16 <= self.width

    @property
    def text_ink(self) -> str:
        return self.ink if self.fits else "#1a1a1a"

    @property
    def text_x(self) -> int:
        if self.fits:
            return self.x + 8
        after = self.x + self.width + 6
        room = YEAR_WIDTH - after
        return after if width_of(self.text) <= room else max(4, self.x - 6 - width_of(self.text))

    @property
    def text_y(self) -> int:
        return self.y + self.height - 8


@dataclass(frozen=True)
class Tick:
    """A line through the year with a word above it."""

    x: int
    label: str
    kind: str = "month"

    @property
    def label_x(self) -> int:
        return self.x + 4


@dataclass(frozen=True)
class DayOff:
    """A national holiday within the training."""

    day: date
    name: str
    x: int
    width: int


@dataclass
class YearPicture:
    """The weeks of the whole programme."""

    width: int
    height: int
    left: int
    top: int
    bars: list[Bar]
    ticks: list[Tick]
    days_off: list[DayOff]
    weeks: int
    row: int
    summary: str
    ends_x: int | None = None  # where the stay ends

    @property
    def rows_height(self) -> int:
        return max(len(self.bars), 1) * YEAR_ROW

    @property
    def bottom(self) -> int:
        return self.top + self.rows_height

    @property
    def ends_label_x(self) -> int:
        return (self.ends_x or 0) - 4

    @property
    def ends_label_y(self) -> int:
        return self.bottom + 18


def width_of(text: str) -> int:
    """About how wide a text of 13 points is drawn."""
    return sum(13 if ord(character) > 0x2E7F else 7 for character in text)


def year_picture(outline: Outline) -> YearPicture:
    """Weeks from left to right, a row for each unit, months, fiscal years and holidays marked."""
    weeks = max(outline.weeks, _weeks_of_stay(outline), 1)
    step = (YEAR_WIDTH - 2 * YEAR_LEFT) / weeks
    bars = [_bar(outline, each, row, step) for row, each in enumerate(outline.laid)]
    height = YEAR_TOP + max(len(bars), 1) * YEAR_ROW + 30
    ends_x = None
    if outline.latest and (first := outline.monday(1)):
        ends_x = _x((outline.latest - first).days + 1, step)
    return YearPicture(
        width=YEAR_WIDTH,
        height=height,
        left=YEAR_LEFT,
        top=YEAR_TOP,
        bars=bars,
        ticks=_ticks(outline, weeks, step),
        days_off=_days_off(outline, weeks, step),
        weeks=weeks,
        row=YEAR_ROW,
        summary=_year_in_words(outline),
        ends_x=ends_x if ends_x and ends_x <= YEAR_WIDTH else None,
    )


def _weeks_of_stay(outline: Outline) -> int:
    first = outline.monday(1)
    if first is None or outline.latest is None:
        return 0
    return max(0, min(60, (outline.latest - first).days // 7 + 1))


def _x(days: float, step: float) -> int:
    return round(YEAR_LEFT + days * step / 7)


def _bar(outline: Outline, each: Laid, row: int, step: float) -> Bar:
    colour, ink = colours_of(each.number)
    x = _x(7 * (each.first_week - 1), step)
    return Bar(
        number=each.number,
        label=each.unit.name,
        x=x,
        y=YEAR_TOP + row * YEAR_ROW,
        width=max(4, _x(7 * each.last_week, step) - x - 2),
        colour=colour,
        ink=ink,
        days=outline.days_of(each),
        weeks=(each.first_week, each.last_week),
        hours=each.unit.hours_per_week,
    )


def _ticks(outline: Outline, weeks: int, step: float) -> list[Tick]:
    """The first day of each month; of April as the beginning of a fiscal year. Without days, each
    fourth week.
    """
    first = outline.monday(1)
    if first is None:
        return [
            Tick(_x(7 * week, step), pgettext("week of a timetable", "week {n}").format(n=week + 1))
            for week in range(0, weeks, 4)
        ]
    last = first + timedelta(days=7 * weeks)
    found = [Tick(_x(0, step), _month(first))]
    day = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    while day < last:
        x = _x((day - first).days, step)
        label = _month(day)
        if day.month == 4:
            found.append(Tick(x, _fiscal(fiscal_year(day)), "fiscal"))
        if x - found[0].x < 30:  # a first month of a few days has no room for its name
            found.pop(0)
        found.append(Tick(x, label))
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def _month(day: date) -> str:
    return date_format(day, "n月" if get_language() == "ja" else "M")


def _fiscal(year: int) -> str:
    return f"{year}年度" if get_language() == "ja" else f"FY{year}"


def _days_off(outline: Outline, weeks: int, step: float) -> list[DayOff]:
    """National holidays on which training would else take place."""
    first = outline.monday(1)
    if first is None:
        return []
    language = get_language() or "ja"
    found = []
    for number in range(7 * min(weeks, max(outline.weeks, 1))):
        day = first + timedelta(days=number)
        name = outline.closed_name(day, language)
        if name is None or day.weekday() in outline.programme.free_weekdays:
            continue
        width = max(2, round(step / 7))
        found.append(DayOff(day, name or _("turn of the year"), _x(number, step), width))
    return found


def _year_in_words(outline: Outline) -> str:
    text = ngettext("{n} unit", "{n} units", len(outline.units)).format(n=len(outline.units))
    weeks = ngettext("{n} week", "{n} weeks", outline.weeks).format(n=outline.weeks)
    return _("The whole training: {units} in {weeks}.").format(units=text, weeks=weeks)
