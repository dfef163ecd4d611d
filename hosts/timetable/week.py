"""One week of a training programme: days from left to right, hours from top to bottom."""

from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from ..models import Contribution, TrainingUnit
from ..outline import Laid, Outline, Part, minutes
from .colours import GIVEN, colours_of

QUARTER = 15
SHORT = 60  # shorter pieces are laid only where nothing else is left
NOON = 12 * 60
WEEK_LEFT, WEEK_TOP, WEEK_COLUMN, WEEK_HOUR = 52, 48, 134, 44
USUAL_HOURS = (time(8, 30), time(17, 15))


@dataclass(frozen=True)
class Block:
    """A part on one day: from when to when, and where it stands in the picture."""

    part: Part
    day: int
    starts: int
    ends: int
    number: str
    colour: str
    ink: str
    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0
    lines: tuple[str, ...] = ()

    @property
    def text_x(self) -> int:
        return self.x + 8

    @property
    def placed_lines(self) -> list[tuple[int, str]]:
        """Each line of its words with the height at which it stands."""
        return [(self.y + 17 * n - 1, line) for n, line in enumerate(self.lines, start=1)]

    @property
    def from_until(self) -> str:
        return f"{clock(self.starts)}–{clock(self.ends)}"

    @property
    def is_given(self) -> bool:
        """Whether this is what the trainee gives."""
        return isinstance(self.part, Contribution)

    @property
    def label(self) -> str:
        part = self.part
        return part.name if isinstance(part, TrainingUnit) else part.what


@dataclass
class Column:
    """One day of the week."""

    day: int
    name: str
    x: int
    width: int
    blocks: list[Block] = field(default_factory=list)
    on: date | None = None
    closed: str = ""  # why no training takes place on it

    @property
    def middle(self) -> int:
        return self.x + self.width // 2


@dataclass
class WeekPicture:
    """One week, hour by hour."""

    week: int
    width: int
    height: int
    left: int
    top: int
    columns: list[Column]
    hours: list[tuple[int, str]]
    pauses: list[tuple[int, int]]  # y, height
    pause: str
    unplaced: list[tuple[Part, int]]  # what found no room, in minutes
    summary: str
    bottom: int = 0

    @property
    def right(self) -> int:
        return self.left + self.columns_width

    @property
    def columns_width(self) -> int:
        return sum(column.width for column in self.columns)

    @property
    def hour_x(self) -> int:
        return self.left - 8

    @property
    def body(self) -> int:
        return self.bottom - self.top

    @property
    def closed_y(self) -> int:
        return self.top + self.body // 3

    @property
    def pause_x(self) -> int:
        return self.left + 8

    @property
    def unplaced_hours(self) -> list[tuple[Part, str]]:
        return [(part, clock(left)) for part, left in self.unplaced]

    @property
    def blocks(self) -> list[Block]:
        return [block for column in self.columns for block in column.blocks]


