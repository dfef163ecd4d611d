"""What the letters of LGOTP printed as literals so far stands in its programme from now on."""

from django.db import migrations

WORDS = {
    "trainee_title_ja": "協力交流研修員",
    "orientation_place_ja": "東京",
    "orientation_place_en": "Tokyo",
    "next_step_ja": "{day}までに、在留資格認定証明書の交付申請に必要な書類を御提出ください。",
    "next_step_en": (
        "Your host will now apply for your certificate of eligibility and needs your papers by "
        "{day}. Do not buy a ticket or leave your post until you hear from us."
    ),
}


def fill(apps, schema_editor):
    apps.get_model("schedule", "Programme").objects.filter(code="lgotp").update(**WORDS)


class Migration(migrations.Migration):
    dependencies = [("schedule", "0003_words_of_letters_in_the_programme")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
