"""Taking the guard away: what the controls of the race tests do."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.models import QuerySet


@contextmanager
def without_row_locks() -> Iterator[None]:
    """No row is locked, and SQLite takes its one lock only when it first writes, as it would by
    default.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QuerySet, "select_for_update", lambda rows, *args, **kwargs: rows)
        if connection.vendor == "sqlite":
            patch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")
        yield
