"""What production refuses to start with: each fault by its name.

They are plain system checks, so that `manage.py check`, the web process, the worker and beat all
stop at them.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.utils import timezone

from accounts.models import Membership, Role, User
from files.received.scanning import ScannerFault, is_scanner_set, scanner_of

WORDS_OF_EXAMPLES = re.compile(r"change.?me|example|secret|insecure|password", re.IGNORECASE)
SHORTEST_SECRET = 50
FEWEST_CHARACTERS = 10
SHARED_CACHES = ("redis.RedisCache", "db.DatabaseCache", "counters.CounterCache")
PASSWORDS_OF_EXAMPLES = ["demonstration", "administrator", "admin", "password", "changeme"]
ADMINISTRATORS_LOOKED_AT = 3  # a hash takes its time, and the first one is made at set-up


@register(Tags.security)
def settings_of_production(**_kwargs: Any) -> list[CheckMessage]:
    """Every setting that production needs is there and safe; what both modes use can be used."""
    found = [*_field_key_faults(), *_scanner_faults()]  # the embedded mode reads them as well
    if settings.PRODUCTION:
        found += [*_own_faults(), *_outside_faults(), *_mail_faults(), *_cookie_faults()]
    return [Error(f"{name}: {text}", id=f"desk.{name}") for name, text in found]


def _own_faults() -> Iterator[tuple[str, str]]:
    secret = _secret_key()
    if not secret:
        yield "SECRET_KEY", "is missing."
    elif len(secret) < SHORTEST_SECRET:
        yield "SECRET_KEY", f"is too short; use {SHORTEST_SECRET} random characters or more."
    elif len(set(secret)) < FEWEST_CHARACTERS or secret in (secret + secret)[1:-1]:
        yield "SECRET_KEY", "repeats itself; use random characters."
    elif WORDS_OF_EXAMPLES.search(secret):
        yield "SECRET_KEY", "looks like an example; use random characters."
    if settings.DEBUG:
        yield "DEBUG", "must be off."
    hosts = settings.ALLOWED_HOSTS
    if not hosts:
        yield "ALLOWED_HOSTS", "is missing."
    elif any(host.strip() in {"*", ""} or host.startswith(".") for host in hosts):
        yield "ALLOWED_HOSTS", "must name hosts, no wildcard."
    if not settings.SITE_URL:
        yield "SITE_URL", "is missing; it is the portal's https:// address."
    elif urlsplit(settings.SITE_URL).scheme != "https" or not urlsplit(settings.SITE_URL).hostname:
        yield "SITE_URL", "must be the portal's https:// address; letters and mails print it."
    if not _can_write(settings.DATA_DIR):
        yield "PORTAL_DATA_DIR", "names a folder that cannot be written."


def _secret_key() -> str:
    try:
        return settings.SECRET_KEY
    except ImproperlyConfigured:  # Django does not hand out an empty one
        return ""


def _can_write(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"1")
    except OSError:
        return False
    return True


def _field_key_faults() -> Iterator[tuple[str, str]]:
    """Keys of encrypted columns: a short or foreign one would stop the first passport number."""
    keys = settings.FIELD_KEYS
    if not keys:
        yield "FIELD_KEYS", "is missing; scripts/make-secrets makes one."
    elif not all(_is_field_key(key) for key in keys):
        yield "FIELD_KEYS", "holds something that is no key; scripts/make-secrets makes one."
    elif len(set(keys)) < len(keys):
        yield "FIELD_KEYS", "names one key twice."
    elif any(len(set(key)) < FEWEST_CHARACTERS for key in keys):
        yield "FIELD_KEYS", "repeats itself; scripts/make-secrets makes one."
    elif settings.PRODUCTION and _secret_key() in keys:
        yield "FIELD_KEYS", "is SECRET_KEY; use another one."


def _is_field_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def _scanner_faults() -> Iterator[tuple[str, str]]:
    """An address that is none would shut every file away for ever."""
    if settings.PRODUCTION and not settings.SCANNER:
        yield "SCANNER", "is missing; clamd://host:3310, or none if files are not scanned."
    elif is_scanner_set():
        try:
            scanner_of(settings.SCANNER)
        except ScannerFault as fault:
            yield "SCANNER", str(fault)


def _outside_faults() -> Iterator[tuple[str, str]]:
    engine = settings.DATABASES["default"].get("ENGINE", "")
    is_sqlite = engine.endswith("sqlite3")
    if is_sqlite and not settings.SQLITE_IN_PRODUCTION:
        yield "DATABASE_URL", "is missing; SQLITE_IN_PRODUCTION=1 allows SQLite on purpose."
    elif not is_sqlite and engine != "lgotp.database":
        yield "DATABASE_URL", "must be the address of a PostgreSQL: postgres://…"
    if not settings.REDIS_URL and not is_sqlite:
        yield "REDIS_URL", "is missing."
    elif settings.REDIS_URL and urlsplit(settings.REDIS_URL).scheme not in {"redis", "rediss"}:
        yield "REDIS_URL", "must be redis://… or rediss://…"
    if not settings.CACHES["default"]["BACKEND"].endswith(SHARED_CACHES):
        yield "CACHES", "must be shared: a cache of one process does not hold the sign-in limits."
    if settings.STORAGE_URL:
        yield "STORAGE_URL", "is not supported yet; files are kept in PORTAL_DATA_DIR."


def _mail_faults() -> Iterator[tuple[str, str]]:
    if not settings.EMAIL_URL:
        yield "EMAIL_URL", "is missing; for example smtp+tls://user:password@mail.example.jp:587."
    elif not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") or not settings.EMAIL_HOST:
        yield "EMAIL_URL", "must be a mail server: smtp+tls://user:password@mail.example.jp:587."
    elif settings.EMAIL_HOST_PASSWORD and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        yield "EMAIL_URL", "sends its password in plain text; use smtp+tls:// or smtp+ssl://."
    if not settings.DEFAULT_FROM_EMAIL:
        yield "DEFAULT_FROM_EMAIL", "is missing."


def _cookie_faults() -> Iterator[tuple[str, str]]:
    for kind in ("SESSION", "CSRF", "LANGUAGE"):
        if not getattr(settings, f"{kind}_COOKIE_SECURE"):
            yield f"{kind}_COOKIE_SECURE", "must be on."
        if not getattr(settings, f"{kind}_COOKIE_NAME").startswith("__Host-"):
            yield f"{kind}_COOKIE_NAME", "must begin with __Host-."
    if not settings.SESSION_COOKIE_HTTPONLY:
        yield "SESSION_COOKIE_HTTPONLY", "must be on."
    if settings.SECURE_HSTS_SECONDS < 31_536_000:
        yield "SECURE_HSTS_SECONDS", "must be a year or more."


@register(Tags.database)
def nobody_for_show_in_production(
    databases: Sequence[str] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """No demonstration sign-in (it skips the second factor) and no administrator with a password
    that anybody would try first.
    """
    if not settings.PRODUCTION or not databases:
        return []
    found: list[CheckMessage] = []
    try:
        if User.objects.filter(is_demo=True).exists():
            text = "DEMONSTRATION: demonstration sign-ins stand in this database."
            found.append(Error(text, id="desk.DEMONSTRATION"))
        if _has_administrator_of_examples():
            text = "ADMINISTRATOR: an administrator has a password of an example; change it."
            found.append(Error(text, id="desk.ADMINISTRATOR"))
    except DatabaseError:
        return []  # a database that is away or without tables has nobody
    return found


def _has_administrator_of_examples() -> bool:
    memberships = Membership.objects.in_force(timezone.localdate())
    administrators = memberships.filter(role=Role.ADMINISTRATOR, user__is_active=True)
    hashes = administrators.order_by("pk").values_list("user__password", flat=True)
    return any(
        check_password(password, stored)
        for stored in hashes[:ADMINISTRATORS_LOOKED_AT]
        for password in PASSWORDS_OF_EXAMPLES
    )
