"""The database itself keeps the versions of an answer."""

from contextlib import contextmanager
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import Error, connection, transaction

from hosts.models import AnswerVersion
from tests.factories import SurveyAnswerFactory

pytestmark = pytest.mark.django_db

GUARD = import_module("hosts.migrations.0006_reminders_and_versions_of_answers")
CHANGES = [
    "UPDATE hosts_answerversion SET reason = 'x'",
    "UPDATE hosts_answerversion SET sha256 = 'x'",
    "DELETE FROM hosts_answerversion",
]


@pytest.fixture
def version() -> AnswerVersion:
    return AnswerVersion.objects.create(
        answer=SurveyAnswerFactory(),
        number=1,
        occasion="submitted",
        state="submitted",
        contents={"id": 1},
        sha256="0" * 64,
    )


@contextmanager
def unguarded():
    """Without the triggers, inside the transaction of the test."""
    with connection.cursor() as cursor:
        owner = SimpleNamespace(connection=connection, execute=cursor.execute)
        GUARD.drop_triggers(None, owner)
        yield
        GUARD.add_triggers(None, owner)


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("sql", CHANGES)
def test_the_database_refuses_to_change_or_delete_a_version(version: AnswerVersion, sql: str):
    with pytest.raises(Error, match="only ever added"):
        run(sql)

    assert AnswerVersion.objects.values("reason", "sha256").get() == {
        "reason": "",
        "sha256": "0" * 64,
    }


@pytest.mark.parametrize("sql", CHANGES)
def test_without_the_guard_the_version_changes_control(version: AnswerVersion, sql: str):
    before = list(AnswerVersion.objects.values())
    with unguarded():
        run(sql)

    assert list(AnswerVersion.objects.values()) != before
