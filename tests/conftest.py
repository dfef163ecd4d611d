"""What every test of the portal starts from."""

import gc
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils import translation

from schedule import context
from trainees import contacts, usual

flush = BaseDatabaseOperations.execute_sql_flush
# The migrations that forbid the database to change or delete rows of a table.
APPEND_ONLY = [
    "accounts.migrations.0003_audit_trail_is_append_only",
    "hosts.migrations.0006_reminders_and_versions_of_answers",
]


def pytest_configure():
    """No manifest of static files and no slow password hash in tests."""
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    BaseDatabaseOperations.execute_sql_flush = empty_as_its_owner
    context.KEPT_SECONDS = 3600  # a test longer than a minute sees one foot on all its pages
    # Queries are made of many short-lived objects: looking for garbage after each 700 of them, as
    # Python does, is an eighth of the time of the tests that ask for many pages.
    gc.set_threshold(50_000, 50, 100)


def empty_as_its_owner(operations, sql_list):
    """Empty the tables after a test that committed: only the owner of the database can, since the
    audit trail and the versions of answers refuse to be deleted.
    """
    connection = operations.connection
    append_only = [import_module(name) for name in APPEND_ONLY]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        owner = SimpleNamespace(connection=connection, execute=cursor.execute)
        for guard in append_only:
            guard.drop_triggers(None, owner)
        flush(operations, sql_list)
        for guard in append_only:
            guard.add_triggers(None, owner)


@pytest.fixture(autouse=True)
def clean_ground(request):
    """Limits on sign-in are counted in the cache, the language is the thread's: both start anew."""
    usual.forget()  # what a process keeps of earlier cycles and of the offices
    contacts.forget()
    context.remember(None)  # the foot of the pages asks the database in its own tests only
    with translation.override("en"):
        if request.node.get_closest_marker("django_db"):
            request.getfixturevalue("db")
            cache.clear()
        yield
