"""What was submitted is kept, and what is judged is the version."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories import CycleFactory, application_of, trainee_person
from trainees.models import Application, Career, DossierVersion, HealthDeclaration
from trainees.services import return_application, submit_application
from trainees.versions import differences, is_intact, judged, keep_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def application() -> Application:
    """A complete draft with a passport, a line and a health declaration."""
    found = application_of(trainee_person(), cycle=CycleFactory())
    person = found.trainee
    person.passport_number, person.passport_expires_on = "X1234567", date(2031, 1, 1)
    person.index_passport()
    person.save()
    Career.objects.create(application=found, employer="Water works", starts_on=date(2012, 4, 1))
    HealthDeclaration.objects.create(
        application=found, answers={"asthma": "canary-asthma"}, declared_at=found.cycle.opened_at
    )
    return found


@pytest.fixture
def submitted(application) -> Application:
    return submit_application(application, by=application.trainee.user)


def raw_rows() -> str:
    """The table of versions as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM trainees_dossierversion")
        return repr(cursor.fetchall())


def test_each_submission_keeps_everything_that_was_said(submitted):
    version = submitted.versions.get()
    read = judged(submitted)

    assert (version.number, version.made_by) == (1, submitted.trainee.user)
    assert read.person.passport_number == "X1234567"
    assert read.person.born_on == date(1990, 5, 17)
    assert read.application.statement == submitted.statement
    assert read.application.employed_since == date(2015, 4, 1)
    assert [row.employer for row in read.lines("career")] == ["Water works"]
    assert read.data["health"]["answers"] == {"asthma": "canary-asthma"}
    assert is_intact(version)


def test_what_is_judged_is_the_version_and_never_the_row(submitted):
    person = submitted.trainee
    person.passport_name, person.passport_number = "Another", "Y7654321"
    person.save()
    Application.objects.update(statement="Changed behind the back")
    Career.objects.all().delete()

    read = judged(Application.objects.get())

    assert read.person.passport_name == "Suryani"
    assert read.person.passport_number == "X1234567"
    assert read.application.statement == submitted.statement
    assert len(read.lines("career")) == 1


def test_without_a_version_the_row_is_read_control(submitted):
    DossierVersion.objects.all().delete()
    Application.objects.update(statement="Changed behind the back")

    assert judged(Application.objects.get()).application.statement == "Changed behind the back"


def test_a_second_submission_is_a_second_version_and_the_first_stays(submitted):
    staff = submitted.trainee.user
    first = submitted.versions.get()
    return_application(submitted, reason="Write more.", by=staff)
    Application.objects.update(statement="Much more")
    again = submit_application(Application.objects.get(), by=staff)

    versions = list(again.versions.order_by("number"))
    found = differences(judged_of(versions[0]).said(), judged_of(versions[1]).said())
    first.refresh_from_db()
    assert [each.number for each in versions] == [1, 2]
    assert [(each.before, each.after) for each in found] == [
        ("I want to learn how waste is sorted at home.", "Much more")
    ]
    assert is_intact(first)


def judged_of(version):
    from trainees.versions import as_read

    return as_read(version.application, version.data, version.files, version)


def test_submitting_twice_keeps_one_version(submitted):
    submit_application(submitted, by=submitted.trainee.user)

    assert submitted.versions.count() == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [("sha256", "0" * 64), ("number", 9), ("files", []), ("reason", "x")],
)
def test_the_database_refuses_to_change_a_version(submitted, column, value):
    with pytest.raises(DatabaseError), transaction.atomic():
        DossierVersion.objects.update(**{column: value})


def test_without_the_trigger_it_would_control(submitted):
    drop = "DROP TRIGGER trainees_dossierversion_is_final"
    with connection.cursor() as cursor:
        on = " ON trainees_dossierversion" if connection.vendor == "postgresql" else ""
        cursor.execute(drop + on)

    DossierVersion.objects.update(sha256="0" * 64)

    assert not is_intact(submitted.versions.get())


def test_a_version_whose_data_was_changed_is_found(submitted):
    version = submitted.versions.get()
    data = version.data | {"person": version.data["person"] | {"katakana": "スルヤニ"}}
    DossierVersion.objects.update(data=data)

    assert not is_intact(submitted.versions.get())


def test_nothing_of_a_version_is_readable_in_the_database(submitted):
    rows = raw_rows()

    assert "X1234567" not in rows
    assert "canary-asthma" not in rows
    assert submitted.statement not in rows


def test_passport_and_health_are_shown_to_nobody_without_asking(submitted):
    said = {each.code: each.text for each in judged(submitted).said()}
    full = {each.code: each.text for each in judged(submitted).said(full=True)}

    assert said["person.passport_number"] == "****4567"
    assert "canary-asthma" not in repr(said)
    assert full["person.passport_number"] == "X1234567"
    assert full["health.asthma"] == "canary-asthma"


def test_of_what_is_hidden_it_is_said_that_it_differs_not_how(submitted):
    before = judged(submitted).said()
    data = submitted.versions.get().data
    changed = data | {"person": data["person"] | {"passport_number": "Z9994567"}}
    keep_version(submitted, by=None, data=changed)

    found = differences(before, judged(submitted).said())

    assert [(each.before, each.after) for each in found] == [("****4567 ①", "****4567 ②")]


def test_every_column_of_the_dossier_is_in_the_version(submitted):
    """A new column is kept without anybody thinking of it, or named as one of the way."""
    from trainees.contents import LINES, OF_THE_WAY
    from trainees.models import Trainee

    data = submitted.versions.get().data
    for model, kept in ((Trainee, data["person"]), (Application, data["application"])):
        columns = {field.name for field in model._meta.concrete_fields}
        assert columns - OF_THE_WAY[model] == set(kept)
    columns = {field.name for field in Career._meta.concrete_fields}
    assert columns - OF_THE_WAY[Career] == set(data["lines"]["career"][0])
    assert set(data["lines"]) == set(LINES)
