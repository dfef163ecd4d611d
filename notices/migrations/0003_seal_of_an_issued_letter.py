"""Room for the seal of an issued row. The trigger goes for the length of two migrations: on SQLite
the new column may rebuild the table, and the next one seals what was issued before.
"""

from importlib import import_module

from django.db import migrations, models

trigger = import_module("notices.migrations.0002_issued_letters_never_change")


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_issued_letters_never_change")]

    operations = [
        migrations.RunPython(trigger.drop_trigger, trigger.add_trigger),
        migrations.AddField(
            model_name="letter",
            name="seal",
            field=models.CharField(
                editable=False, max_length=64, null=True, verbose_name="seal of the row"
            ),
        ),
    ]
