"""Columns that are encrypted in the database: passport numbers, health, what people believe.

The keys are `FIELD_KEYS`: the first encrypts, all of them decrypt, so that a key is replaced by
putting a new one in front and running `manage.py rotate_field_keys`. Each value says which key it
was made with. The change log never follows such a column: a test holds that.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

SEPARATOR = ":"
KEY_ID_CHARACTERS = 8


class CannotDecrypt(Exception):
    """No key of `FIELD_KEYS` opens this value: the key is missing, or the value was changed."""


def key_id(key: str) -> str:
    """What a value says of the key that it was made with; it tells nothing of the key."""
    return hashlib.sha256(key.encode()).hexdigest()[:KEY_ID_CHARACTERS]


@cache
def _keys(keys: tuple[str, ...]) -> dict[str, Fernet]:
    try:
        return {key_id(key): Fernet(key) for key in keys}
    except ValueError:
        raise ImproperlyConfigured("FIELD_KEYS holds something that is no key.") from None


def _known() -> dict[str, Fernet]:
    known = _keys(tuple(settings.FIELD_KEYS))
    if not known:
        raise ImproperlyConfigured("FIELD_KEYS is empty.")
    return known


def encrypt(text: str) -> str:
    """The text as it is kept; nothing stays nothing."""
    if not text:
        return ""
    name, key = next(iter(_known().items()))
    return f"{name}{SEPARATOR}{key.encrypt(text.encode()).decode()}"


def decrypt(kept: str) -> str:
    """The text again. Raises CannotDecrypt."""
    if not kept:
        return ""
    name, _separator, token = kept.partition(SEPARATOR)
    key = _known().get(name)
    if key is None:
        raise CannotDecrypt(f"There is no key {name} in FIELD_KEYS.")
    try:
        return key.decrypt(token.encode()).decode()
    except InvalidToken:
        raise CannotDecrypt(f"A value of the key {name} cannot be opened.") from None


def is_current(kept: str) -> bool:
    """Whether the value was made with the first key, as new ones are."""
    return not kept or kept.partition(SEPARATOR)[0] == next(iter(_known()))


def blind_index(text: str, *, purpose: str) -> str:
    """What two equal secrets share, so that they can be found without being readable.

    It is made with the first key: `rotate_field_keys` makes it anew. Nothing gives nothing.
    """
    if not text:
        return ""
    secret = settings.FIELD_KEYS[0].encode()
    return hmac.new(secret, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """Text that the database holds encrypted. It can be asked for being empty, and for nothing
    else: a list can neither be filtered nor ordered by it.
    """

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and cannot be searched.")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} is encrypted and cannot be searched.")

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return prepared if prepared is None else encrypt(prepared)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return value if value is None else self.to_plain(decrypt(value))

    def to_plain(self, text: str) -> Any:
        return text


class EncryptedJSONField(EncryptedTextField):
    """A JSON object that the database holds encrypted as one text."""

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, cls=DjangoJSONEncoder)
        return encrypt(text)

    def to_python(self, value: Any) -> Any:
        return value

    def to_plain(self, text: str) -> Any:
        return json.loads(text) if text else {}

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj), ensure_ascii=False, cls=DjangoJSONEncoder)


def encrypted_fields(model: type[models.Model]) -> list[EncryptedTextField]:
    """The encrypted columns of a model."""
    return [field for field in model._meta.local_fields if isinstance(field, EncryptedTextField)]


@dataclass(frozen=True)
class BlindIndex:
    """The column by which equal secrets of a model are found, and how a row makes it anew."""

    column: str
    remake: Callable[[Any], None]


_indexes: dict[type[models.Model], BlindIndex] = {}


def declare_index(model: type[models.Model], column: str, remake: Callable[[Any], None]) -> None:
    """Record how a model's blind index is made anew: it hangs on the first key."""
    _indexes[model] = BlindIndex(column, remake)


def index_of(model: type[models.Model]) -> BlindIndex | None:
    """The blind index of a model, where it has one."""
    return _indexes.get(model)


def masked(text: str) -> str:
    """A secret on a page: its last four signs, of a short one none."""
    return f"****{text[-4:]}" if len(text) > 6 else "****" * bool(text)
