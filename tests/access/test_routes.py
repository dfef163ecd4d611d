"""Every route × every role × every object × every method answers as the access table says (P1)."""

from contextlib import nullcontext
from functools import partial

import pytest
from django.urls import clear_url_caches
from django.urls import path as url_path
from django.utils import translation

from hosts.models import SurveyAnswer, SurveyAnswerQuerySet
from hosts.views import answers
from lgotp import urls
from tests.access.door import (
    ALWAYS_WRITTEN,
    METHODS,
    MISSING,
    SERVED,
    TRAIL,
    Answer,
    Door,
    RememberingDoor,
    digest,
    each_in_one_process,
    outcome,
    whole,
)
from tests.access.routes import addresses, all_routes
from tests.access.table import ROLES, Row, expected
from tests.access.table_desk import ROWS
from tests.access.world import World

pytestmark = pytest.mark.django_db

# The walk -------------------------------------------------------------------------------------


def deviations(
    world: World, door: Door, role: str, rows: dict[str, Row], methods: tuple[str, ...] = METHODS
) -> list[str]:
    """Every answer to this role that is not the one in the table, in words."""
    found: list[str] = []
    for name, row in rows.items():
        paths = addresses(world, name, row)
        unknown_first = sorted(paths, key=lambda each: each != "unknown")
        read: dict[str, Answer] = {}
        for method in methods:
            answers: dict[str, Answer] = {}
            for object in unknown_first:
                place, path = f"{method} {name} [{object}] as {role}", paths[object]
                wanted = expected(row, role, object, method)
                ask = partial(door.ask, method, path, dict(row.sends), world.sessions.get(role))
                may_write = method == "POST" and SERVED in wanted
                with door.undone() if may_write else nullcontext():
                    response = ask()
                got, answers[object] = outcome(response, path), whole(response, path)
                if got not in wanted:
                    found.append(f"{place}: {got}, not {' or '.join(sorted(wanted))}")
                allowed = ALWAYS_WRITTEN | (TRAIL if got == SERVED else set())
                if not may_write and (written := door.written - allowed):
                    found.append(f"{place}: wrote {sorted(written)}")
                if got == MISSING and answers[object] != answers.get("unknown", answers[object]):
                    found.append(f"{place}: differs from an object that does not exist")
                if method == "HEAD" and (names := answers[object].differs_from_get(read[object])):
                    found.append(f"{place}: differs from GET in {names}")
            if method == "GET":
                read = answers
    return found


def routes_without_a_row() -> set[str]:
    return {route.name for route in all_routes()} - set(ROWS)


def rows_without_a_route() -> set[str]:
    return set(ROWS) - {route.name for route in all_routes()}


@pytest.mark.parametrize("role", each_in_one_process(ROLES))
def test_every_route_answers_as_the_table_says(
    world: World, remembering: RememberingDoor, role: str
):
    before = digest()

    found = deviations(world, remembering, role, ROWS)

    assert not found, "\n".join(found)
    assert digest() == before


def test_every_route_has_a_row_and_every_row_a_route(capsys):
    with capsys.disabled():
        print(f" [{len(all_routes())} routes, {len(ROLES)} roles, {len(METHODS)} methods]", end="")

    assert routes_without_a_row() == set()
    assert rows_without_a_route() == set()


# The guards switched off ------------------------------------------------------------------------


def test_a_view_whose_rows_are_not_scoped_is_caught_control(world: World, door: Door, monkeypatch):
    monkeypatch.setattr(SurveyAnswerQuerySet, "visible_to", lambda rows, user: rows)
    rows = {"hosts:answer": ROWS["hosts:answer"]}

    found = deviations(world, door, "coordinator", rows, ("GET",))

    assert found == [
        f"GET hosts:answer [{object}] as coordinator: served, not 404"
        for object in ("neighbour", "foreign", "designated")
    ]


def test_an_answer_that_tells_what_exists_is_caught_control(world: World, door: Door, monkeypatch):
    def tell(user, public_id, **kwargs):
        if SurveyAnswer.objects.filter(public_id=public_id).exists():
            translation.activate("ja")  # any trace will do
        return found(user, public_id, **kwargs)

    found = answers.find_answer
    monkeypatch.setattr(answers, "find_answer", tell)
    rows = {"hosts:no_demand": ROWS["hosts:no_demand"]}

    assert "differs from an object that does not exist" in "\n".join(
        deviations(world, door, "mic", rows, ("GET",))
    )


def test_a_refusal_that_writes_is_caught_control(world: World, door: Door, monkeypatch):
    def begin_first(user, public_id, **kwargs):
        SurveyAnswer.objects.filter(public_id=public_id).update(no_demand_reason="written")
        return found(user, public_id, **kwargs)

    found = answers.find_answer
    monkeypatch.setattr(answers, "find_answer", begin_first)
    rows = {"hosts:no_demand": ROWS["hosts:no_demand"]}
    before = digest()

    with door.undone():
        told = deviations(world, door, "mic", rows, ("POST",))
        assert digest() != before

    assert [each for each in told if "wrote ['hosts_surveyanswer']" in each]


def test_a_new_route_without_a_row_is_caught_control(monkeypatch):
    new = url_path("new/page/", lambda request: None, name="new_page")
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, new])
    clear_url_caches()
    try:
        assert routes_without_a_row() == {"new_page"}
    finally:
        monkeypatch.undo()
        clear_url_caches()


def test_a_row_without_a_route_is_caught_control(monkeypatch):
    monkeypatch.setitem(ROWS, "hosts:gone", ROWS["hosts:home"])

    assert rows_without_a_route() == {"hosts:gone"}
