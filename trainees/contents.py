"""Everything that a dossier says, gathered as plain data in a stable form, and read again.

What tells only of a row's way is named here; every other column is a part of the dossier, so that a
new column is in the next version without anybody thinking of it. An app above adds its own part in
`dossier_parts.py`, found by autodiscovery.
"""

import copy
import hashlib
import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from files.encrypted import EncryptedTextField, masked

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
from .models.dossier import Line, is_month
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


# --- in the reader's words -----------------------------------------------------------------------


def said_of(data: Data, files: Iterable[Data] = (), *, full: bool = False) -> list[Said]:
    """Everything that a dossier says, label and text; the passport is masked and what tells of
    health left out unless `full`.
    """
    person, lines = data.get("person") or {}, data.get("lines") or {}
    found = _said_of_row("person", str(PLACES["person"]), Trainee, person, full=full)
    found += _said_of_employer(data.get("employer"))
    found += _said_of_row(
        "application",
        str(PLACES["application"]),
        Application,
        data.get("application") or {},
        full=full,
    )
    for code, model in LINES.items():
        for number, kept in enumerate(lines.get(code) or [], start=1):
            place = f"{_capital(str(model._meta.verbose_name))} {number}"
            found += _said_of_row(f"{code}.{number}", place, model, kept)
    found += _said_of_health(data.get("health"), full=full)
    found += _said_of_consents(data.get("consents") or [])
    statements = data.get("statements") or []
    for number, kept in enumerate(reversed(statements), start=1):
        place = f"{PLACES['statement']} {number}"
        found += _said_of_row(f"statement.{number}", place, SenderStatement, kept)
    for code, rows in (data.get("parts") or {}).items():
        if part := _parts.get(code):
            found += _said_of_part(part, rows)
    files = list(files)
    kinds = kind_names() if files else {}
    for file in files:
        text = f"{file['name']}\nSHA-256 {file['sha256']}"
        label = kinds.get(file["kind"], file["kind"])
        if file["kind"] == STATEMENT_FILE:
            label = _("File of the employer")
        code = f"document.{file['kind']}"
        found.append(Said(code, str(PLACES["document"]), str(label), text, file["sha256"]))
    return found


def kind_names() -> dict[str, str]:
    """The kinds of documents by their codes, in the reader's language."""
    from .models import DocumentKind

    return {kind.code: kind.name for kind in DocumentKind.objects.all()}


def _said_of_row(
    code: str, place: str, model: type[models.Model], kept: Data, *, full: bool = False
) -> list[Said]:
    row = row_from(model, kept)
    found = []
    for field in said_fields(model):
        if field.name not in kept:
            continue
        raw = kept[field.name]
        is_secret = isinstance(field, EncryptedTextField) and not full
        text = shown(row, field)
        if is_secret:
            text = masked(text) if field.name in MASKED else HIDDEN * bool(text)
        label = str(field.verbose_name)
        name = f"{code}.{field.name}"
        found.append(Said(name, place, _capital(label), text, raw, is_hidden=is_secret))
    return found


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


def shown(row: Any, field: Any) -> str:
    """A value in the words of the page; nothing where nothing was said."""
    value = field.value_from_object(row)
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return pgettext("answer", "yes") if value else pgettext("answer", "no")
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        is_whole = not is_month(type(row), field.name)
        return date_format(value, "DATE_FORMAT" if is_whole else "YEAR_MONTH_FORMAT")
    if hasattr(field, "countries"):
        return str(getattr(row, field.name).name or value)
    if field.flatchoices:
        return str(getattr(row, f"get_{field.name}_display")())
    return str(value)


def _said_of_employer(kept: Data | None) -> list[Said]:
    name = ""
    if kept:
        is_japanese = (get_language() or "ja") == "ja"
        name = (kept["name_ja"] if is_japanese else kept["name_en"]) or kept["name_en"]
        name = "\n".join(filter(None, [name, kept.get("name_local", "")]))
    place = str(PLACES["employer"])
    return [Said("employer.name", place, place, name, (kept or {}).get("id"))]


def _said_of_health(kept: Data | None, *, full: bool) -> list[Said]:
    place = str(PLACES["health"])
    if kept is None:
        return [Said("health", place, place, _("not declared"), None)]
    if not full:
        return [Said("health", place, place, HIDDEN, kept["answers"], is_hidden=True)]
    return [
        Said(f"health.{name}", place, name, _answer_text(answer), answer)
        for name, answer in kept["answers"].items()
    ]


def _answer_text(answer: Any) -> str:
    if isinstance(answer, bool):
        return pgettext("answer", "yes") if answer else pgettext("answer", "no")
    if isinstance(answer, list | tuple):
        return "\n".join(_answer_text(each) for each in answer)
    if isinstance(answer, dict):
        return "\n".join(f"{key}: {_answer_text(each)}" for key, each in answer.items())
    return "" if answer is None else str(answer)


def _said_of_consents(rows: list[Data]) -> list[Said]:
    names = dict(ConsentKind.choices)
    found = []
    for row in rows:
        at = parse_datetime(row["given_at"])
        text = _("version {n}, {moment}").format(
            n=row["version"], moment=date_format(localtime(at), "DATETIME_FORMAT") if at else ""
        )
        label = str(names.get(row["kind"], row["kind"]))
        raw = [row["version"], row["given_at"]]
        found.append(Said(f"consent.{row['kind']}", str(PLACES["consent"]), label, text, raw))
    return found


def _said_of_part(part: Part, rows: list[Data]) -> list[Said]:
    return [
        Said(f"{part.code}.{number}.{label}", f"{part.title} {number}", label, text, text)
        for number, row in enumerate(rows, start=1)
        for label, text in part.show(row)
    ]
