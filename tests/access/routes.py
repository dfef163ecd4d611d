"""Every route of the URL resolver, by its name (one without a name by its pattern), and the
addresses that it has in the world.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from tests.access.table import Row
from tests.access.table_desk import model_of
from tests.access.world import World

NO_ROW = 987654321


@dataclass(frozen=True)
class Route:
    """One address of the portal."""

    name: str
    pattern: str


def all_routes() -> list[Route]:
    """What the resolver knows, each address once, in the English form."""
    with translation.override("en"):
        found = dict.fromkeys(_walk(get_resolver(), (), ""))
    return list(found)


def _walk(resolver: URLResolver, spaces: tuple[str, ...], prefix: str) -> Iterator[Route]:
    for each in resolver.url_patterns:
        pattern = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            name = ":".join([*spaces, each.name]) if each.name else pattern
            yield Route(name, pattern)
        else:
            inner = (*spaces, each.namespace) if each.namespace else spaces
            yield from _walk(each, inner, pattern)


def addresses(world: World, name: str, row: Row) -> dict[str, str]:
    """The addresses of a route, by the name of the object in each."""
    if row.path:
        return {"": row.path}
    pattern = _patterns()[name]
    return {object: _filled(pattern, row, id) for object, id in _objects(world, row).items()}


@cache
def _patterns() -> dict[str, str]:
    return {each.name: each.pattern for each in all_routes()}


def _filled(pattern: str, row: Row, id: object) -> str:
    values = dict(row.values)
    if isinstance(id, tuple):
        values |= dict(zip(("programme", "year"), id, strict=False))
        values |= dict(zip(("first", "second"), id, strict=False))  # two records of one kind
        values |= dict.fromkeys(("public_id", "code"), id[-1]) if len(id) > 2 else {}
    # The name that no value was declared for is the object's.
    return "/" + re.sub(r"<\w+:(\w+)>", lambda each: str(values.get(each[1], id)), pattern)


def _objects(world: World, row: Row) -> dict[str, object]:
    if not row.object:
        return {"": ""}
    if row.object.startswith("row "):
        known = model_of(row.object)._default_manager.order_by("pk").first()
        return {"known": known.pk, "unknown": NO_ROW}
    return world.objects[row.object]
