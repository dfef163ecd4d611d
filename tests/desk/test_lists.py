"""Lists that stay as fast with ten times as many rows."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse

from desk.admin.hosts import PrefectureFilter
from hosts.models import LocalGovernment
from tests.factories import (
    ApplicationFactory,
    ContributionFactory,
    CycleFactory,
    LocalGovernmentFactory,
    TrainingUnitFactory,
    UnitInstructorFactory,
    open_request,
    staff_member,
)
from trainees.models import Application

pytestmark = pytest.mark.django_db
LONG = [model for model, listed in admin.site._registry.items()
        if not getattr(listed, "is_short", True)]  # fmt: skip


def heads_of_indexes(table: str) -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return {each["columns"][0] for each in found.values() if each["index"] or each["unique"]
            or each["primary_key"] if each["columns"]}  # fmt: skip


def unindexed(columns_of: str) -> list[str]:
    """Columns by which a long list sorts although the database has no index for them."""
    request = RequestFactory().get("/")
    faults = []
    for model in LONG:
        listed = admin.site._registry[model]
        heads = heads_of_indexes(model._meta.db_table)
        columns = {field.name: field.column for field in model._meta.concrete_fields}
        for name in getattr(listed, columns_of)(request):
            if columns.get(name) not in heads:
                faults.append(f"{model.__name__}.{name}")
    return faults


def test_a_long_list_sorts_only_by_what_the_database_has_an_index_for():
    assert len(LONG) >= 8
    assert unindexed("get_sortable_by") == []


def test_sorting_by_every_column_would_read_the_whole_table_control():
    faults = unindexed("get_list_display")

    with pytest.raises(AssertionError):
        assert faults == []
    assert "Application.field" in faults


def test_the_newest_application_stands_first_and_is_found_by_an_index(client):
    cycle = CycleFactory()
    for number in (1, 2, 3):
        ApplicationFactory(cycle=cycle, number=number)
    client.force_login(staff_member())

    page = client.get(reverse("admin:trainees_application_changelist"))

    shown = [row.number for row in page.context["cl"].result_list]
    assert shown == [3, 2, 1]
    plan = str(Application.objects.order_by("-cycle_id", "-number", "-pk")[:50].explain())
    if connection.vendor == "sqlite":
        assert "application_number_once_per_cycle" in plan or "USING INDEX" in plan


@pytest.mark.parametrize("rows", [1, 3])
def test_the_answer_page_asks_for_the_running_cycle_once(
    client, django_assert_max_num_queries, rows
):
    cycle = CycleFactory()
    requests = [open_request(cycle) for _row in range(rows)]
    client.force_login(staff_member())
    address = reverse("desk:answer", args=[requests[0].answer.public_id])
    client.get(address)

    with django_assert_max_num_queries(10):
        page = client.get(address)

    assert page.status_code == 200


@pytest.mark.parametrize("rows", [2, 4])
def test_the_list_of_governments_asks_for_the_prefectures_once(
    client, django_assert_max_num_queries, rows
):
    for _row in range(rows):
        LocalGovernmentFactory()
    client.force_login(staff_member())
    address = reverse("admin:hosts_localgovernment_changelist")
    client.get(address)

    with django_assert_max_num_queries(10):
        page = client.get(address)

    filters = page.context["cl"].filter_specs
    (chosen,) = [each for each in filters if isinstance(each, PrefectureFilter)]
    prefectures = LocalGovernment.objects.filter(kind="prefecture").count()
    assert len(chosen.lookup_choices) == prefectures < LocalGovernment.objects.count()


def test_the_page_of_one_request_asks_as_little_as_its_list(client, django_assert_max_num_queries):
    request = open_request(CycleFactory())
    client.force_login(staff_member())
    address = reverse("admin:hosts_hostrequest_change", args=[request.pk])
    client.get(address)

    with django_assert_max_num_queries(10):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_programme_tells_units_instructors_and_contributions_in_few_queries(
    client, django_assert_max_num_queries, rows
):
    programme = open_request(CycleFactory()).training_programme
    for row in range(rows):
        unit = TrainingUnitFactory(training_programme=programme, name_ja=f"単元{row}")
        for position, name in enumerate(("渡部 直人", "越智 美咲"), start=1):
            UnitInstructorFactory(training_unit=unit, position=position, name=f"{name}{row}")
        ContributionFactory(training_programme=programme, what_ja=f"翻訳{row}")
    client.force_login(staff_member(language="ja"))
    address = reverse("admin:hosts_trainingprogramme_change", args=[programme.pk])
    client.get(address)

    with django_assert_max_num_queries(10):
        page = client.get(address)

    shown = page.content.decode()
    for row in range(rows):
        for words in (f"単元{row}", f"渡部 直人{row}", f"越智 美咲{row}", f"翻訳{row}"):
            assert words in shown
    assert page.context["has_change_permission"] is False


def test_the_page_of_a_request_leads_to_its_programme(client):
    request = open_request(CycleFactory())
    client.force_login(staff_member())

    page = client.get(reverse("admin:hosts_hostrequest_change", args=[request.pk]))

    programme = request.training_programme
    address = reverse("admin:hosts_trainingprogramme_change", args=[programme.pk])
    assert address in page.content.decode()
