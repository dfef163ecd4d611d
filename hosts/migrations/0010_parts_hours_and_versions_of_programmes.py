"""Parts, hours and versions of training programmes.

Of programmes from before, the working hours stay unknown. What a version says is never changed: the
database refuses it. On SQLite a later change of that table rebuilds it and drops the trigger: such
a migration must run its statement again.
"""

import datetime
import uuid

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

MESSAGE = "a version of a training programme never changes"
SAID = "training_programme_id, number, contents, reason, at"

SQLITE = [
    f"""
    CREATE TRIGGER hosts_programmeversion_is_final
    BEFORE UPDATE OF {SAID} ON hosts_programmeversion
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
    """
]
POSTGRESQL = [
    f"""
    CREATE FUNCTION hosts_programmeversion_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    f"""
    CREATE TRIGGER hosts_programmeversion_is_final
    BEFORE UPDATE OF {SAID} ON hosts_programmeversion
    FOR EACH ROW EXECUTE FUNCTION hosts_programmeversion_refuse()
    """,
]


def add_trigger(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL if is_postgresql else SQLITE:
        schema_editor.execute(statement)


def drop_trigger(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "DROP TRIGGER hosts_programmeversion_is_final ON hosts_programmeversion"
        )
        schema_editor.execute("DROP FUNCTION hosts_programmeversion_refuse()")
    else:
        schema_editor.execute("DROP TRIGGER hosts_programmeversion_is_final")


class Migration(migrations.Migration):
    dependencies = [
        ("hosts", "0009_levels_named_before"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Contribution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="public id"
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="position"
                    ),
                ),
                (
                    "days",
                    models.CharField(
                        blank=True,
                        help_text="Weekdays as digits, 0 for Monday.",
                        max_length=7,
                        verbose_name="days of the week",
                    ),
                ),
                ("starts_at", models.TimeField(blank=True, null=True, verbose_name="from")),
                ("ends_at", models.TimeField(blank=True, null=True, verbose_name="until")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("translation", "translation and interpreting"),
                            ("promotion", "promotion of the region"),
                            ("schools", "help in schools"),
                            ("advice", "advice on policy"),
                            ("exchange", "exchange with residents"),
                            ("other", "something else"),
                        ],
                        max_length=20,
                        verbose_name="kind of contribution",
                    ),
                ),
                (
                    "what_ja",
                    models.CharField(
                        max_length=200, verbose_name="what the trainee does, in Japanese"
                    ),
                ),
                (
                    "what_en",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="what the trainee does, in English"
                    ),
                ),
                (
                    "aim_ja",
                    models.TextField(blank=True, max_length=4000, verbose_name="aim in Japanese"),
                ),
                (
                    "aim_en",
                    models.TextField(blank=True, max_length=4000, verbose_name="aim in English"),
                ),
                (
                    "place_ja",
                    models.CharField(blank=True, max_length=200, verbose_name="place in Japanese"),
                ),
                (
                    "place_en",
                    models.CharField(blank=True, max_length=200, verbose_name="place in English"),
                ),
                (
                    "hours_per_week",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="hours a week",
                    ),
                ),
            ],
            options={
                "verbose_name": "contribution of the trainee",
                "verbose_name_plural": "contributions of the trainee",
                "ordering": ["training_programme", "position", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ProgrammeVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(editable=False, verbose_name="number")),
                ("contents", models.JSONField(editable=False, verbose_name="contents")),
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
            ],
            options={
                "verbose_name": "version of a training programme",
                "verbose_name_plural": "versions of training programmes",
                "ordering": ["training_programme", "number"],
            },
        ),
        migrations.CreateModel(
            name="UnitInstructor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, verbose_name="position"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="name of the instructor"
                    ),
                ),
                (
                    "post_ja",
                    models.CharField(blank=True, max_length=100, verbose_name="post in Japanese"),
                ),
                (
                    "post_en",
                    models.CharField(blank=True, max_length=100, verbose_name="post in English"),
                ),
                (
                    "years",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(60)],
                        verbose_name="years of experience",
                    ),
                ),
                (
                    "is_full_time",
                    models.BooleanField(default=False, verbose_name="full-time staff"),
                ),
            ],
            options={
                "verbose_name": "instructor of a unit",
                "verbose_name_plural": "instructors of units",
                "ordering": ["training_unit", "position", "pk"],
            },
        ),
        migrations.AlterModelOptions(
            name="trainingunit",
            options={
                "ordering": ["training_programme", "position", "pk"],
                "verbose_name": "training unit",
                "verbose_name_plural": "training units",
            },
        ),
        migrations.AddField(
            model_name="trainingprogramme",
            name="break_minutes",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MaxValueValidator(240)],
                verbose_name="minutes of the break",
            ),
        ),
        migrations.AddField(
            model_name="trainingprogramme",
            name="day_ends_at",
            field=models.TimeField(blank=True, null=True, verbose_name="working hours until"),
        ),
        migrations.AddField(
            model_name="trainingprogramme",
            name="day_starts_at",
            field=models.TimeField(blank=True, null=True, verbose_name="working hours from"),
        ),
        migrations.AddField(
            model_name="trainingprogramme",
            name="days_off",
            field=models.CharField(
                blank=True,
                default="56",
                help_text="Weekdays as digits, 0 for Monday.",
                max_length=7,
                verbose_name="days off",
            ),
        ),
        migrations.AddField(
            model_name="trainingprogramme",
            name="keeps_holidays",
            field=models.BooleanField(default=True, verbose_name="national holidays are days off"),
        ),
        migrations.AddField(
            model_name="trainingprogramme",
            name="starts_on",
            field=models.DateField(
                blank=True, null=True, verbose_name="first day of the specialised training"
            ),
        ),
        migrations.AddField(
            model_name="trainingprogramme",
            name="support_en",
            field=models.TextField(
                blank=True,
                max_length=4000,
                verbose_name="support with the Japanese language, in English",
            ),
        ),
        migrations.AddField(
            model_name="trainingprogramme",
            name="support_ja",
            field=models.TextField(
                blank=True,
                max_length=4000,
                verbose_name="support with the Japanese language, in Japanese",
            ),
        ),
        migrations.AddField(
            model_name="trainingprogramme",
            name="taught_in",
            field=models.CharField(
                blank=True,
                choices=[
                    ("japanese", "Japanese"),
                    ("english", "English"),
                    ("either", "Japanese or English"),
                ],
                max_length=10,
                verbose_name="language of instruction",
            ),
        ),
        migrations.AddField(
            model_name="trainingunit",
            name="contact_email",
            field=models.EmailField(
                blank=True, max_length=254, verbose_name="contact's e-mail address"
            ),
        ),
        migrations.AddField(
            model_name="trainingunit",
            name="contact_name",
            field=models.CharField(blank=True, max_length=100, verbose_name="contact"),
        ),
        migrations.AddField(
            model_name="trainingunit",
            name="contact_telephone",
            field=models.CharField(blank=True, max_length=40, verbose_name="contact's telephone"),
        ),
        migrations.AddField(
            model_name="trainingunit",
            name="contents_en",
            field=models.TextField(blank=True, max_length=4000, verbose_name="contents in English"),
        ),
        migrations.AddField(
            model_name="trainingunit",
            name="contents_ja",
            field=models.TextField(
                blank=True, max_length=4000, verbose_name="contents in Japanese"
            ),
        ),
        migrations.AddField(
            model_name="trainingunit",
            name="days",
            field=models.CharField(
                blank=True,
                help_text="Weekdays as digits, 0 for Monday.",
                max_length=7,
                verbose_name="days of the week",
            ),
        ),
        migrations.AddField(
            model_name="trainingunit",
            name="ends_at",
            field=models.TimeField(blank=True, null=True, verbose_name="until"),
        ),
        migrations.AddField(
            model_name="trainingunit",
            name="first_week",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Counted from the start of the specialised training; empty: after the unit before.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(52),
                ],
                verbose_name="first week",
            ),
        ),
        migrations.AddField(
            model_name="trainingunit",
            name="is_practical",
            field=models.BooleanField(default=False, verbose_name="includes practical work"),
        ),
        migrations.AddField(
            model_name="trainingunit",
            name="position",
            field=models.PositiveSmallIntegerField(
                default=0, editable=False, verbose_name="position"
            ),
        ),
        migrations.AddField(
            model_name="trainingunit",
            name="site_name_en",
            field=models.CharField(
                blank=True, max_length=200, verbose_name="training site in English"
            ),
        ),
        migrations.AddField(
            model_name="trainingunit",
            name="starts_at",
            field=models.TimeField(blank=True, null=True, verbose_name="from"),
        ),
        migrations.AlterField(
            model_name="trainingprogramme",
            name="break_minutes",
            field=models.PositiveSmallIntegerField(
                blank=True,
                default=60,
                null=True,
                validators=[django.core.validators.MaxValueValidator(240)],
                verbose_name="minutes of the break",
            ),
        ),
        migrations.AlterField(
            model_name="trainingprogramme",
            name="day_ends_at",
            field=models.TimeField(
                blank=True,
                default=datetime.time(17, 15),
                null=True,
                verbose_name="working hours until",
            ),
        ),
        migrations.AlterField(
            model_name="trainingprogramme",
            name="day_starts_at",
            field=models.TimeField(
                blank=True,
                default=datetime.time(8, 30),
                null=True,
                verbose_name="working hours from",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingprogramme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("day_starts_at__isnull", True),
                    ("day_ends_at__isnull", True),
                    ("day_ends_at__gt", models.F("day_starts_at")),
                    _connector="OR",
                ),
                name="programme_day_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingprogramme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("break_minutes__isnull", True), ("break_minutes__lte", 240), _connector="OR"
                ),
                name="programme_break_in_reach",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingunit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_week__isnull", True),
                    models.Q(("first_week__gte", 1), ("first_week__lte", 52)),
                    _connector="OR",
                ),
                name="unit_first_week_in_reach",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingunit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ends_at__isnull", True), ("starts_at__isnull", True)),
                    models.Q(
                        ("ends_at__gt", models.F("starts_at")),
                        ("ends_at__isnull", False),
                        ("starts_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="trainingunit_ends_after_start",
            ),
        ),
        migrations.AddField(
            model_name="contribution",
            name="training_programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="contributions",
                to="hosts.trainingprogramme",
                verbose_name="training programme",
            ),
        ),
        migrations.AddField(
            model_name="programmeversion",
            name="by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="programmeversion",
            name="training_programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="versions",
                to="hosts.trainingprogramme",
                verbose_name="training programme",
            ),
        ),
        migrations.AddField(
            model_name="unitinstructor",
            name="training_unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="instructors",
                to="hosts.trainingunit",
                verbose_name="training unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hours_per_week__isnull", True),
                    models.Q(("hours_per_week__gte", 1), ("hours_per_week__lte", 60)),
                    _connector="OR",
                ),
                name="contribution_hours_in_reach",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ends_at__isnull", True), ("starts_at__isnull", True)),
                    models.Q(
                        ("ends_at__gt", models.F("starts_at")),
                        ("ends_at__isnull", False),
                        ("starts_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="contribution_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="programmeversion",
            constraint=models.UniqueConstraint(
                fields=("training_programme", "number"), name="programme_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="programmeversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="programme_version_counts_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="unitinstructor",
            constraint=models.UniqueConstraint(
                fields=("training_unit", "position"), name="instructor_once_per_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="unitinstructor",
            constraint=models.CheckConstraint(
                condition=models.Q(("years__isnull", True), ("years__lte", 60), _connector="OR"),
                name="instructor_years_in_reach",
            ),
        ),
        migrations.RunPython(add_trigger, drop_trigger),
    ]
