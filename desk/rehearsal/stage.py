"""Where the actors act: a calendar of what they have planned, and the record of what happened."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise

from accounts.models import User
from hosts.models import LocalGovernment, RelayLetter
from japan.business_days import roll
from notices.letters import render_waiting
from notices.mails import deliver_due
from notices.models import Letter, Mail
from placements.tasks import announce_issued
from schedule.models import Cycle, Deadline, Phase

from .sources import Clock

JAPAN = ZoneInfo("Asia/Tokyo")
OFFICE_OPENS = time(9)
Act = Callable[..., None]
Part = Callable[["Stage"], None]

_parts: dict[str, list[Part]] = {}


def part(phase: str) -> Callable[[Part], Part]:
    """Declare what happens in one phase of the year.

    The function is called once, when the cycle has opened, and plans its acts on the stage. A
    programme without the phase has no such part.
    """

    def declare(planned: Part) -> Part:
        _parts.setdefault(phase, []).append(planned)
        return planned

    return declare


class Broken(Exception):
    """Something happened that must not happen: the day, the rule and the row."""

    def __init__(self, on: date, rule: object, row: str):
        super().__init__(f"{on}: {rule}: {row}")
        self.on, self.rule, self.row = on, rule, row


@dataclass(frozen=True)
class Said:
    """A sentence with its values, put into words in the language of whoever reads it."""

    text: str | Promise
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(self.text).format(**{name: _named(each) for name, each in self.values.items()})


def _named(value: object) -> str:
    if isinstance(value, LocalGovernment):
        return value.full_name
    return str(value)


@dataclass
class Entry:
    """One thing that happened: who did what, and what went out because of it."""

    who: object
    what: Said
    mark: str = "done"
    mails: list[Mail] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    relay_letters: list[RelayLetter] = field(default_factory=list)


@dataclass
class Stage:
    """The year that is being played, as an actor sees it."""

    cycle: Cycle
    clock: Clock
    dice: random.Random
    on: date
    last_day: date
    entries: dict[date, list[Entry]] = field(default_factory=dict)
    played: set[str] = field(default_factory=set)
    people: dict[str, User] = field(default_factory=dict)  # the cast, by its part
    _planned: dict[date, list[tuple[Act, tuple]]] = field(default_factory=dict)

    # Planning --------------------------------------------------------------------------------

    def begin(self) -> None:
        """Let every part of this cycle's phases plan its acts."""
        for phase in self.cycle.phases.order_by("starts_on"):
            for planned in _parts.get(phase.kind, []):
                self.played.add(phase.kind)
                planned(self)

    def plan(self, day: date, act: Act, *values: object) -> None:
        """Act on this day, or on the next on which offices work; never before today."""
        day = min(roll(max(day, self.on), "after"), self.last_day)
        self._planned.setdefault(day, []).append((act, values))

    def draw(self, first: date, last: date) -> date:
        """A day between the two, both included, as the dice fall."""
        return first + timedelta(days=self.dice.randint(0, max(0, (last - first).days)))

    def phase(self, kind: str) -> Phase:
        return self.cycle.phases.get(kind=kind)

    def due(self, code: str, kind: str) -> date:
        """The day of a deadline; where the programme has none, the end of the phase."""
        found = Deadline.objects.filter(cycle=self.cycle, code=code).first()
        return found.due_on if found else self.phase(kind).ends_on

    # Acting ----------------------------------------------------------------------------------

    def play_day(self, on: date) -> None:
        """Everything planned for the day, each act followed by what the workers do."""
        self.on = on
        self.clock.move_to(datetime.combine(on, OFFICE_OPENS, tzinfo=JAPAN))
        for number, (act, values) in enumerate(self._planned.pop(on, [])):
            minutes = timedelta(minutes=10 * (number + 1))
            self.clock.move_to(datetime.combine(on, OFFICE_OPENS, tzinfo=JAPAN) + minutes)
            act(self, *values)
        self.clock.move_to(datetime.combine(on, time(23), tzinfo=JAPAN))

    @contextmanager
    def act(
        self, who: object, what: str | Promise, mark: str = "done", **values: object
    ) -> Iterator[Entry]:
        """Record what is done inside, with the mails and letters that came of it."""
        entry = Entry(who, Said(what, values), mark)
        mails = Mail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        letters = Letter.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        final = set(RelayLetter.objects.exclude(sha256="").values_list("pk", flat=True))
        yield entry
        self.work()
        entry.mails = list(Mail.objects.filter(pk__gt=mails).order_by("pk"))
        entry.letters = list(Letter.objects.filter(pk__gt=letters).order_by("pk"))
        entry.relay_letters = list(
            RelayLetter.objects.exclude(sha256="").exclude(pk__in=final).order_by("pk")
        )
        self.entries.setdefault(self.on, []).append(entry)

    def refused(
        self,
        who: object,
        what: str | Promise,
        error: type[Exception],
        call: Callable[[], object],
        **values: object,
    ) -> None:
        """Try what the portal must refuse; that it does not is a broken rule."""
        try:
            call()
        except error:
            with self.act(who, what, mark="stopped", **values):
                return
        raise Broken(self.on, "What must be refused was done", str(Said(what, values)))

    def work(self) -> None:
        """What beat and the workers do within a minute: print, announce, hand over."""
        render_waiting()
        announce_issued()
        deliver_due()
