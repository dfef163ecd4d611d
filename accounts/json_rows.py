"""Rows that belong to a row, read along with it: a page keeps to its number of queries."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Aggregate, F, JSONField, Model, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Value
from django.db.models.functions import Coalesce, JSONObject


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


def row_from(model: type[Model], values: Mapping[str, Any], **related: Model | None) -> Any:
    """A row that was read as JSON, with the rows that it points to; columns whose name holds two
    underscores belong to those.
    """
    row = model(**related)
    for name, value in values.items():
        if "__" not in name:
            field = model._meta.get_field(name)
            setattr(row, field.attname, _plain(field, value))
    row._state.adding = False
    return row


def related_from(model: type[Model], values: Mapping[str, Any], link: str) -> Any:
    """The row to which `link` points, as far as it was read; None where it points to none."""
    found = {
        name.removeprefix(f"{link}__"): value
        for name, value in values.items()
        if name.startswith(f"{link}__")
    }
    return row_from(model, found) if found.get("id") is not None else None


def _plain(field: Any, value: Any) -> Any:
    """The value as Python has it; SQLite says no zone of a moment, and means universal time."""
    found = field.to_python(value)
    if isinstance(found, datetime) and found.tzinfo is None:
        return found.replace(tzinfo=UTC)
    return found
