"""The database itself refuses to change or delete an audit record; it may be chained, once.

On SQLite a later change of the table rebuilds it and drops the triggers: such a migration must run
these statements again. A test changes and deletes rows by SQL on the migrated database. Whoever
owns the database can drop the triggers; the chain then tells (`manage.py verify_audit`).
"""

from django.db import migrations

MESSAGE = "the audit trail is only ever added to"
TABLE = "accounts_auditrecord"

# Everything but its place in the chain, which is written once.
WRITTEN = [
    "id",
    "at",
    "act",
    "actor_id",
    "model",
    "object_id",
    "fields",
    "digest",
    "entry_id",
    "address",
]

SQLITE = [
    """
    CREATE TRIGGER accounts_auditrecord_unchanged BEFORE UPDATE ON accounts_auditrecord
    WHEN OLD.number IS NOT NULL OR {changed}
    BEGIN SELECT RAISE(ABORT, '{message}'); END
    """.format(
        changed=" OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in WRITTEN),
        message=MESSAGE,
    ),
    f"""
    CREATE TRIGGER accounts_auditrecord_kept BEFORE DELETE ON accounts_auditrecord
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER accounts_auditrecord_unchanged",
    "DROP TRIGGER accounts_auditrecord_kept",
]
POSTGRESQL = [
    f"""
    CREATE FUNCTION accounts_auditrecord_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE TRIGGER accounts_auditrecord_unchanged BEFORE UPDATE ON accounts_auditrecord
    FOR EACH ROW WHEN (
        OLD.number IS NOT NULL
        OR (to_jsonb(NEW) - '{number,previous,sha256}'::text[])
           IS DISTINCT FROM (to_jsonb(OLD) - '{number,previous,sha256}'::text[])
    ) EXECUTE FUNCTION accounts_auditrecord_refuse()
    """,
    """
    CREATE TRIGGER accounts_auditrecord_kept BEFORE DELETE ON accounts_auditrecord
    FOR EACH ROW EXECUTE FUNCTION accounts_auditrecord_refuse()
    """,
    """
    CREATE TRIGGER accounts_auditrecord_not_emptied BEFORE TRUNCATE ON accounts_auditrecord
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_auditrecord_refuse()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER accounts_auditrecord_not_emptied ON accounts_auditrecord",
    "DROP TRIGGER accounts_auditrecord_kept ON accounts_auditrecord",
    "DROP TRIGGER accounts_auditrecord_unchanged ON accounts_auditrecord",
    "DROP FUNCTION accounts_auditrecord_refuse()",
]


def add_triggers(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL if is_postgresql else SQLITE:
        schema_editor.execute(statement)


def drop_triggers(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL_BACK if is_postgresql else SQLITE_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_trail")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
