"""The first texts of the consents."""

from django.db import migrations

from trainees.consent_texts import SHIPPED


def write_texts(apps, schema_editor):
    texts = apps.get_model("trainees", "ConsentText")
    for text in SHIPPED:
        known = {"kind": text["kind"], "version": text["version"]}
        texts.objects.get_or_create(**known, defaults=text)


class Migration(migrations.Migration):
    dependencies = [("trainees", "0013_answers_to_be_refused")]

    operations = [migrations.RunPython(write_texts, migrations.RunPython.noop)]
