"""A portal that has cycles already gets the shipped kinds and rules of papers; a new one with its
first cycle.
"""

from django.db import migrations


def ship(apps, schema_editor):
    from trainees.documents.shipped import ship

    if apps.get_model("schedule", "Cycle").objects.exists():
        ship(apps.get_model("trainees", "DocumentKind"), apps.get_model("trainees", "DocumentRule"))


class Migration(migrations.Migration):
    dependencies = [
        ("schedule", "0006_contact_hours"),
        ("trainees", "0004_dossiers"),
    ]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
