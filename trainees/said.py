"""What a dossier says, in the reader's words."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from files.encrypted import EncryptedTextField, masked

from .contents import (
    HIDDEN,
    LINES,
    MASKED,
    PLACES,
    STATEMENT_FILE,
    Data,
    Part,
    Said,
    named_part,
    row_from,
    said_fields,
)
from .models import (
    Application,
    ConsentKind,
    SenderStatement,
    Trainee,
)
from .models.dossier import is_month


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
        if part := named_part(code):
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
