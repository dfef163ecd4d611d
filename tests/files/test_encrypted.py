"""Encrypted columns: nothing of them stands in clear, none is followed by the change log, and their
key is replaced without a loss.
"""

from io import StringIO

import pytest
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models

from accounts.models import FormDraft
from files import encrypted, rotating
from files.encrypted import (
    CannotDecrypt,
    EncryptedTextField,
    decrypt,
    encrypt,
    encrypted_fields,
    is_current,
    key_id,
)
from files.rotating import encrypted_models, rotate
from tests.factories import ApplicationFactory, TraineeFactory, UserFactory
from trainees.models import Application, DossierVersion, HealthDeclaration, Reopening, Trainee

pytestmark = pytest.mark.django_db

NUMBER = "C7Q9ZK41X"  # of a passport, and nowhere else in the database
NEED = "no-pork-canary-Ω-豚肉"
ILL = "asthma-canary-喘息"


def filled() -> Application:
    """One row of every model with an encrypted column, each of them filled."""
    trainee = TraineeFactory(passport_number=NUMBER)
    trainee.index_passport()
    trainee.save()
    application = ApplicationFactory(
        trainee=trainee, dietary_needs=NEED, religious_needs=f"{NEED}-2"
    )
    HealthDeclaration.objects.create(application=application, answers={"illness": ILL})
    typed = {"passport_number": [NUMBER], "dietary_needs": [NEED], "illness": [ILL]}
    FormDraft.objects.create(user=UserFactory(), form="trainees.application", values=typed)
    DossierVersion.objects.create(
        application=application, number=1, data={"person": {"number": NUMBER}}, sha256="0" * 64
    )
    Reopening.objects.create(
        application=application,
        fields=["person.passport_number"],
        reason="x",
        open_until="2030-01-01",
        proposed={"number": NUMBER, "needs": NEED, "illness": ILL},
    )
    return application


def test_the_pack_fills_every_encrypted_column():
    filled()

    for model in encrypted_models():
        row = model._base_manager.get()
        assert all(getattr(row, field.name) for field in encrypted_fields(model)), model


# The change log -------------------------------------------------------------------------------
def followed(log=auditlog) -> list[str]:
    """Encrypted columns whose values the change log would keep."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in encrypted_models()
        if log.contains(model)
        for field in encrypted_fields(model)
        if field.name not in log.get_model_fields(model)["exclude_fields"]
    ]


def test_the_change_log_follows_no_encrypted_column():
    assert encrypted_models()
    assert followed() == []


def test_a_followed_column_is_found_control(monkeypatch):
    known = auditlog._registry[Trainee]
    kept = [name for name in known["exclude_fields"] if name != "passport_number"]
    monkeypatch.setitem(known, "exclude_fields", kept)

    assert followed() == ["trainees.Trainee.passport_number"]


# The database ---------------------------------------------------------------------------------
def everything() -> str:
    """Every value of every table, as the database holds it."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of tables
            found += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(found)


def secrets_in(text: str) -> list[str]:
    return [each for each in (NUMBER, NEED, "canary", "豚肉", "喘息") if each in text]


def test_nothing_of_it_stands_in_clear_in_the_database():
    application = filled()
    application.dietary_needs = f"{NEED}-changed"
    application.save()
    application.trainee.passport_number = f"{NUMBER}2"
    application.trainee.save()

    assert secrets_in(everything()) == []
    assert LogEntry.objects.exists()  # the log was on


def test_a_plain_column_is_found_control():
    filled()
    ApplicationFactory(statement=f"I eat {NEED}")

    assert secrets_in(everything()) == [NEED, "canary", "豚肉"]


def test_without_encryption_it_is_found_control(monkeypatch):
    monkeypatch.setattr(encrypted, "encrypt", lambda text: text)
    monkeypatch.setattr(encrypted, "decrypt", lambda kept: kept)
    filled()

    assert NUMBER in secrets_in(everything())


