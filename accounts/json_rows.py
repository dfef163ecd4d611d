"""Rows that belong to a row, read along with it: a page keeps to its number of queries."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import (
    Aggregate,
    CharField,
    DateTimeField,
    F,
    JSONField,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.expressions import Value
from django.db.models.functions import Coalesce, JSONObject

Values = Mapping[str, Any]


class _JSONList(Aggregate):
    """The values of a group as a list of JSON."""

    output_field = JSONField()

    def as_postgresql(self, compiler, connection, **context):
        return super().as_sql(compiler, connection, function="JSONB_AGG", **context)

    def as_sqlite(self, compiler, connection, **context):
        return super().as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **context)


def json_rows(rows: QuerySet, link: str, fields: Sequence[str], outer: str = "pk") -> Coalesce:
    """These fields of the rows that point by `link` to the outer row, as a list without an order;
    an empty list where there are none.
    """
    shown = JSONObject(**{name: F(name) for name in fields})
    grouped = rows.order_by().filter(**{link: OuterRef(outer)}).values(link)
    lists = grouped.annotate(json_list=_JSONList(shown)).values("json_list")
    return Coalesce(Subquery(lists), Value([], JSONField()), output_field=JSONField())


def read_together(parts: Mapping[str, tuple[QuerySet, Sequence[str]]]) -> dict[str, list[Values]]:
    """These fields of the rows of several tables, by the names given, in one query; without an
    order.
    """
    first, *others = [
        rows.order_by()
        .annotate(
            json_part=Value(name, output_field=CharField()),
            json_row=JSONObject(**{field: F(field) for field in fields}),
        )
        .values_list("json_part", "json_row")
        for name, (rows, fields) in parts.items()
    ]
    found: dict[str, list[Values]] = {name: [] for name in parts}
    for name, values in first.union(*others, all=True):
        found[name].append(values)
    return found


def row_from(model: type[Model], values: Values, **related: Model | None) -> Any:
    """A row that was read as JSON, with the rows that it points to; columns whose name holds two
    underscores belong to those.
    """
    row = model(**related)
    for name, value in values.items():
        if "__" not in name:
            field: Any = model._meta.get_field(name)
            setattr(row, field.attname, _plain(field, value))
    row._state.adding = False
    return row


def related_from(model: type[Model], values: Values, link: str) -> Any:
    """The row to which `link` points, as far as it was read; None where it points to none."""
    found = {
        name.removeprefix(f"{link}__"): value
        for name, value in values.items()
        if name.startswith(f"{link}__")
    }
    return row_from(model, found) if found.get("id") is not None else None


def moment_from(value: str) -> datetime:
    """A moment that was read as JSON; SQLite says no zone, and means universal time."""
    found = datetime.fromisoformat(value)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _plain(field: Any, value: Any) -> Any:
    """The value as Python has it."""
    if isinstance(field, DateTimeField):
        return moment_from(value) if value else None
    return field.to_python(value)
