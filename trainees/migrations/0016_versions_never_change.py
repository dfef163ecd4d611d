"""What a version of a dossier says is never changed: the database refuses it.

Its encrypted column is left out, since keys are replaced (`rotate_field_keys`); that it still says
the same, its SHA-256 shows. On SQLite a later change of that table rebuilds it and drops the
trigger: such a migration must run its statement again.
"""

from django.db import migrations

MESSAGE = "a version of a dossier never changes"
SAID = "application_id, number, files, sha256, reason, made_at"

SQLITE = [
    f"""
    CREATE TRIGGER trainees_dossierversion_is_final
    BEFORE UPDATE OF {SAID} ON trainees_dossierversion
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
    """
]
POSTGRESQL = [
    f"""
    CREATE FUNCTION trainees_dossierversion_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    f"""
    CREATE TRIGGER trainees_dossierversion_is_final
    BEFORE UPDATE OF {SAID} ON trainees_dossierversion
    FOR EACH ROW EXECUTE FUNCTION trainees_dossierversion_refuse()
    """,
]


def add_trigger(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL if is_postgresql else SQLITE:
        schema_editor.execute(statement)


def drop_trigger(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "DROP TRIGGER trainees_dossierversion_is_final ON trainees_dossierversion"
        )
        schema_editor.execute("DROP FUNCTION trainees_dossierversion_refuse()")
    else:
        schema_editor.execute("DROP TRIGGER trainees_dossierversion_is_final")


class Migration(migrations.Migration):
    dependencies = [
        ("trainees", "0010_ship_documents_to_open_cycles"),
        ("trainees", "0014_texts_of_consents"),
    ]

    operations = [migrations.RunPython(add_trigger, drop_trigger)]
