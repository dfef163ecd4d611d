"""A draft from before drafts were encrypted is carried over the migrations, and back again."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = ("accounts", "0012_personal_links_and_agencies")
COPIED = ("accounts", "0014_encrypt_drafts")
AFTER = ("accounts", "0015_drafts_are_encrypted")
TYPED = {"passport_number": ["CANARY-X1234567"], "agree_health": ["yes", "no"], "name": ["山田"]}


def migrate(target: tuple[str, str]):
    """The database and the models of that moment."""
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return executor.loader.project_state([target]).apps


@pytest.fixture
def newest():
    """Whatever becomes of the test, the next one finds the tables as they are to be."""
    yield
    executor = MigrationExecutor(connection)
    executor.migrate([node for node in executor.loader.graph.leaf_nodes() if node[0] == "accounts"])


def stored() -> str:
    """What the table itself holds, as whoever reads the disk would see it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_formdraft")
        return str(cursor.fetchall())


def test_an_old_draft_is_encrypted_with_its_words_and_its_moment_and_comes_back(newest):
    user = UserFactory()
    drafts = migrate(BEFORE).get_model("accounts", "FormDraft").objects
    old = drafts.create(user_id=user.pk, form="trainees.application:person", values=TYPED)
    empty = drafts.create(user_id=user.pk, form="hosts.request:1", values={})
    assert "CANARY" in stored()

    models = migrate(AFTER)

    found = models.get_model("accounts", "FormDraft").objects.get(pk=old.pk)
    assert "CANARY" not in stored()
    assert (found.values, found.user_id, found.form) == (TYPED, user.pk, old.form)
    assert found.saved_at == old.saved_at
    assert models.get_model("accounts", "FormDraft").objects.get(pk=empty.pk).values == {}
    back = migrate(BEFORE).get_model("accounts", "FormDraft").objects.get(pk=old.pk)
    assert (back.values, back.saved_at) == (TYPED, old.saved_at)


def test_without_the_copy_nothing_of_the_draft_would_be_left_control(newest, monkeypatch):
    user = UserFactory()
    drafts = migrate(BEFORE).get_model("accounts", "FormDraft").objects
    old = drafts.create(user_id=user.pk, form="trainees.application:person", values=TYPED)
    executor = MigrationExecutor(connection)
    monkeypatch.setattr(
        executor.loader.graph.nodes[COPIED].operations[0], "code", lambda apps, editor: None
    )

    executor.migrate([AFTER])

    models = executor.loader.project_state([AFTER]).apps
    assert models.get_model("accounts", "FormDraft").objects.get(pk=old.pk).values == {}
