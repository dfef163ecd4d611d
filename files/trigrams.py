"""Indexes by which PostgreSQL finds a part of a word, as the search of a list asks for it.

They serve from three characters on; shorter words, and SQLite, read the table. Where the database
does not allow the extension pg_trgm, the search works without them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import DatabaseError, migrations, transaction


def find_by_part(tables: Mapping[str, Sequence[str]]) -> migrations.RunPython:
    """The migration that adds the indexes: table → its columns."""
    return migrations.RunPython(_for_each(tables, _create), _for_each(tables, _drop))


def index_name(table: str, column: str) -> str:
    return f"{table}_{column}_part"


def _for_each(
    tables: Mapping[str, Sequence[str]], change: Callable[[Any, str, str], None]
) -> Callable[[Any, Any], None]:
    def run(_apps: Any, editor: Any) -> None:
        if editor.connection.vendor != "postgresql" or not _has_extension(editor.connection):
            return
        for table, columns in tables.items():
            for column in columns:
                change(editor, table, column)

    return run


def _has_extension(connection: Any) -> bool:
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return False
    return True


def _create(editor: Any, table: str, column: str) -> None:
    # The expression is the one that Django's `icontains` writes.
    editor.execute(
        f'CREATE INDEX IF NOT EXISTS "{index_name(table, column)}" ON "{table}" '
        f'USING gin (UPPER("{column}"::text) gin_trgm_ops)'
    )


def _drop(editor: Any, table: str, column: str) -> None:
    editor.execute(f'DROP INDEX IF EXISTS "{index_name(table, column)}"')
