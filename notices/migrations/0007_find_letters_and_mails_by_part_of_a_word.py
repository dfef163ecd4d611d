from django.db import migrations

from files.trigrams import find_by_part


class Migration(migrations.Migration):
    dependencies = [("notices", "0006_index_what_lists_sort_by")]

    operations = [
        find_by_part(
            {
                "notices_letter": ["reference", "subject", "addressee", "check_code"],
                "notices_mail": ["to", "subject", "message_id"],
            }
        )
    ]
