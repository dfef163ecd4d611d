"""What one person or government still has to do, with its deadline.

An app declares its duties in `duties.py`, found by autodiscovery. From that one declaration come
the to-do lists and the reminders. Duties are derived from the rows, never stored as ticks, so they
cannot disagree with them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import User

from .models import Deadline

REMIND_DAYS_BEFORE = (14, 7, 3, 1)


@dataclass(frozen=True)
class Duty:
    """One thing that one person has to do. Texts are lazy, so that each reader has their
    language.
    """

    code: str
    subject: str  # what it is about, stable: "hosts.SurveyAnswer:17"
    user: User
    title: object
    detail: object
    deadline: Deadline | None
    url: str  # without a language, as reverse() gives it under the reader's language
    state: object = ""
    state_mark: str = "none"
    extended_until: date | None = None  # where another day counts for this one

    @property
    def due_on(self) -> date | None:
        usual = self.deadline.due_on if self.deadline else None
        return self.extended_until or usual

    def days_left(self, on: date) -> int | None:
        """Days until the end of the deadline's day in Japan; negative when it has passed."""
        return (self.due_on - on).days if self.due_on else None


Source = Callable[[User | None, date], Iterable[Duty]]

_sources: dict[str, Source] = {}


def duty_source(code: str):
    """Declare a duty: the function gives what is still to do for one person, or for everybody
    (None).
    """

    def register(source: Source) -> Source:
        _sources[code] = source
        return source

    return register


def duties_of(user: User, on: date) -> list[Duty]:
    """What this person has to do, overdue first, then in order of date, undated last."""
    found = [duty for source in _sources.values() for duty in source(user, on)]
    return sorted(found, key=_order)


def duties_of_all(on: date) -> list[Duty]:
    """What everybody has to do on this day, in the order of the deadlines."""
    found = [duty for source in _sources.values() for duty in source(None, on)]
    return sorted(found, key=_order)


def pending_duty(code: str, subject: str, user: User, on: date) -> Duty | None:
    """This duty of this person as it stands now, None when it no longer does."""
    source = _sources.get(code)
    found = source(user, on) if source else ()
    return next((duty for duty in found if duty.subject == subject), None)


def _order(duty: Duty) -> tuple[date, str, str]:
    return (duty.due_on or date.max, duty.code, duty.subject)
