from django.db import migrations


def fill(apps, schema_editor) -> None:
    """The one instructor of a unit becomes the first of its instructors. Whether that person works
    full time was never asked, so it is not said.
    """
    units = apps.get_model("hosts", "TrainingUnit").objects
    instructors = apps.get_model("hosts", "UnitInstructor").objects
    rows = units.exclude(instructor="", instructor_years__isnull=True)
    instructors.bulk_create(
        (
            instructors.model(training_unit_id=pk, position=1, name=name, years=years)
            for pk, name, years in rows.values_list("pk", "instructor", "instructor_years")
        ),
        batch_size=500,
    )


def put_back(apps, schema_editor) -> None:
    units = apps.get_model("hosts", "TrainingUnit").objects
    first = apps.get_model("hosts", "UnitInstructor").objects.filter(position=1)
    for pk, name, years in first.values_list("training_unit", "name", "years"):
        units.filter(pk=pk).update(instructor=name, instructor_years=years)


class Migration(migrations.Migration):
    dependencies = [("hosts", "0010_parts_hours_and_versions_of_programmes")]

    operations = [migrations.RunPython(fill, put_back)]
