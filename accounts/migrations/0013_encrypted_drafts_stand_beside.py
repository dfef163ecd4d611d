"""A draft may hold a passport number or a health declaration: it is kept encrypted. The new column
stands beside the old one until everything was copied.
"""

from django.db import migrations

import files.encrypted


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_personal_links_and_agencies")]

    operations = [
        migrations.AddField(
            model_name="formdraft",
            name="sealed",
            field=files.encrypted.EncryptedJSONField(default=dict, verbose_name="what was typed"),
        ),
    ]
