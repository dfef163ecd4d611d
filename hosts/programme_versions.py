"""Versions of training programmes: what was sent stays readable, and differences are shown."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User

from .contents import as_stored, contents_of_programme
from .models import (
    Contribution,
    HostRequest,
    ProgrammeVersion,
    TrainingProgramme,
    TrainingUnit,
    UnitInstructor,
)
from .outline import Outline, row_of, usual_start
from .weekdays import weekday_words

Contents = dict[str, Any]
PARTS = {"units": TrainingUnit, "contributions": Contribution}
NOT_SHOWN = {"id", "position", "units", "contributions", "instructors"}
MOST_WORDS = 1500  # of one text; longer ones are compared by sentences
_WORD = re.compile(r"[A-Za-z0-9À-ɏ'’.-]+|\s+|.", re.DOTALL)
_SENTENCE = re.compile(r"[^。．.\n]*[。．.\n]?", re.DOTALL)
WEEKDAY_COLUMNS = {"days", "days_off"}


# Writing ------------------------------------------------------------------------------------------


def record_versions(requests: Iterable[HostRequest], *, by: User | None, reason: str = "") -> None:
    """Keep the programmes of these requests as they are now. The caller has locked the requests."""
    for request in requests:
        record_version(request.training_programme, by=by, reason=reason)


def record_version(
    programme: TrainingProgramme, *, by: User | None, reason: str = "", at: datetime | None = None
) -> ProgrammeVersion:
    """The version that says what the programme says now; a new one only where it says another thing
    than the last.
    """
    contents = as_stored(contents_of_programme(programme))
    last = programme.versions.order_by("number").last()
    if last is not None and last.contents == contents:
        return last
    number = last.number + 1 if last else 1
    return programme.versions.create(
        number=number, contents=contents, reason=reason, by=by, at=at or timezone.now()
    )


# Reading ------------------------------------------------------------------------------------------


def outline_of_version(request: HostRequest, version: ProgrammeVersion) -> Outline:
    """The programme as it was kept, made of rows that are not saved."""
    contents = version.contents
    programme = row_of(TrainingProgramme, contents)
    units = []
    for told in contents.get("units", []):
        unit = row_of(TrainingUnit, told)
        unit.people = [row_of(UnitInstructor, person) for person in told.get("instructors", [])]
        units.append(unit)
    return Outline(
        programme=programme,
        units=units,
        contributions=[row_of(Contribution, each) for each in contents.get("contributions", [])],
        starts_on=programme.starts_on or usual_start(request),
        earliest=usual_start(request),
        latest=request.ends_on,
    )


# Comparing ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One field that says another thing than before."""

    where: str
    label: str
    before: str
    after: str

    @property
    def words(self) -> list[tuple[str, str]]:
        """The text word by word: kept ("same"), taken out ("del") or put in ("ins")."""
        return compare_words(self.before, self.after)


def differences(before: Contents, after: Contents) -> list[Difference]:
    """Everything in which two versions differ, field by field."""
    whole = _("Training programme")
    found = list(_fields(TrainingProgramme, whole, before, after))
    for name, model in PARTS.items():
        found += _parts(model, before.get(name, []), after.get(name, []))
    return found


def _parts(model: Any, before: list[Contents], after: list[Contents]) -> Iterator[Difference]:
    old, new = ({told["id"]: told for told in told_all} for told_all in (before, after))
    order = [*new, *(pk for pk in old if pk not in new)]
    for pk in order:
        was, now = old.get(pk), new.get(pk)
        where = _name_of(model, now or was or {})
        if was is None or now is None:
            word = _("added") if was is None else _("deleted")
            name = where
            yield Difference(where, word, "" if was is None else name, name if was is None else "")
        yield from _fields(model, where, was or {}, now or {})
        if model is TrainingUnit:
            people = [_people(told or {}) for told in (was, now)]
            if people[0] != people[1]:
                yield Difference(where, _("Instructors"), *people)
    both = old.keys() & new.keys()
    stayed = [[told for told in each if told["id"] in both] for each in (before, after)]
    places = [[told["id"] for told in each] for each in stayed]
    if places[0] != places[1]:
        names = [
            pgettext("between names", ", ").join(_name_of(model, told) for told in each)
            for each in stayed
        ]
        yield Difference(capfirst(str(model._meta.verbose_name_plural)), _("Order"), *names)


def _fields(model: Any, where: str, before: Contents, after: Contents) -> Iterator[Difference]:
    for field in model._meta.concrete_fields:
        if field.name in NOT_SHOWN or (field.name not in before and field.name not in after):
            continue
        was, now = (as_words(field, told.get(field.name)) for told in (before, after))
        if was != now:
            yield Difference(where, capfirst(str(field.verbose_name)), was, now)


def _name_of(model: Any, told: Contents) -> str:
    word = _("Unit") if model is TrainingUnit else _("Contribution")
    return f"{word}: {row_of(model, told)}"


def _people(told: Contents) -> str:
    people = [row_of(UnitInstructor, each) for each in told.get("instructors", [])]
    return "\n".join(
        " ".join(
            word
            for word in [
                person.name,
                person.post,
                "" if person.years is None else str(person.years),
                _("full time") if person.is_full_time else "",
            ]
            if word
        )
        for person in people
    )


def as_words(field: models.Field, value: Any) -> str:
    """A value of a version as a reader takes it."""
    if value is None or value == "":
        return ""
    if field.name in WEEKDAY_COLUMNS:
        return weekday_words(str(value))
    if isinstance(field, models.BooleanField):
        return pgettext("answer", "yes") if value else pgettext("answer", "no")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.TimeField):
        return str(value)[:5]
    return str(value)


def compare_words(before: str, after: str) -> list[tuple[str, str]]:
    """Two texts in one: Latin script by words, Japanese by characters, long texts by sentences."""
    split = _WORD if max(len(before), len(after)) <= MOST_WORDS else _SENTENCE
    old, new = split.findall(before), split.findall(after)
    found: list[tuple[str, str]] = []
    for act, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if act == "equal":
            found.append(("same", "".join(old[a:b])))
            continue
        if a < b:
            found.append(("del", "".join(old[a:b])))
        if c < d:
            found.append(("ins", "".join(new[c:d])))
    return [(kind, text) for kind, text in found if text]
