"""The database itself refuses to change an issued letter; only its state may take the last moves.

On SQLite a later change of the table rebuilds it and drops the trigger: such a migration must run
these statements again. A test changes an issued row by SQL on the migrated database.
"""

from django.db import migrations

MESSAGE = "an issued letter never changes"

# PostgreSQL compares the whole row, SQLite needs the names; state is looked at apart.
COLUMNS = [
    "id",
    "public_id",
    "key",
    "kind",
    "language",
    "series",
    "fiscal_year",
    "number",
    "reference_format",
    "reference",
    "issued_on",
    "subject",
    "addressee",
    "template",
    "context",
    "check_code",
    "version",
    "supersedes_id",
    "approved_at",
    "render_not_before",
    "last_error",
    "sha256",
    "size",
    "rendered_with",
    "issued_at",
    "created_at",
]
LAST_MOVES = (
    "NEW.state = OLD.state OR (OLD.state = 'issued' AND NEW.state IN ('superseded', 'withdrawn'))"
)

SQLITE = """
CREATE TRIGGER notices_letter_is_final BEFORE UPDATE ON notices_letter
WHEN OLD.issued_at IS NOT NULL AND ({changed} OR NOT ({moves}))
BEGIN SELECT RAISE(ABORT, '{message}'); END
""".format(
    changed=" OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in COLUMNS),
    moves=LAST_MOVES,
    message=MESSAGE,
)
POSTGRESQL = [
    f"""
    CREATE FUNCTION notices_letter_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (to_jsonb(NEW) - 'state') IS DISTINCT FROM (to_jsonb(OLD) - 'state')
           OR NOT ({LAST_MOVES}) THEN
            RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER notices_letter_is_final BEFORE UPDATE ON notices_letter
    FOR EACH ROW WHEN (OLD.issued_at IS NOT NULL) EXECUTE FUNCTION notices_letter_is_final()
    """,
]


def add_trigger(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else [SQLITE]
    for statement in statements:
        schema_editor.execute(statement)


def drop_trigger(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER notices_letter_is_final ON notices_letter")
        schema_editor.execute("DROP FUNCTION notices_letter_is_final()")
    else:
        schema_editor.execute("DROP TRIGGER notices_letter_is_final")


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_letters_and_mails")]

    operations = [migrations.RunPython(add_trigger, drop_trigger)]
