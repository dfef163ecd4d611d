"""Seal the letters issued so far as they stand, and let the database guard the seal as well."""

import hashlib
import json
from importlib import import_module

from django.core.serializers.json import DjangoJSONEncoder
from django.db import migrations

trigger = import_module("notices.migrations.0002_issued_letters_never_change")
CHANGED = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in [*trigger.COLUMNS, "seal"])
SQLITE = f"""
CREATE TRIGGER notices_letter_is_final BEFORE UPDATE ON notices_letter
WHEN OLD.issued_at IS NOT NULL AND ({CHANGED} OR NOT ({trigger.LAST_MOVES}))
BEGIN SELECT RAISE(ABORT, '{trigger.MESSAGE}'); END
"""


def seal_issued(apps, schema_editor):
    Letter = apps.get_model("notices", "Letter")
    for letter in Letter.objects.filter(issued_at__isnull=False).order_by("pk").iterator():
        fixed = {
            field.attname: getattr(letter, field.attname)
            for field in Letter._meta.concrete_fields
            if field.name not in {"state", "seal"}
        }
        text = json.dumps(fixed, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
        seal = hashlib.sha256(text.encode()).hexdigest()
        Letter.objects.filter(pk=letter.pk).update(seal=seal)


def add_trigger(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        trigger.add_trigger(apps, schema_editor)
    else:
        schema_editor.execute(SQLITE)


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_seal_of_an_issued_letter")]

    operations = [
        migrations.RunPython(seal_issued, migrations.RunPython.noop),
        migrations.RunPython(add_trigger, trigger.drop_trigger),
    ]
