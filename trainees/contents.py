"""Everything that a dossier says, gathered as plain data in a stable form, and read again.

What tells only of a row's way is named here; every other column is a part of the dossier, so that a
new column is in the next version without anybody thinking of it. An app above adds its own part in
`dossier_parts.py`, found by autodiscovery. What it says in words stands in `said`.
"""

import copy
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy

from .consents import standing_consents
from .lines import read_lines
from .models import (
    Application,
    Career,
    ConsentKind,
    Education,
    FamilyMember,
    HealthDeclaration,
    LanguageSkill,
    SenderStatement,
    StayInJapan,
    Trainee,
    VisaRefusal,
)
from .models.dossier import Line
from .reading import papers_that_count, statements_of

FORMAT = 1
LINES: dict[str, type[Line]] = {
    "family": FamilyMember,
    "education": Education,
    "career": Career,
    "language": LanguageSkill,
    "stay": StayInJapan,
    "refusal": VisaRefusal,
}
OF_THE_WAY: dict[type[models.Model], set[str]] = {
    Trainee: {"id", "public_id", "version", "user", "passport_index", "merged_into"},
    Application: {
        *("id", "public_id", "version", "trainee", "cycle", "state", "number"),
        *("submitted_at", "person", "sending_government"),
    },
    SenderStatement: {"id", "public_id", "application", "file", "entered_by"},
    **{model: {"id", "public_id", "version", "application", "order"} for model in LINES.values()},
}
PERSON, APPLICATION = "person", "application"
LIST, PART, CONSENT = "lines", "parts", "consent"  # what is opened again as one
HIDDEN = "••••"
MASKED = {"passport_number"}  # shown with its last four signs; other secrets not at all
STATEMENT_FILE = "statement"  # stands for a kind of document where the employer sent a file
PLACES = {
    "person": gettext_lazy("Person"),
    "application": gettext_lazy("Application"),
    "employer": gettext_lazy("Overseas local government"),
    "health": gettext_lazy("Health declaration"),
    "consent": gettext_lazy("Consents"),
    "statement": gettext_lazy("Statement of the employer"),
    "document": gettext_lazy("Documents"),
}

Data = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """What an app above keeps with a dossier: `gather` gives it as JSON, `show` as label and
    text.
    """

    code: str
    title: object
    gather: Callable[[Application], list[Data]]
    show: Callable[[Data], list[tuple[str, str]]]
    is_ordered: bool = False  # whether the order of the rows says something


_parts: dict[str, Part] = {}


def part_of_dossier(part: Part) -> Part:
    """Declare a part of a dossier that another app keeps."""
    _parts[part.code] = part
    return part


def named_part(code: str) -> Part | None:
    """The part of this code, where its app is still there."""
    return _parts.get(code)


@dataclass(frozen=True)
class Said:
    """One thing that a dossier says, in the reader's words; `raw` is what is compared."""

    code: str
    place: str
    label: str
    text: str
    raw: object
    is_hidden: bool = False


def said_fields(model: type[models.Model]) -> list[Any]:
    """The columns in which people say something."""
    skipped = OF_THE_WAY[model]
    return [field for field in model._meta.concrete_fields if field.name not in skipped]


def columns_of(row: models.Model) -> Data:
    """What one row says, as JSON keeps it."""
    return {field.name: _kept(field.value_from_object(row)) for field in said_fields(type(row))}


def _kept(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)


def data_of(application: Application) -> Data:
    """The whole dossier as it stands in the rows now."""
    lines = read_lines(application)
    said: Data = {
        "format": FORMAT,
        "person": columns_of(application.trainee),
        "application": columns_of(application),
        "employer": _employer(application),
        "lines": {code: [columns_of(row) for row in lines[model]] for code, model in LINES.items()},
        "health": _health(application),
        "consents": consents_said(application),
        "statements": [columns_of(row) for row in statements_of(application)],
        "parts": {code: part.gather(application) for code, part in sorted(_parts.items())},
    }
    return said


def consents_said(application: Application) -> list[Data]:
    """The consents that stand, each with its version and moment."""
    return [
        {
            "kind": row.text.kind,
            "version": row.text.version,
            "language": row.language,
            "given_at": row.given_at.isoformat(),
        }
        for row in standing_consents(application)
    ]


def _employer(application: Application) -> Data | None:
    sender = application.sending_government
    if sender is None:
        return None
    return {
        "id": sender.pk,
        "name_en": sender.organisation.name_en,
        "name_ja": sender.organisation.name_ja,
        "name_local": sender.name_local,
        "country": str(sender.country),
    }


