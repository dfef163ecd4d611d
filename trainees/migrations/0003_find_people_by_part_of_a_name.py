from django.db import migrations

from files.trigrams import find_by_part


class Migration(migrations.Migration):
    dependencies = [("trainees", "0002_index_what_lists_sort_by")]

    operations = [
        find_by_part(
            {
                "trainees_trainee": ["passport_name", "katakana", "kanji", "email"],
            }
        )
    ]
