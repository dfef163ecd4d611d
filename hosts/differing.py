"""What differs between two versions of an answer, in the reader's words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django_countries import countries
from django_countries.fields import CountryField

from .contents import Contents, parts_of, told_fields
from .models import SurveyAnswer

_PART_NAMES = ("field", "name_ja", "theme_ja", "country", "government", "question", "rank")


@dataclass(frozen=True)
class Difference:
    """One field with its place in the answer, and what it said in either version."""

    place: str
    label: str
    before: str
    after: str


def differences(before: Contents, after: Contents) -> list[Difference]:
    """Every field in which the two versions differ, in the order of the answer."""
    return list(_differences(SurveyAnswer, before, after, ""))


def lines_of(contents: Contents) -> list[Difference]:
    """Everything that one version says, field by field; what is empty is left out."""
    return [line for line in _differences(SurveyAnswer, {}, contents, "") if line.after]


def _differences(model: Any, before: Contents, after: Contents, place: str) -> Iterator[Difference]:
    known = {"id"}
    for field in told_fields(model):
        known.add(field.name)
        first, second = (
            _in_words(field, each.get(field.name)) if each else "" for each in (before, after)
        )
        if first != second:
            yield Difference(place, _label(field), first, second)
    for part in parts_of(model):
        name = part._meta.get_field(part.part_of_answer).remote_field.get_accessor_name()
        known.add(name)
        yield from _parts(part, before.get(name), after.get(name), place)
    for name in sorted((before.keys() | after.keys()) - known):
        # A field of a version that the portal no longer knows is shown as it was kept.
        first, second = (_plain(each.get(name)) for each in (before, after))
        if first != second:
            yield Difference(place, name, first, second)


def _parts(part: Any, before: Any, after: Any, place: str) -> Iterator[Difference]:
    earlier, later = _rows(before), _rows(after)
    ids = [*earlier, *(pk for pk in later if pk not in earlier)]
    for number, pk in enumerate(ids, start=1):
        old, new = earlier.get(pk, {}), later.get(pk, {})
        name = str(part._meta.verbose_name)
        if isinstance(before, list) or isinstance(after, list):
            name = f"{name} {number}"
        if title := _title(part, new or old):
            name = f"{name}「{title}」" if _is_ja() else f"{name} “{title}”"
        where = f"{place} › {name}" if place else name
        yield from _differences(part, old, new, where)


def _rows(value: Any) -> dict[Any, Contents]:
    rows = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
    return {row.get("id"): row for row in rows}


def _title(part: Any, row: Contents) -> str:
    for field in told_fields(part):
        if field.name in _PART_NAMES and row.get(field.name):
            return _in_words(field, row[field.name])
    return ""


def _label(field: Any) -> str:
    return str(field.verbose_name)


def _in_words(field: Any, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return pgettext("answer", "yes") if value else pgettext("answer", "no")
    if field.choices:
        return str({str(key): words for key, words in field.flatchoices}.get(str(value), value))
    if isinstance(field, CountryField):
        return str(countries.name(str(value)) or value)
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return _day(value)
    return _plain(value)


def _day(value: Any) -> str:
    try:
        return date_format(date.fromisoformat(str(value)), "DATE_FORMAT")
    except ValueError:
        return str(value)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        named = value.get("ja") if _is_ja() else value.get("en")
        return str(named or value.get("ja") or _listed(value.values()))
    if isinstance(value, list):
        return _listed(value)
    return "" if value is None else str(value)


def _listed(values: Any) -> str:
    return ("、" if _is_ja() else ", ").join(_plain(each) for each in values)


def _is_ja() -> bool:
    return (get_language() or "ja") == "ja"
