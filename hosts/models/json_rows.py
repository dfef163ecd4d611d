"""Rows that belong to a row, read along with it: a page keeps to its number of queries."""

from collections.abc import Sequence

from django.db.models import Aggregate, F, JSONField, OuterRef, QuerySet, Subquery
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
