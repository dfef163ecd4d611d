"""The level that a request asked for becomes a level of the usual tests, in its language."""

from django.db import migrations

# (level of the portal, JLPT, CEFR): each gives back the same level of the portal.
LEVELS = [(1, 1, 1), (2, 2, 2), (3, 4, 4), (4, 5, 5)]


def name_levels(apps, schema_editor):
    rows = apps.get_model("hosts", "HostRequest").objects.filter(
        japanese_needed=None, english_needed=None
    )
    for level, japanese, english in LEVELS:
        of_level = rows.filter(level=level)
        of_level.filter(language="japanese").update(japanese_needed=japanese)
        of_level.filter(language="english").update(english_needed=english)
        of_level.filter(language="either").update(japanese_needed=japanese, english_needed=english)


class Migration(migrations.Migration):
    dependencies = [("hosts", "0008_ties_treatment_and_conditions_of_requests")]

    operations = [migrations.RunPython(name_levels, migrations.RunPython.noop)]
