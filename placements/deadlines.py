"""Until when an opening takes nominations: a day of Japan, and the moment of its end abroad."""

import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.templatetags.portal import full_day
from schedule.models import Cycle, Deadline

from .models import Opening

NOMINATION = "nomination"  # the code of the cycle's own deadline
# What the clock of an office is called. China has one time, which its database names Shanghai.
CITIES = {
    "America/New_York": pgettext_lazy("city", "New York"),
    "Asia/Seoul": pgettext_lazy("city", "Seoul"),
    "Asia/Shanghai": pgettext_lazy("city", "Beijing"),
    "Asia/Singapore": pgettext_lazy("city", "Singapore"),
    "Asia/Tokyo": pgettext_lazy("city", "Japan"),
    "Australia/Sydney": pgettext_lazy("city", "Sydney"),
    "Europe/London": pgettext_lazy("city", "London"),
    "Europe/Paris": pgettext_lazy("city", "Paris"),
    "UTC": _("universal time"),
}


@dataclass(frozen=True)
class Until:
    """The last day in Japan, and when that day ends where the reader is."""

    day: date
    zone: zoneinfo.ZoneInfo

    @property
    def at(self) -> datetime:
        """The moment in which the day has ended in Japan."""
        return end_of_day(self.day)

    @property
    def local(self) -> datetime:
        return self.at.astimezone(self.zone)

    @property
    def local_day(self) -> date:
        return self.local.date()

    @property
    def local_clock(self) -> str:
        return f"{self.local:%H:%M}"

    @property
    def city(self) -> str:
        return city_of(self.zone)

    @property
    def is_elsewhere(self) -> bool:
        """Whether the reader's clock is another than Japan's."""
        tokyo = self.at.astimezone(zoneinfo.ZoneInfo("Asia/Tokyo"))
        return tokyo.utcoffset() != self.local.utcoffset()

    def is_over(self, at: datetime | None = None) -> bool:
        return (at or timezone.now()) >= self.at


def city_of(zone: zoneinfo.ZoneInfo) -> str:
    """The city whose clock it is, in words of the reader."""
    return str(CITIES.get(zone.key) or zone.key.rpartition("/")[2].replace("_", " "))


def end_of_day(day: date) -> datetime:
    """Midnight at the end of a day in Japan."""
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time())
    return midnight.replace(tzinfo=zoneinfo.ZoneInfo("Asia/Tokyo"))


def deadline_of(cycle: Cycle) -> Deadline | None:
    """The cycle's own deadline of nominations."""
    return cycle.deadlines_by_code.get(NOMINATION)


def due_on_of(opening: Opening) -> date | None:
    """The last day of this opening: its own, else the cycle's."""
    if opening.nominate_by is not None:
        return opening.nominate_by
    found = deadline_of(opening.host_request.cycle)
    return found.due_on if found else None


def until_of(opening: Opening) -> Until | None:
    """The last day of this opening with the clock of its office."""
    day = due_on_of(opening)
    return Until(day, opening.office.zone) if day else None


def is_over(opening: Opening, on: date) -> bool:
    """Whether its last day has passed on this day of Japan."""
    day = due_on_of(opening)
    return day is not None and day < on


def until_words(until: Until | None) -> str:
    """Friday 11 December 2026, 24:00 in Japan (16:00 in Paris), in the language that is spoken now;
    where the local day is another, it is named.
    """
    if until is None:
        return gettext("no day yet")
    day = full_day(until.day)
    if not until.is_elsewhere:
        return gettext("end of {day}").format(day=day)
    words = gettext("{day}, 24:00 in Japan ({clock} in {city})")
    if until.local_day != until.day:
        words = gettext("{day}, 24:00 in Japan ({clock} on {local} in {city})")
    return words.format(
        day=day, clock=until.local_clock, city=until.city, local=full_day(until.local_day)
    )


def until_of_words(opening: Opening) -> str:
    """The last day of this opening in words."""
    return until_words(until_of(opening))
