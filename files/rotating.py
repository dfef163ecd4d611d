"""Replacing the key of encrypted columns: every value is encrypted anew with the first key."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Cast

from .encrypted import CannotDecrypt, encrypted_fields, index_of, is_current

AT_ONCE = 200


@dataclass(frozen=True)
class Rotated:
    """How many rows of a model there are, and how many had a value of an older key."""

    label: str
    rows: int
    old: int


class CannotRotate(Exception):
    """A value cannot be opened with any key of `FIELD_KEYS`; the message names its row."""


def encrypted_models() -> list[type[models.Model]]:
    """Every model with an encrypted column of its own."""
    return [model for model in apps.get_models() if encrypted_fields(model)]


def rotate(model: type[models.Model], *, dry_run: bool = False) -> Rotated:
    """Encrypt what an older key has encrypted with the first one, and make the index anew by which
    equal values are found.

    Rows are locked a batch at a time and written in one query, past `save()` and the change log:
    nobody changed anything. Stopped in between, the next run goes on. Raises CannotRotate.
    """
    rows = old = 0
    for keys in _batches(model):
        with transaction.atomic():
            found = _old_rows(model, keys)
            if found and not dry_run:
                _write(model, found)
        rows += len(keys)
        old += len(found)
    return Rotated(model._meta.label, rows, old)


def _batches(model: type[models.Model]) -> Iterator[list[object]]:
    """The keys of all rows, so many at once."""
    keys = list(model._base_manager.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    while keys:
        yield keys
        after = model._base_manager.filter(pk__gt=keys[-1])
        keys = list(after.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def _old_rows(model: type[models.Model], keys: list[object]) -> list[models.Model]:
    """Rows of these keys, locked, with a value of an older key or an index that is not its own."""
    fields = encrypted_fields(model)
    as_kept = {f"kept_{field.name}": Cast(F(field.name), models.TextField()) for field in fields}
    locked = model._base_manager.select_for_update().filter(pk__in=keys)
    kept = {
        row.pop("pk"): list(row.values())
        for row in locked.annotate(**as_kept).values("pk", *as_kept)
    }
    found = []
    for key, values in kept.items():
        try:
            row = model._base_manager.get(pk=key) if _asks(model, values) else None
        except CannotDecrypt as error:
            raise CannotRotate(f"{model._meta.label} {key}: {error}") from None
        if row is not None and (_is_old(values) | _remade(row)):
            found.append(row)
    return found


def _asks(model: type[models.Model], values: list[str | None]) -> bool:
    """Whether a row has to be read: one of an older key, or one with an index."""
    return _is_old(values) or index_of(model) is not None


def _is_old(values: list[str | None]) -> bool:
    return not all(value is None or is_current(value) for value in values)


def _remade(row: models.Model) -> bool:
    """Whether making its index anew has changed it."""
    index = index_of(type(row))
    if index is None:
        return False
    before = getattr(row, index.column)
    index.remake(row)
    return getattr(row, index.column) != before


def _write(model: type[models.Model], rows: list[models.Model]) -> None:
    index = index_of(model)
    columns = [field.name for field in encrypted_fields(model)]
    model._base_manager.bulk_update(rows, [*columns, index.column] if index else columns)
