from django.db import migrations
from django.db.models import OuterRef, Subquery

RELAYED = ["city", "special_ward", "town", "village"]


def fill(apps, schema_editor) -> None:
    """Surveys of before were opened with their cycle; answers went through the prefecture."""
    surveys = apps.get_model("hosts", "DemandSurvey").objects
    opened = apps.get_model("schedule", "Cycle").objects.filter(pk=OuterRef("cycle"))
    surveys.update(opened_at=Subquery(opened.values("opened_at")[:1]))
    governments = apps.get_model("hosts", "LocalGovernment").objects
    relays = governments.filter(pk=OuterRef("government"), kind__in=RELAYED)
    answers = apps.get_model("hosts", "SurveyAnswer").objects
    answers.update(relay=Subquery(relays.values("prefecture")[:1]))


class Migration(migrations.Migration):
    dependencies = [("hosts", "0002_who_relays_and_when_it_was_opened")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
