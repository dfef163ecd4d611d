"""What production refuses to start with: each fault by its name.

They are plain system checks, so that `manage.py check`, the web process, the worker and beat all
stop at them.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from accounts.models import User

WORDS_OF_EXAMPLES = re.compile(r"change.?me|example|secret|insecure|password", re.IGNORECASE)
SHORTEST_SECRET = 50


@register(Tags.security)
def settings_of_production(**_kwargs: Any) -> list[CheckMessage]:
    """Every setting that production needs is there and safe."""
    if not settings.PRODUCTION:
        return []
    return [Error(f"{name}: {text}", id=f"desk.{name}") for name, text in _faults()]


def _faults() -> Iterator[tuple[str, str]]:
    secret = settings.SECRET_KEY
    if not secret:
        yield "SECRET_KEY", "is missing."
    elif len(secret) < SHORTEST_SECRET or len(set(secret)) < 10:
        yield "SECRET_KEY", f"is too short; use {SHORTEST_SECRET} random characters or more."
    elif WORDS_OF_EXAMPLES.search(secret):
        yield "SECRET_KEY", "looks like an example; use random characters."
    if settings.DEBUG:
        yield "DEBUG", "must be off."
    hosts = settings.ALLOWED_HOSTS
    if not hosts:
        yield "ALLOWED_HOSTS", "is missing."
    elif any(host.strip() in {"*", ""} or host.startswith(".") for host in hosts):
        yield "ALLOWED_HOSTS", "must name hosts, no wildcard."
    if urlsplit(settings.SITE_URL).scheme != "https":
        yield "SITE_URL", "must be the portal's https:// address; letters and mails print it."
    is_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if is_sqlite and not settings.SQLITE_IN_PRODUCTION:
        yield "DATABASE_URL", "is missing; SQLITE_IN_PRODUCTION=1 allows SQLite on purpose."
    if not settings.REDIS_URL and not is_sqlite:
        yield "REDIS_URL", "is missing."
    if settings.STORAGE_URL:
        yield "STORAGE_URL", "is not supported yet; files are kept in PORTAL_DATA_DIR."
    if "locmem" in settings.CACHES["default"]["BACKEND"].lower():
        yield "REDIS_URL", "is needed: a cache of one process does not hold the sign-in limits."
    yield from _mail_faults()


def _mail_faults() -> Iterator[tuple[str, str]]:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield "EMAIL_URL", "is missing; for example smtp+tls://user:password@mail.example.jp:587."
    elif settings.EMAIL_HOST_PASSWORD and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        yield "EMAIL_URL", "sends its password in plain text; use smtp+tls:// or smtp+ssl://."
    if not settings.DEFAULT_FROM_EMAIL:
        yield "DEFAULT_FROM_EMAIL", "is missing."


@register(Tags.database)
def no_demonstration_in_production(
    databases: Sequence[str] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """A demonstration sign-in skips the second factor, so none may stand in production."""
    if not settings.PRODUCTION or not databases:
        return []
    try:
        found = User.objects.filter(is_demo=True).exists()
    except DatabaseError:
        return []  # a database without tables has no demonstration either
    if not found:
        return []
    return [Error("Demonstration sign-ins stand in this database.", id="desk.DEMONSTRATION")]
