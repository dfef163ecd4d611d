"""What is kept of people, and for how long: one registry for every column of the portal.

Each app declares its models in `privacy.py`; a column without a declaration fails the tests. The
classes follow the Act on the Protection of Personal Information (個人情報の保護に関する法律):
special care is 要配慮個人情報, article 2(3). The periods are drafts of ours which the operator
confirms.
"""

from dataclasses import dataclass
from enum import Enum

from django.db import models


class DataClass(Enum):
    """How much a column tells about a person."""

    NONE = "no personal data"
    BUSINESS = "an official's name and office address"
    PERSONAL = "personal data"
    SPECIAL_CARE = "personal data needing special care"
    SECRET = "a secret: token, password, key"  # noqa: S105 - a word, no secret


class Keep(Enum):
    """How long a column is kept."""

    FOR_EVER = "as long as the archive stands"
    WITH_OFFICE = "while the person holds the office, then three years"
    AFTER_CYCLE_1Y = "one year after the cycle has ended"
    AFTER_CYCLE_5Y = "five years after the cycle has ended"
    DAYS_30 = "thirty days"
    DAYS_90 = "ninety days"
    YEARS_3 = "three years"
    UNTIL_USED = "until it is used or has expired"


@dataclass(frozen=True)
class Rule:
    """What one column holds and how long it is kept."""

    data_class: DataClass
    keep: Keep


_registry: dict[tuple[str, str], Rule] = {}

NOTHING_PERSONAL = Rule(DataClass.NONE, Keep.FOR_EVER)


def declare(model: type[models.Model], /, rest: Rule | None = None, **columns: Rule) -> None:
    """Record the rules of a model's columns; `rest` speaks for the keys, states and moments not
    named.

    `rest` covers only columns that cannot carry text of a person: keys, dates, numbers, choices,
    switches. A text column must be named. Raises ValueError for a column that the model does not
    have.
    """
    names = {field.name: field for field in model._meta.local_fields}
    names |= {field.name: field for field in model._meta.local_many_to_many}
    if unknown := columns.keys() - names.keys():
        raise ValueError(f"{model._meta.label} has no column {sorted(unknown)}")
    for name, field in names.items():
        if name in columns:
            _registry[model._meta.label, name] = columns[name]
        elif rest is not None and not holds_free_text(field):
            _registry[model._meta.label, name] = rest


def holds_free_text(field: models.Field) -> bool:
    """Whether people type into this column, so that it must be named in its declaration."""
    texts = (models.CharField, models.TextField, models.JSONField, models.FileField)
    return (
        isinstance(field, texts) and not field.choices and not isinstance(field, models.UUIDField)
    )


def rule_for(model: type[models.Model], column: str) -> Rule | None:
    """The declared rule of one column, or None."""
    return _registry.get((model._meta.label, column))


def is_personal(model: type[models.Model]) -> bool:
    """Whether a row tells more of somebody than an official's name and office."""
    classes = {DataClass.PERSONAL, DataClass.SPECIAL_CARE}
    return any(
        rule.data_class in classes
        for (label, _column), rule in _registry.items()
        if label == model._meta.label
    )


def undeclared(all_models: list[type[models.Model]]) -> list[str]:
    """Every column without a rule, as `app.Model.column`."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in all_models
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if (model._meta.label, field.name) not in _registry
    ]
