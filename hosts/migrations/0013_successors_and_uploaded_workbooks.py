import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_find_people_by_part_of_a_name"),
        ("hosts", "0012_a_unit_has_instructors_of_its_own"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkbookUpload",
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
                    "part",
                    models.CharField(
                        choices=[
                            ("own", "one local government"),
                            ("relay", "the governments of a relay"),
                            ("all", "the whole survey"),
                        ],
                        max_length=10,
                        verbose_name="part of the survey",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name of the file")),
                ("content", models.BinaryField(verbose_name="content of the file")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created at"
                    ),
                ),
            ],
            options={
                "verbose_name": "uploaded workbook",
                "verbose_name_plural": "uploaded workbooks",
            },
        ),
        migrations.AddField(
            model_name="localgovernment",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                help_text="What it became by merger or promotion; empty where it was abolished.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="predecessors",
                to="hosts.localgovernment",
                verbose_name="successor",
            ),
        ),
        migrations.AddField(
            model_name="localgovernment",
            name="valid_from",
            field=models.DateField(blank=True, null=True, verbose_name="exists from"),
        ),
        migrations.AddConstraint(
            model_name="localgovernment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__isnull", True),
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="government_ends_after_it_began",
                violation_error_message="The last day lies before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="localgovernment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("successor__isnull", True), ("valid_until__isnull", False), _connector="OR"
                ),
                name="government_with_a_successor_has_ended",
                violation_error_message="A government with a successor needs its last day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="localgovernment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("successor__isnull", True),
                    models.Q(("successor", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="government_not_its_own_successor",
                violation_error_message="A government cannot be its own successor.",
            ),
        ),
        migrations.AddField(
            model_name="workbookupload",
            name="answer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="hosts.surveyanswer",
                verbose_name="survey answer",
            ),
        ),
        migrations.AddField(
            model_name="workbookupload",
            name="survey",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="hosts.demandsurvey",
                verbose_name="demand survey",
            ),
        ),
        migrations.AddField(
            model_name="workbookupload",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AddIndex(
            model_name="workbookupload",
            index=models.Index(fields=["created_at"], name="workbook_created"),
        ),
        migrations.AddConstraint(
            model_name="workbookupload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer__isnull", False), ("part", "own")),
                    models.Q(models.Q(("part", "own"), _negated=True), ("answer__isnull", True)),
                    _connector="OR",
                ),
                name="workbook_of_one_answer_names_it",
            ),
        ),
    ]
