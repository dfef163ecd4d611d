"""Everything that an answer says, from its own fields down to the units of its programmes.

One walk for whoever needs the whole: versions, sheets to print, workbooks. Each model says itself
whether it is a part of an answer: `part_of_answer` names its way up (a field), None that it is
none; `not_in_versions` names the fields that tell of the way of an answer and not of what it says.
All other columns are included by themselves, those of tomorrow, too. A model whose columns hold
keys that mean something elsewhere says them in both languages: `words_of(rows)`.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, cast

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import translation

from accounts.moves import MoveRow

from .models import HostRequest, LocalGovernment, SurveyAnswer, TrainingProgramme
from .states import RequestState

Contents = dict[str, Any]
Model = Any  # the walk goes over whatever models declare themselves to be parts

LANGUAGES = ("ja", "en")
# Rows that are kept for the history only and say nothing any more.
_NO_LONGER_SAID: dict[Model, dict[str, str]] = {HostRequest: {"state": RequestState.WITHDRAWN}}
# What the name of a row needs beside the row itself.
_NEEDED_FOR_NAMES: dict[Model, list[str]] = {
    LocalGovernment: ["organisation", "prefecture__organisation"]
}


def contents_of(answer: SurveyAnswer) -> Contents:
    """What one answer says now."""
    return contents_of_all([answer])[answer.pk]


def contents_of_all(answers: Sequence[SurveyAnswer]) -> dict[int, Contents]:
    """What these answers say now, by their numbers: a query for each kind of part, however many
    answers there are.
    """
    found = _told(SurveyAnswer, list(answers))
    _add_parts(SurveyAnswer, found)
    return {pk: {"id": pk, **fields} for pk, fields in found.items()}


def contents_of_programme(programme: TrainingProgramme) -> Contents:
    """What one training programme says now, with its units, instructors and contributions."""
    found = _told(TrainingProgramme, [programme])
    _add_parts(TrainingProgramme, found)
    return {"id": programme.pk, **found[programme.pk]}


def fingerprint(contents: Contents) -> str:
    """The SHA-256 of the contents, whatever the order in which a database gives them back."""
    text = json.dumps(contents, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def as_stored(contents: Contents) -> Contents:
    """The contents as JSON gives them back: days and moments as text."""
    return json.loads(json.dumps(contents, cls=DjangoJSONEncoder))


def _add_parts(model: Model, parents: dict[int, Contents]) -> None:
    for part in parts_of(model):
        link = part._meta.get_field(part.part_of_answer)
        is_one = isinstance(link, models.OneToOneField)
        name = link.remote_field.get_accessor_name()
        found = part._default_manager.filter(**{f"{link.name}__in": list(parents)})
        for field, value in _NO_LONGER_SAID.get(part, {}).items():
            found = found.exclude(**{field: value})
        rows = list(found.order_by(*part._meta.ordering, "pk"))
        told = _told(part, rows)
        _add_parts(part, told)
        for parent in parents.values():
            parent[name] = None if is_one else []
        for row in rows:
            said = {"id": row.pk, **told[row.pk]}
            above = parents[getattr(row, link.attname)]
            if is_one:
                above[name] = said
            else:
                above[name].append(said)


def _told(model: Model, rows: Sequence[Model]) -> dict[int, Contents]:
    """The own fields of these rows; a row they point to is told by its number and its name."""
    fields = list(told_fields(model))
    plain = [field for field in fields if not field.is_relation]
    told = {row.pk: {field.name: _value(row, field) for field in plain} for row in rows}
    for field in fields:
        if field.many_to_one or field.one_to_one:
            names = _names(field, {getattr(row, field.attname) for row in rows})
            for row in rows:
                told[row.pk][field.name] = names.get(getattr(row, field.attname))
        elif field.many_to_many:
            _add_many(field, told)
    for pk, words in getattr(model, "words_of", _no_words)(rows).items():
        told[pk].update(words)
    return told


def _no_words(_rows: Sequence[Model]) -> dict[int, Contents]:
    return {}


def _add_many(field: Any, told: dict[int, Contents]) -> None:
    near, far = field.m2m_field_name(), field.m2m_reverse_field_name()
    through = field.remote_field.through
    pairs = through._default_manager.filter(**{f"{near}__in": list(told)}).order_by("pk")
    found = list(pairs.values_list(f"{near}_id", f"{far}_id"))
    names = _names(field, {target for _source, target in found})
    targets: dict[int, list[int]] = defaultdict(list)
    for source, target in found:
        targets[source].append(target)
    for pk, said in told.items():
        said[field.name] = [names[target] for target in targets[pk]]


def _value(row: Model, field: Any) -> Any:
    value = field.value_from_object(row)
    if isinstance(value, str | int | float | list | dict) or value is None:
        return value
    if isinstance(field, models.DateField | models.TimeField | models.DecimalField):
        return value
    return field.value_to_string(row)


def _names(field: Any, pks: set[Any]) -> dict[Any, Contents]:
    """The rows behind a relation in both languages, in one query."""
    pks = pks - {None}
    if not pks:
        return {}
    target = field.related_model
    rows = target._default_manager.filter(pk__in=pks)
    if needed := _NEEDED_FOR_NAMES.get(target):
        rows = rows.select_related(*needed)
    names: dict[Any, Contents] = {row.pk: {"id": row.pk} for row in rows}
    for language in LANGUAGES:
        with translation.override(language):
            for row in rows:
                names[row.pk][language] = str(row)
    return names


def told_fields(model: Model) -> Iterator[Any]:
    """The columns of a model that say something: not its keys, its way up, what it leaves out."""
    left_out = {getattr(model, "part_of_answer", None), *getattr(model, "not_in_versions", ())}
    if model is SurveyAnswer:
        left_out.add("survey")
    for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
        is_key = field.primary_key or field.name in {"public_id", "version"}
        if not is_key and field.name not in left_out:
            yield field


@cache
def parts_of(model: Model) -> list[Model]:
    """The models whose rows are parts of this one's, in the order of their names."""
    return sorted(
        (
            each
            for each in cast(list[Model], apps.get_models())
            if getattr(each, "part_of_answer", None)
            and each._meta.get_field(each.part_of_answer).related_model is model
        ),
        key=lambda each: each._meta.label,
    )


def undecided_parts() -> list[Model]:
    """Models of this app that hang on a part of an answer and do not say whether they are one."""
    known = list(_tree(SurveyAnswer))
    return [
        relation.related_model
        for model in known
        for relation in model._meta.related_objects
        if relation.on_delete is models.CASCADE
        and relation.related_model._meta.app_label == SurveyAnswer._meta.app_label
        and not issubclass(relation.related_model, MoveRow)
        and not hasattr(relation.related_model, "part_of_answer")
    ]


def _tree(model: Model) -> Iterator[Model]:
    yield model
    for part in parts_of(model):
        yield from _tree(part)
