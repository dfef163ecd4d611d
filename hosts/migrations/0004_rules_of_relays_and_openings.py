from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hosts", "0003_relays_and_openings_of_before")]

    operations = [
        migrations.AddConstraint(
            model_name="demandsurvey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_at__isnull", True), ("opened_at__isnull", False), _connector="OR"
                ),
                name="survey_closed_after_it_was_opened",
            ),
        ),
        migrations.AddConstraint(
            model_name="surveyanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("relay__isnull", True),
                    models.Q(("relay", models.F("government")), _negated=True),
                    _connector="OR",
                ),
                name="answer_not_relayed_by_its_own_government",
            ),
        ),
        migrations.AddConstraint(
            model_name="surveyanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("extended_until__isnull", True),
                    models.Q(("extension_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="answer_extended_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="surveyanswer",
            constraint=models.UniqueConstraint(
                fields=("survey", "relay", "relay_priority"), name="answer_one_per_priority"
            ),
        ),
    ]
