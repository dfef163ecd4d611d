import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("placements", "0003_recruitment_and_wishes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="forwarding",
            name="recorded_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="answer recorded by",
            ),
        ),
        migrations.AddField(
            model_name="forwarding",
            name="reminded_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="reminded at"),
        ),
    ]