def _health(application: Application) -> Data | None:
    row: HealthDeclaration | None = getattr(application, "health", None)
    if row is None or row.declared_at is None:
        return None
    return {"answers": row.answers, "declared_at": row.declared_at.isoformat()}


def files_of(application: Application) -> list[Data]:
    """Every file that counts now, by its hashes."""
    found = [
        file_entry(row.kind.code, str(row.public_id), row.file)
        for row in papers_that_count(application)
    ]
    with_file = [row for row in statements_of(application) if row.file is not None]
    return found + [
        file_entry(STATEMENT_FILE, str(row.public_id), row.file)
        for row in sorted(with_file, key=lambda row: row.pk)
    ]


def file_entry(kind: str, document: str, file: Any) -> Data:
    """One file as a version names it."""
    return {
        "kind": kind,
        "document": document,
        "name": file.name,
        "sha256": file.sha256,
        "original_sha256": file.original_sha256,
    }


# What rests on a consent, by its place: it may be erased, and the rest still shows to be unchanged.
ERASABLE: dict[str, list[tuple[str, ...]]] = {
    "health": [("health",)],
    "needs": [("application", "dietary_needs"), ("application", "religious_needs")],
}


def salted(data: Data) -> Data:
    """With a salt for each thing that may be erased: its digest alone tells nothing of it."""
    places = [".".join(place) for found in ERASABLE.values() for place in found]
    kept = {name: value for name, value in data.items() if name != "erased"}
    return kept | {"salts": {place: secrets.token_hex(16) for place in places}}


def without(data: Data, kind: str) -> Data:
    """What is left when a consent was taken back: digests stand where its answers stood."""
    left = copy.deepcopy(data)
    for place in ERASABLE.get(kind, []):
        name = ".".join(place)
        if name not in left.get("erased", {}):
            left.setdefault("erased", {})[name] = _digest(left, place)
        left.get("salts", {}).pop(name, None)
        _put(left, place, None if place == ("health",) else "")
    return left


def _digest(data: Data, place: tuple[str, ...]) -> str:
    name = ".".join(place)
    if kept := data.get("erased", {}).get(name):
        return str(kept)
    salt = data.get("salts", {}).get(name, "")
    text = json.dumps([salt, _at(data, place)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _at(data: Data, place: tuple[str, ...]) -> Any:
    for name in place:
        data = data.get(name) if isinstance(data, dict) else None  # type: ignore[assignment]
    return data


def _put(data: Data, place: tuple[str, ...], value: Any) -> None:
    *above, last = place
    inner = _at(data, tuple(above)) if above else data
    if isinstance(inner, dict):
        inner[last] = value


def fingerprint(application: Application, number: int, data: Data, files: list[Data]) -> str:
    """The SHA-256 over everything that a version says, whatever the order of its keys. What may be
    erased counts by its digest, so that the rest can be proved afterwards, too.
    """
    sealed = copy.deepcopy({k: v for k, v in data.items() if k not in {"salts", "erased"}})
    for place in (place for found in ERASABLE.values() for place in found):
        _put(sealed, place, _digest(data, place))
    whole = [str(application.public_id), number, sealed, files]
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def row_from(model: type[models.Model], kept: Data, row: Any = None) -> Any:
    """A row as it was kept, also by an older version that knew fewer columns; it is not saved."""
    row = model() if row is None else row
    for field in said_fields(model):
        if field.name in kept:
            setattr(row, field.name, field.to_python(kept[field.name]))
    return row


def overlaid(data: Data, proposed: Data) -> Data:
    """What a dossier says with the proposed values in the place of the earlier ones: single
    columns, and lists, parts and what needs a consent each as one.
    """
    changed = copy.deepcopy(data)
    for code, value in proposed.items():
        place, _dot, name = code.partition(".")
        if place in {PERSON, APPLICATION}:
            changed[place][name] = value
        elif place in {LIST, PART}:
            changed.setdefault(place, {})[name] = value
        elif place == CONSENT:
            _put_care(changed, name, value)
    return changed


def _put_care(data: Data, kind: str, value: Data) -> None:
    """What is said with a consent; with a refusal nothing is."""
    said = data[APPLICATION]
    said[f"declines_{kind}"] = not value["agrees"]
    if kind == ConsentKind.HEALTH:
        kept = {"answers": value.get("answers"), "declared_at": value.get("declared_at")}
        data["health"] = kept if value["agrees"] else None
    else:
        for name in ("dietary_needs", "religious_needs"):
            said[name] = value.get(name, "")
