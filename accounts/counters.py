"""Where failed sign-ins are counted: one table for all processes, on all machines.

allauth counts in Django's cache. A cache of one process counts for that process alone, a Redis that
is away counts nothing, and Django's own table throws live rows away when it holds more than 300:
who tries enough addresses would empty the counts. So the counts stand in the database, without
which nobody can sign in anyway, and only what has expired ever leaves.
"""

from datetime import datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError, connections
from django.db.backends.utils import CursorWrapper


class CounterCache(DatabaseCache):
    """The cache table with two rules more: a live count is never dropped, a lost one is told."""

    def set(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Write, or raise OperationalError: a failure that is not counted would open the gate."""
        made = self.make_and_validate_key(key, version=version)
        if not self._base_set(  # type: ignore[attr-defined]
            "set", made, value, timeout
        ):
            raise OperationalError("A count could not be written.")

    def _cull(self, db: str, cursor: CursorWrapper, now: datetime, num: int) -> None:
        """Only what has expired leaves, however many rows there are."""
        ops = connections[db].ops
        table = ops.quote_name(self._table)  # type: ignore[attr-defined]
        expires = ops.quote_name("expires")
        cursor.execute(
            f"DELETE FROM {table} WHERE {expires} < %s",  # noqa: S608 - both names are ours
            [ops.adapt_datetimefield_value(now)],
        )
