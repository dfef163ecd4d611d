from django.db import migrations

from files.trigrams import find_by_part


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_index_what_lists_sort_by")]

    operations = [
        find_by_part(
            {
                "accounts_user": ["email", "name"],
                "accounts_invitation": ["email", "name"],
            }
        )
    ]
