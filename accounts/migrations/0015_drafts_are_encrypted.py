"""The readable column goes; the encrypted one takes its name."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_encrypt_drafts")]

    operations = [
        migrations.RemoveField(model_name="formdraft", name="values"),
        migrations.RenameField(model_name="formdraft", old_name="sealed", new_name="values"),
    ]
