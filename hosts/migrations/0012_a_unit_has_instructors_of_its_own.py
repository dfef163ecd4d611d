from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hosts", "0011_instructors_of_before")]

    operations = [
        migrations.RemoveField(model_name="trainingunit", name="instructor"),
        migrations.RemoveField(model_name="trainingunit", name="instructor_years"),
    ]
