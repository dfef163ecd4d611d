"""The search of the long lists finds a part of a word by an index, on PostgreSQL."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory

from accounts.models import User
from files.trigrams import index_name
from notices.models import Mail
from tests.factories import TraineeFactory
from trainees.models import Application, Trainee

pytestmark = pytest.mark.django_db
SEARCHED = [Trainee, Application, User, Mail]


def plan_of(model: type, word: str) -> str:
    """How the database finds the rows of a search, if a scan of the table is dear to it."""
    listed = admin.site._registry[model]
    found, _doubled = listed.get_search_results(
        RequestFactory().get("/"), model.objects.all(), word
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")  # empty tables have no statistics
    return found.order_by().explain()


def check_by_index(model: type) -> None:
    plan = plan_of(model, "nguyen")
    assert "_part" in plan, plan


@pytest.mark.parametrize("model", SEARCHED)
def test_a_search_is_answered_by_an_index(model):
    if connection.vendor == "postgresql":
        check_by_index(model)
    else:  # without such an index the search finds the same
        TraineeFactory(passport_name="NGUYEN THI LAN")
        assert Trainee.objects.filter(passport_name__icontains="nguyen").count() == 1


@pytest.mark.parametrize("model", [Trainee, Mail])
def test_without_its_indexes_a_search_reads_the_table_control(model):
    if connection.vendor != "postgresql":
        return
    table = model._meta.db_table
    with connection.cursor() as cursor:
        for field in model._meta.concrete_fields:
            cursor.execute(f'DROP INDEX IF EXISTS "{index_name(table, field.column)}"')

    with pytest.raises(AssertionError):
        check_by_index(model)
