"""Every address that the portal has, with something in place of its variable parts."""

import re
import uuid
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

FILLED = {
    "uuid": str(uuid.UUID(int=7)),
    "int": "7",
    "slug": "lgotp",
    "str": "abc",
    "path": "a/b",
}


def addresses() -> list[str]:
    """One address for each route, Japanese and English alike."""
    return sorted({f"/{route}" for route in _walk(get_resolver().url_patterns, "")})


def _walk(patterns: list, before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + _filled(pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def _filled(pattern: URLPattern | URLResolver) -> str:
    """The route as somebody would type it; converters and the groups of a regex are filled."""
    text = str(pattern.pattern)
    if text == "^":
        return ""
    text = re.sub(r"<(?:(\w+):)?\w+>", lambda found: FILLED.get(found[1] or "str", "abc"), text)
    text = re.sub(r"\(\?P<\w+>[^)]*\)", "7", text)
    return re.sub(r"[\^$\\?]", "", text)
