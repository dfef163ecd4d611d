"""What was typed and not saved goes over, encrypted; the moments of the drafts stay."""

from django.db import migrations


def encrypt_drafts(apps, schema_editor):
    _copy(apps.get_model("accounts", "FormDraft"), "values", "sealed")


def decrypt_drafts(apps, schema_editor):
    _copy(apps.get_model("accounts", "FormDraft"), "sealed", "values")


def _copy(model, source, target):
    for row in model.objects.only("pk", source).iterator(chunk_size=200):
        model.objects.filter(pk=row.pk).update(**{target: getattr(row, source)})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_encrypted_drafts_stand_beside")]

    operations = [migrations.RunPython(encrypt_drafts, decrypt_drafts)]