# The columns ----------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["", "x", "'; DROP TABLE", "\u202eabc", "Ω豚肉" * 1000])
def test_a_text_comes_back_as_it_was(text):
    assert decrypt(encrypt(text)) == text


def test_equal_texts_do_not_look_equal():
    assert encrypt(NUMBER) != encrypt(NUMBER)


@pytest.mark.parametrize("kept", ["plain", "00000000:x", "{key}:", "{key}:AAAA"])
def test_what_no_key_opens_is_an_error_and_no_text(kept, settings):
    with pytest.raises(CannotDecrypt):
        decrypt(kept.format(key=key_id(settings.FIELD_KEYS[0])))


@pytest.mark.parametrize("lookup", ["passport_number", "passport_number__startswith"])
def test_a_list_is_neither_filtered_nor_searched_by_it(lookup):
    with pytest.raises(Exception, match="cannot be searched"):
        list(Trainee.objects.filter(**{lookup: NUMBER}))


def test_every_text_column_of_secrets_is_found_by_its_class():
    named = {"passport_number", "dietary_needs", "religious_needs", "answers"}
    plain = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.name in named
        and isinstance(field, models.TextField | models.JSONField)
        and model._meta.app_label == "trainees"
        and not isinstance(field, EncryptedTextField)
    ]

    assert plain == []


# Replacing the key ----------------------------------------------------------------------------
@pytest.fixture
def replaced(settings):
    """Rows of an old key, and a new key before it."""
    application = filled()
    old = settings.FIELD_KEYS[0]
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), old]
    return application


def old_values() -> int:
    """How many values in the database were made with another key than the first."""
    found = 0
    with connection.cursor() as cursor:
        for model in encrypted_models():
            for field in encrypted_fields(model):
                cursor.execute(f'SELECT "{field.column}" FROM "{model._meta.db_table}"')  # noqa: S608 - names of tables
                found += sum(not is_current(value) for (value,) in cursor.fetchall() if value)
    return found


def run(*words: str) -> str:
    out = StringIO()
    call_command("rotate_field_keys", *words, stdout=out)
    return out.getvalue()


def test_the_key_is_replaced_and_everything_is_readable_without_the_old_one(replaced, settings):
    assert old_values() == 7
    index = replaced.trainee.passport_index
    entries = LogEntry.objects.count()

    said = run()

    assert "6 rows were encrypted anew." in said
    assert old_values() == 0
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    trainee = Trainee.objects.get()
    assert (trainee.passport_number, HealthDeclaration.objects.get().answers) == (
        NUMBER,
        {"illness": ILL},
    )
    assert trainee.passport_index != index
    trainee.index_passport()
    assert Trainee.objects.filter(passport_index=trainee.passport_index).exists()
    assert LogEntry.objects.count() == entries  # nobody changed anything


def test_a_second_run_finds_nothing(replaced):
    run()

    assert "0 rows were encrypted anew." in run()


def test_a_dry_run_counts_and_writes_nothing(replaced):
    said = run("--dry-run")

    assert "6 rows have a value of an older key; nothing was written." in said
    assert old_values() == 7


def test_what_no_key_opens_stops_the_command_with_its_row(replaced, settings):
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]

    with pytest.raises(CommandError, match=r"trainees\.\w+ \d+: There is no key"):
        run()

    assert old_values() == 7


def test_many_rows_take_a_batch_at_a_time(replaced, monkeypatch):
    monkeypatch.setattr(rotating, "AT_ONCE", 2)
    for number in range(4):
        TraineeFactory(passport_number=f"{NUMBER}{number}")
    Trainee.objects.exclude(pk=replaced.trainee_id).update(passport_index="")

    done = rotate(Trainee)

    assert (done.rows, done.old) == (5, 5)  # an index that was not made is made as well
    assert rotate(Trainee).old == 0


def test_a_row_without_a_secret_is_left_alone(replaced):
    TraineeFactory()

    assert rotate(Trainee).old == 1
