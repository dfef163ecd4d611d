"""Every route of the URL resolver, by its name; one without a name by its pattern."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation


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
