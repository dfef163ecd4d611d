"""Writing many rows in few queries."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)
COPY_FROM = 500  # below, one INSERT is as fast
VARIABLES = 30_000  # every SQLite since 3.32 takes 32,766 in a query; Django still counts with 999


@contextmanager
def wide_queries() -> Iterator[None]:
    """Let SQLite take as many rows in one query as it can; elsewhere nothing changes."""
    features = connection.features
    before = features.max_query_params
    if before is not None and connection.vendor == "sqlite":
        features.max_query_params = VARIABLES
    try:
        yield
    finally:
        features.max_query_params = before


def create_rows(model: type[Row], rows: Sequence[Row]) -> None:
    """Insert these rows; their keys are known afterwards."""
    if rows:
        with wide_queries():
            model._default_manager.bulk_create(rows)


def append_rows(model: type[Row], rows: Sequence[Row]) -> None:
    """Insert rows whose keys nobody asks for: many of them by COPY where the database has it."""
    if connection.vendor != "postgresql" or len(rows) < COPY_FROM:
        return create_rows(model, rows)
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(
                [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
            )
    return None


def update_rows(model: type[Row], rows: Sequence[Row], fields: Sequence[str]) -> None:
    """Write these columns of rows that exist, by an insert that meets its own key.

    Django's `bulk_update` compares every row with every key, which is slow from a thousand rows on.
    The rows are to be locked by the caller: one that is gone would come back.
    """
    if rows:
        with wide_queries():
            model._default_manager.bulk_create(
                rows, update_conflicts=True, unique_fields=["pk"], update_fields=list(fields)
            )
