"""Nothing hidden can be filtered, searched or ordered by, on the desk and on the portal (P2)."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.contrib import admin
from django.db import models
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditRecord
from desk.base import DeskAdmin
from tests.access.door import FORBIDDEN, MISSING, REFUSED, SERVED, Door, outcome
from tests.access.world import World

pytestmark = pytest.mark.django_db
LOOKUPS = ["", "__startswith", "__contains", "__gte", "__isnull", "__regex", "__in"]
NEVER = ["password", "token_hash", "body", "context", "session_key", "data", "sha256"]


def hidden_paths(model: type[models.Model], depth: int = 2) -> list[str]:
    """The fields of a model and of the rows that it leads to, but for its declared filters."""
    declared = admin.site._registry[model].list_filter
    names = {_declared(each) for each in declared}
    names.add(admin.site._registry[model].date_hierarchy)
    return [path for path in _paths(model, depth) if path not in names]


def _declared(filter: object) -> str:
    """What a list filters by: a column, a column with its filter, or a filter with a parameter."""
    if isinstance(filter, tuple):
        return filter[0]
    return filter if isinstance(filter, str) else filter.parameter_name


def _paths(model: type[models.Model], depth: int) -> Iterator[str]:
    for field in model._meta.get_fields():
        if field.is_relation and depth and field.related_model:
            yield from (f"{field.name}__{rest}" for rest in _paths(field.related_model, depth - 1))
        elif not field.is_relation:
            yield field.name


MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)
HIDDEN = [(model, path) for model in MODELS for path in hidden_paths(model)]
SECRET = [each for each in HIDDEN if each[1].rpartition("__")[2] in NEVER]


def answer(world: World, door: Door, model: type, query: dict[str, str], role: str) -> str:
    """How the list of a model answers a question in its address."""
    path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return outcome(door.ask("GET", path, query, world.sessions[role]), path)


def test_no_secret_is_filtered_by_however_it_is_reached(world: World, door: Door):
    assert len(SECRET) > 30
    assert {
        answer(world, door, model, {f"{path}__startswith": "a"}, "administrator")
        for model, path in SECRET
    } == {REFUSED}


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    hidden=st.sampled_from(HIDDEN),
    lookup=st.sampled_from(LOOKUPS),
    value=st.sampled_from(["a", "1", "", "0", "%", "\x00", "2027-01-01", "a,b"]),
)
def test_nothing_is_filtered_by_but_what_the_list_shows(
    world: World, door: Door, hidden: tuple[type, str], lookup: str, value: str
):
    model, path = hidden

    found = answer(world, door, model, {f"{path}{lookup}": value}, "staff")

    # The audit trail is the administrators' alone: no question of staff is even looked at.
    assert found == (FORBIDDEN if model is AuditRecord else REFUSED)


def test_with_the_lookups_of_the_package_a_hash_is_found_control(
    world: World, door: Door, monkeypatch
):
    monkeypatch.delattr(DeskAdmin, "lookup_allowed")

    with pytest.raises(AssertionError):
        test_no_secret_is_filtered_by_however_it_is_reached(world, door)


@pytest.mark.parametrize("order", ["password", "-password", "99", "-99", "99.-98", "1e3"])
def test_a_list_is_ordered_by_its_columns_only(world: World, door: Door, order: str):
    path = reverse("admin:accounts_user_changelist")

    asked = _rows(door.ask("GET", path, {"o": order}, world.sessions["staff"]))

    assert asked in (sorted(asked), sorted(asked, reverse=True))  # Django falls back to the key


def _rows(response) -> list[int]:
    """The keys of the rows, in the order of the list."""
    return [
        int(part.split("/change/")[0])
        for part in response.content.decode().split("/admin/accounts/user/")[1:]
        if "/change/" in part[:30]
    ]


FOREIGN_QUESTIONS = [
    {"order_by": "government__organisation__memberships__user__password"},
    {"ordering": "-no_demand_reason"},
    {"government__prefecture": "1"},
    {"survey__cycle__state": "closed"},
    {"state__startswith": "d"},
    {"no_demand_reason__contains": "zq"},
    {"page": "0"},
    {"page": "abc"},
    {"page": "99999999999999999999"},
    {"cycle": "../../"},
]


@pytest.mark.parametrize("query", FOREIGN_QUESTIONS, ids=lambda query: next(iter(query)))
def test_the_relays_list_knows_its_own_questions_only(world: World, door: Door, query: dict):
    path = reverse("hosts:relay")
    usual = door.ask("GET", path, session=world.sessions["relay"])

    asked = door.ask("GET", path, query, world.sessions["relay"])

    assert asked.status_code == 200
    assert _answers(asked) == _answers(usual) != []


def test_a_list_that_filters_by_whatever_it_is_asked_is_found_control(
    world: World, door: Door, monkeypatch
):
    def naive(rows, *, name, state):
        return chosen(rows, name=name, state=state).filter(no_demand_reason__contains="nothing")

    relay = import_module("hosts.views.relay")
    chosen = relay._chosen
    monkeypatch.setattr(relay, "_chosen", naive)
    found = door.ask("GET", reverse("hosts:relay"), session=world.sessions["relay"])

    assert _answers(found) == []


def _answers(response) -> list[str]:
    """The addresses of the answers on the relay's page."""
    return [part[:36] for part in response.content.decode().split("/en/hosts/survey/")[1:]]


def test_the_desks_search_bears_anything(world: World, door: Door):
    path = reverse("admin:search")
    asked = [
        {"s": term, "page": page}
        for term in ["a", "%", "\x00", "x" * 5000]
        for page in ["1", "abc", "-1", "99999", "1.5", "\x00"]
    ]

    found = {outcome(door.ask("GET", path, each, world.sessions["staff"]), path) for each in asked}

    assert found == {SERVED, MISSING}
