"""Recovery codes of before: their seeds stood readable in the table; sheets of hashes replace them."""

from django.db import migrations


def forget(apps, schema_editor):
    apps.get_model("mfa", "Authenticator").objects.filter(type="recovery_codes").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_ways_in"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop, elidable=True)]