def week_picture(outline: Outline, week: int) -> WeekPicture:
    """The days of one week with the parts laid out: first what has its times, then the rest evenly
    over the free hours.
    """
    opens, closes = _hours(outline)
    pause = _pause(outline, opens, closes)
    laid = [each for each in outline.laid if each.takes(week)]
    blocks, unplaced = lay_out_week(outline, laid, (opens, closes), pause)
    days = sorted({*outline.working_days, *(block.day for block in blocks)})
    top = min([opens, *(block.starts for block in blocks)]) // 60
    bottom = -(-max([closes, *(block.ends for block in blocks)]) // 60)
    width = min(WEEK_COLUMN, 1260 // max(len(days), 1))
    columns = [_column(outline, week, day, place, width) for place, day in enumerate(days)]
    for column in columns:
        if not column.closed:
            own = [block for block in blocks if block.day == column.day]
            column.blocks = [_placed(block, column, top) for block in own]
    height = WEEK_TOP + (bottom - top) * WEEK_HOUR
    return WeekPicture(
        week=week,
        width=WEEK_LEFT + width * len(days) + 8,
        height=height + 12,
        left=WEEK_LEFT,
        top=WEEK_TOP,
        bottom=height,
        columns=columns,
        hours=[(WEEK_TOP + (h - top) * WEEK_HOUR, f"{h}:00") for h in range(top, bottom + 1)],
        pauses=[(_y(pause[0], top), _y(pause[1], top) - _y(pause[0], top))] if pause else [],
        pause=f"{clock(pause[0])}–{clock(pause[1])}" if pause else "",
        unplaced=unplaced,
        summary=pgettext("week of a timetable", "Week {n}").format(n=week),
    )


def lay_out_week(
    outline: Outline, laid: list[Laid], hours: tuple[int, int], pause: tuple[int, int] | None
) -> tuple[list[Block], list[tuple[Part, int]]]:
    """The blocks of a week without its holidays, and what found no room in the working hours."""
    parts: list[tuple[Part, str, tuple[str, str]]] = [
        (each.unit, str(each.number), colours_of(each.number)) for each in laid
    ]
    parts += [(each, "＋", GIVEN) for each in outline.contributions]
    blocks: list[Block] = []
    for part, number, colours in parts:
        if part.starts_at and part.ends_at:
            starts, ends = minutes(part.starts_at), minutes(part.ends_at)
            blocks += [
                Block(part, day, starts, ends, number, *colours)
                for day in sorted(outline.days_of_part(part))
            ]
    unplaced = []
    for part, number, colours in parts:
        if part.starts_at or not part.hours_per_week:
            continue
        days = sorted(outline.days_of_part(part))
        free = {day: _free(day, blocks, hours, pause) for day in days}
        spans, left = _spread(60 * part.hours_per_week, free)
        blocks += [Block(part, day, *span, number, *colours) for day, span in spans]
        if left:
            unplaced.append((part, left))
    return sorted(blocks, key=lambda block: (block.day, block.starts)), unplaced


def _free(
    day: int, blocks: list[Block], hours: tuple[int, int], pause: tuple[int, int] | None
) -> list[tuple[int, int]]:
    """The spans of a working day in which nothing stands yet."""
    taken = sorted((block.starts, block.ends) for block in blocks if block.day == day)
    if pause:
        taken = sorted([*taken, pause])
    found, at = [], hours[0]
    for starts, ends in taken:
        if starts > at:
            found.append((at, min(starts, hours[1])))
        at = max(at, ends)
    if at < hours[1]:
        found.append((at, hours[1]))
    return [(a, b) for a, b in found if b - a >= QUARTER]


def _spread(
    wanted: int, free: dict[int, list[tuple[int, int]]]
) -> tuple[list[tuple[int, tuple[int, int]]], int]:
    """Minutes laid evenly over the days, in quarters of an hour, then wherever room is left."""
    found: list[tuple[int, tuple[int, int]]] = []
    left, days = wanted, [day for day in free if free[day]]
    if not days:
        return found, wanted
    share = max(-(-wanted // len(days) // QUARTER) * QUARTER, min(wanted, 2 * SHORT))
    for most, least in ((share, SHORT), (wanted, QUARTER)):
        for day in days:
            room, rest = min(most, left), []
            for starts, ends in free[day]:
                length = min(room, ends - starts)
                if length >= min(least, wanted):
                    found.append((day, (starts, starts + length)))
                    room, left = room - length, left - length
                    starts += length
                if starts < ends:
                    rest.append((starts, ends))
            free[day] = rest
    return _joined(found), left


def _joined(spans: list[tuple[int, tuple[int, int]]]) -> list[tuple[int, tuple[int, int]]]:
    """Spans that follow each other without a gap as one."""
    found: list[tuple[int, tuple[int, int]]] = []
    for day, (starts, ends) in sorted(spans):
        if found and found[-1][0] == day and found[-1][1][1] == starts:
            found[-1] = (day, (found[-1][1][0], ends))
        else:
            found.append((day, (starts, ends)))
    return found


def _hours(outline: Outline) -> tuple[int, int]:
    programme = outline.programme
    usual = [minutes(each) for each in USUAL_HOURS]
    opens = minutes(programme.day_starts_at) if programme.day_starts_at else usual[0]
    closes = minutes(programme.day_ends_at) if programme.day_ends_at else usual[1]
    return (opens, closes) if closes > opens else (usual[0], usual[1])


def _pause(outline: Outline, opens: int, closes: int) -> tuple[int, int] | None:
    """The break: from noon where noon falls into the day, else in its middle."""
    length = min(outline.programme.break_minutes or 0, closes - opens)
    if not length:
        return None
    middle = NOON if opens <= NOON <= closes - length else (opens + closes - length) // 2
    return middle, middle + length


def _column(outline: Outline, week: int, day: int, place: int, width: int) -> Column:
    monday = outline.monday(week)
    on = monday + timedelta(days=day) if monday else None
    closed = ""
    if on is not None:
        name = outline.closed_name(on, get_language() or "ja")
        if name is not None:
            closed = name or _("turn of the year")
        elif outline.starts_on and on < outline.starts_on:
            closed = _("before the first day")
    return Column(day, weekday_name(day), WEEK_LEFT + place * width, width, on=on, closed=closed)


def _placed(block: Block, column: Column, top: int) -> Block:
    y, ends = _y(block.starts, top), _y(block.ends, top)
    height = max(ends - y - 2, 8)
    return replace(
        block,
        x=column.x + 3,
        y=y + 1,
        width=column.width - 6,
        height=height,
        lines=tuple(_lines(f"{block.number} {block.label}", column.width - 18, height)),
    )


def _y(minute: int, top: int) -> int:
    return round(WEEK_TOP + (minute - 60 * top) * WEEK_HOUR / 60)


def _lines(text: str, width: int, height: int) -> list[str]:
    """The text broken into as many lines as the block has room for."""
    room = (height - 2) // 17
    if not room:
        return []
    lines, line = [], ""
    for character in text:
        if _takes(line + character) > width:
            # A word of Latin letters goes to the next line whole; a longer one is broken.
            kept, space, word = line.rpartition(" ")
            is_word = bool(space) and word.isascii() and character.isascii() and character != " "
            lines.append(kept if is_word else line)
            line = word if is_word else ""
        line += character
    lines.append(line)
    if len(lines) > room:
        lines = lines[:room]
        lines[-1] = lines[-1][:-1] + "…"
    return [each.strip() for each in lines]


def _takes(line: str) -> int:
    return sum(13 if ord(character) > 0x2E7F else 7 for character in line)


def clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def weekday_name(day: int) -> str:
    """The weekday as a table says it: 月, Mon."""
    monday = date(2024, 1, 1)
    return date_format(monday + timedelta(days=day), "D")
