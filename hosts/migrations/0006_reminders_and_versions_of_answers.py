"""Rounds of reminders, what was done about an answer, and its versions, which the database itself
refuses to change or delete.

On SQLite a later change of the table of versions rebuilds it and drops the triggers: such a
migration must run these statements again. A test changes and deletes rows by SQL on the migrated
database.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

MESSAGE = "versions of an answer are only ever added"
TABLE = "hosts_answerversion"

SQLITE = [
    f"""
    CREATE TRIGGER hosts_answerversion_unchanged BEFORE UPDATE ON {TABLE}
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
    """,
    f"""
    CREATE TRIGGER hosts_answerversion_kept BEFORE DELETE ON {TABLE}
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER hosts_answerversion_unchanged",
    "DROP TRIGGER hosts_answerversion_kept",
]
POSTGRESQL = [
    f"""
    CREATE FUNCTION hosts_answerversion_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    f"""
    CREATE TRIGGER hosts_answerversion_unchanged BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION hosts_answerversion_refuse()
    """,
    f"""
    CREATE TRIGGER hosts_answerversion_not_emptied BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION hosts_answerversion_refuse()
    """,
]
POSTGRESQL_BACK = [
    f"DROP TRIGGER hosts_answerversion_not_emptied ON {TABLE}",
    f"DROP TRIGGER hosts_answerversion_unchanged ON {TABLE}",
    "DROP FUNCTION hosts_answerversion_refuse()",
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
    dependencies = [
        ("hosts", "0005_questions_of_a_survey_and_replies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="demandsurvey",
            name="closed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="surveyanswer",
            name="reopened_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="reopened after the closing at"
            ),
        ),
        migrations.CreateModel(
            name="AnswerEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("extended", "given more time"),
                            ("extension_ended", "extension taken back"),
                            ("entry_started", "entered for it"),
                            ("entry_ended", "given back to the government"),
                            ("reopened", "reopened after the closing"),
                        ],
                        editable=False,
                        max_length=20,
                        verbose_name="what was done",
                    ),
                ),
                ("day", models.DateField(editable=False, null=True, verbose_name="day")),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("portal", "in the portal"),
                            ("paper", "on paper"),
                            ("telephone", "by telephone"),
                            ("mail", "by e-mail"),
                            ("spreadsheet", "by spreadsheet"),
                        ],
                        editable=False,
                        max_length=20,
                        verbose_name="how it came",
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True, editable=False, max_length=4000, verbose_name="reason"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="at"
                    ),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="hosts.surveyanswer",
                        verbose_name="survey answer",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "event of a survey answer",
                "verbose_name_plural": "events of survey answers",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SurveyReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="public id"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="at"
                    ),
                ),
                (
                    "chosen",
                    models.JSONField(default=dict, editable=False, verbose_name="chosen by"),
                ),
                (
                    "text_ja",
                    models.TextField(
                        blank=True, max_length=4000, verbose_name="text added in Japanese"
                    ),
                ),
                (
                    "text_en",
                    models.TextField(
                        blank=True, max_length=4000, verbose_name="text added in English"
                    ),
                ),
                (
                    "tells_relays",
                    models.BooleanField(
                        default=False,
                        verbose_name="relays are told of those who have no coordinator",
                    ),
                ),
                (
                    "people",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="people written to"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="hosts.demandsurvey",
                        verbose_name="demand survey",
                    ),
                ),
            ],
            options={
                "verbose_name": "reminder",
                "verbose_name_plural": "reminders",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="AnswerVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(editable=False, verbose_name="number")),
                (
                    "occasion",
                    models.CharField(
                        choices=[
                            ("submitted", "submitted"),
                            ("received", "received"),
                            ("closed", "survey closed"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="occasion",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("not_opened", "not answered"),
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("returned", "returned"),
                            ("held", "held by the relay"),
                            ("forwarded", "forwarded"),
                            ("received", "received"),
                        ],
                        editable=False,
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("contents", models.JSONField(editable=False, verbose_name="contents")),
                ("sha256", models.CharField(editable=False, max_length=64, verbose_name="SHA-256")),
                (
                    "reason",
                    models.TextField(
                        blank=True, editable=False, verbose_name="reason for the change"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="at"
                    ),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="hosts.surveyanswer",
                        verbose_name="survey answer",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a survey answer",
                "verbose_name_plural": "versions of survey answers",
                "ordering": ["answer", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("answer", "number"), name="version_numbered_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="version_counts_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RemindedAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "people",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="people written to"
                    ),
                ),
                (
                    "relay_people",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="people of the relay written to"
                    ),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminded",
                        to="hosts.surveyanswer",
                        verbose_name="survey answer",
                    ),
                ),
                (
                    "reminder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminded",
                        to="hosts.surveyreminder",
                        verbose_name="reminder",
                    ),
                ),
            ],
            options={
                "verbose_name": "reminded government",
                "verbose_name_plural": "reminded governments",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reminder", "answer"), name="reminded_once_in_a_round"
                    )
                ],
            },
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
