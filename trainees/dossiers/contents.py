"""What a dossier says, part by part, as plain words in the reader's language: for the receipt, the
PDF and the page. Passport and health stand in it only for whom they must (P4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from accounts.templatetags.portal import era_date
from files.encrypted import masked
from files.models import StoredFile
from notices.check_numbers import check_number_of, in_groups

from ..contents import STATEMENT_FILE, fingerprint, named_part
from ..contents import Part as KeptPart
from ..health import DETAILS, QUESTIONS
from ..models import (
    PERSON_FIELDS,
    Career,
    ConsentKind,
    Document,
    DocumentKind,
    Education,
    FamilyMember,
    LanguageSkill,
    SenderStatement,
    StayInJapan,
    Trainee,
    VisaRefusal,
)
from ..models.dossier import is_month
from ..names import name_forms
from ..versions import Judged

CONTACT = ("telephone", "address")
EMERGENCY = (
    "emergency_name",
    "emergency_relation",
    "emergency_telephone",
    "emergency_email",
    "emergency_languages",
)
EMPLOYMENT = ("employer_department", "employer_position", "employed_since", "employer_duties")
LEVELS = ("english_level", "japanese_level", "other_languages")
WISHES = ("field", "second_field", "available_from", "available_until")
PLANS = ("statement", "future_use")
TITLES: dict[type[models.Model], object] = {
    FamilyMember: gettext_lazy("Members of the family"),
    Education: gettext_lazy("Education"),
    Career: gettext_lazy("Earlier posts"),
    LanguageSkill: gettext_lazy("Languages"),
    StayInJapan: gettext_lazy("Earlier stays in Japan"),
    VisaRefusal: gettext_lazy("Refusals of a visa or of entry"),
}
DASH = "―"


@dataclass(frozen=True)
class Line:
    """What was asked, and what was answered; no answer is a dash."""

    label: str
    value: str


@dataclass(frozen=True)
class Table:
    """Answers of one kind that came several times."""

    title: str
    head: list[str]
    rows: list[list[str]]
    kind: str = ""  # a class of the style sheet, for the widths of its columns


@dataclass(frozen=True)
class Paper:
    """One file of a dossier, with the kind of document that it is (None: the employer sent it)."""

    title: str
    file: StoredFile
    at: datetime
    kind: DocumentKind | None


@dataclass
class Part:
    """A part of a dossier under a heading of its own."""

    code: str
    title: str
    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    note: str = ""


def parts_of(judged: Judged, *, is_full: bool) -> list[Part]:
    """All parts in their order, of the version that counts.

    `is_full` is the staff's version: with the number of the passport and what was declared of
    health and belief. The other one says only that it was declared.
    """
    return [
        _person(judged, is_full=is_full),
        _family(judged),
        _employment(judged),
        _education(judged),
        _languages(judged),
        _stays(judged),
        _wishes(judged),
        _care(judged, is_full=is_full),
        _consents(judged),
        _papers(judged),
    ]


def check_number(judged: Judged) -> str:
    """The number that changes with whatever the dossier says, in groups: 7K4M-2QXD-9PRT. It is the
    same in every language and in every version for readers.
    """
    version = judged.version
    digest = (
        version.sha256 if version else fingerprint(judged.application, 0, judged.data, judged.files)
    )
    return in_groups(check_number_of(digest))


def papers_of(judged: Judged) -> list[Paper]:
    """The files of the dossier in their order, with their rows; what was removed since stays in the
    version that was judged.
    """
    wanted = [each["document"] for each in judged.files if each["kind"] != STATEMENT_FILE]
    documents = {
        str(each.public_id): each
        for each in Document.objects.filter(public_id__in=wanted).select_related("kind", "file")
    }
    statements = {
        str(each.public_id): each
        for each in SenderStatement.objects.filter(
            public_id__in=[each["document"] for each in judged.files]
        ).select_related("file")
    }
    papers = []
    for each in judged.files:
        if document := documents.get(each["document"]):
            papers.append(
                Paper(document.kind.name, document.file, document.handed_in_at, document.kind)
            )
        elif (statement := statements.get(each["document"])) and statement.file:
            title = _("Recommendation of the employer")
            papers.append(Paper(title, statement.file, statement.given_at, None))
    return papers


# Parts ------------------------------------------------------------------------------------------
def _person(judged: Judged, *, is_full: bool) -> Part:
    person = judged.person
    forms = name_forms(person)
    printed = [
        (_("On letters in English"), forms.letter),
        (_("On letters in Japanese"), forms.letter_ja),
        (_("In the machine-readable line"), forms.mrz),
        (_("On bank slips"), forms.bank),
        (_("On the name plate"), forms.name_plate),
    ]
    number = str(judged.data.get("person", {}).get("passport_number") or "")
    lines = lines_of(person, PERSON_FIELDS)
    lines.append(line(_label(Trainee, "passport_number"), number if is_full else masked(number)))
    trainee = judged.application.trainee
    email = trainee.user.email if trainee.user else trainee.email
    lines.append(line(_("E-mail address"), email))
    part = Part("person", _("Names and person"), [*lines, *lines_of(judged.application, CONTACT)])
    rows = [[label, value] for label, value in printed if value]
    head = [_("Where it is printed"), _("Name as printed there")]
    part.tables = [Table(_("How the name is printed"), head, rows, "names")]
    return part


def _family(judged: Judged) -> Part:
    part = Part("family", _("Family and emergency contact"))
    part.lines = lines_of(judged.application, ("comes_alone", *EMERGENCY))
    columns = ("name", "relation", "born_on", "lives_in_japan")
    _add_table(part, judged.lines("family"), FamilyMember, columns)
    return part


def _employment(judged: Judged) -> Part:
    part = Part("employment", _("Employment"))
    kept = judged.data.get("employer") or {}
    is_japanese = (get_language() or "ja") == "ja"
    name = kept.get("name_ja" if is_japanese else "name_en") or kept.get("name_en")
    named = "\n".join(each for each in (name, kept.get("name_local")) if each)
    part.lines = [
        line(_("Overseas local government"), named),
        *lines_of(judged.application, EMPLOYMENT),
        *lines_of(judged.application, ("is_national_official",)),
    ]
    if judged.application.national_reason:
        part.lines += lines_of(judged.application, ("national_reason",))
    for statement in judged.statements[:1]:
        given = [statement.given_by, statement.given_post, era_date(statement.given_at)]
        part.lines.append(
            line(
                _("Statement of the employer"),
                pgettext("between names", ", ").join(each for each in given if each),
            )
        )
        part.lines += lines_of(
            statement, ("is_employed", "employed_since", "will_return", "grants_leave")
        )
        if statement.recommendation:
            part.lines += lines_of(statement, ("recommendation",))
    return part


def _education(judged: Judged) -> Part:
    part = Part("education", _("Education and career"))
    months = ("starts_on", "ends_on")
    columns = (*months, "school", "country", "subject", "degree")
    _add_table(part, judged.lines("education"), Education, columns)
    _add_table(part, judged.lines("career"), Career, (*months, "employer", "position", "duties"))
    return part


def _languages(judged: Judged) -> Part:
    part = Part("languages", _("Languages"), lines_of(judged.application, LEVELS))
    columns = ("language", "level", "evidence", "tested_on")
    _add_table(part, judged.lines("language"), LanguageSkill, columns)
    return part


def _stays(judged: Judged) -> Part:
    part = Part("stays", _("Earlier stays in Japan and refusals of visas"))
    stays, refusals = judged.lines("stay"), judged.lines("refusal")
    if judged.application.previous_stays:
        part.lines += lines_of(judged.application, ("previous_stays",))
    if not stays:
        part.lines += lines_of(judged.application, ("never_in_japan",))
    if not refusals:
        part.lines += lines_of(judged.application, ("never_refused",))
    columns = ("starts_on", "ends_on", "purpose", "status", "place")
    _add_table(part, stays, StayInJapan, columns)
    _add_table(part, refusals, VisaRefusal, ("month", "country", "what", "reason"))
    return part


def _wishes(judged: Judged) -> Part:
    part = Part("wishes", _("Wishes and plan after the return"))
    part.lines = lines_of(judged.application, WISHES + PLANS)
    for kept, rows in parts_shown(judged.data):
        if not rows:
            continue
        head = [label for label, _text in rows[0]]
        table = [[text for _label, text in row] for row in rows]
        if kept.is_ordered:
            head = [pgettext("in the order of the wishes", "No."), *head]
            table = [[str(number), *row] for number, row in enumerate(table, start=1)]
        kind = "wishes" if kept.is_ordered else kept.code
        part.tables.append(Table(str(kept.title), head, table, kind))
    return part


def _care(judged: Judged, *, is_full: bool) -> Part:
    """Health and belief need special care (要配慮個人情報): their contents stand nowhere but in the
    staff's version.
    """
    part = Part("care", _("Health and needs"))
    needs = ("dietary_needs", "religious_needs")
    if is_full:
        part.lines = lines_of(judged.application, needs)
    else:
        told = any(getattr(judged.application, name) for name in needs)
        words = _("told to the office") if told else _("none told")
        part.lines = [line(_("Dietary and religious needs"), words)]
    health = judged.data.get("health")
    declared = parse_datetime(health["declared_at"]) if health else None
    words = _("declared on {day}").format(day=era_date(declared)) if declared else ""
    part.lines.append(line(_("Health declaration"), words or _("not declared")))
    if is_full and health:
        part.lines += [line(label, text) for label, text in health_answers(health["answers"])]
    else:
        part.note = _("What was declared is not printed here.")
    return part


def health_answers(answers: dict[str, Any]) -> list[tuple[str, str]]:
    """The health declaration as questions and answers."""
    asked = {**QUESTIONS, DETAILS: _("Details")}
    return [(str(asked.get(name, name)), _answer(value)) for name, value in answers.items()]


def _consents(judged: Judged) -> Part:
    part = Part("consents", _("Consents"))
    names = dict(ConsentKind.choices)
    rows = []
    for each in judged.data.get("consents", []):
        at = parse_datetime(each["given_at"])
        version = _("version {number}").format(number=each["version"])
        rows.append([str(names.get(each["kind"], each["kind"])), version, moment(at) if at else ""])
    if rows:
        head = [_("Consent to"), _("Text"), _("Given at")]
        part.tables = [Table("", head, rows, "consents")]
    else:
        part.note = _("No consent has been given.")
    return part


def _papers(judged: Judged) -> Part:
    part = Part("documents", _("Documents"))
    papers = papers_of(judged)
    if not papers:
        part.note = _("No document has been handed in.")
        return part
    head = [pgettext("dossier", "Paper"), _("File"), _("Handed in"), "SHA-256"]
    rows = [
        [paper.title, paper.file.name, moment(paper.at), in_fours(paper.file.sha256)]
        for paper in papers
    ]
    part.tables = [Table("", head, rows, "papers")]
    return part


def parts_shown(data: dict[str, Any]) -> list[tuple[KeptPart, list[list[tuple[str, str]]]]]:
    """What the apps above have kept with the dossier: each row as label and text."""
    found = []
    for code, rows in (data.get("parts") or {}).items():
        if part := named_part(code):
            found.append((part, [part.show(row) for row in rows]))
    return found


# Words ------------------------------------------------------------------------------------------
def line(label: object, value: object) -> Line:
    text = "" if value is None else str(value).strip()
    return Line(capital(str(label)), text.replace("\r\n", "\n") or DASH)


def lines_of(row: models.Model, names: Iterable[str]) -> list[Line]:
    """The columns of a row with their labels."""
    return [line(_label(type(row), name), words_of(row, name)) for name in names]


def words_of(row: models.Model, name: str) -> str:
    """A value in the reader's words."""
    value: Any = getattr(row, name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return pgettext("answer", "yes") if value else pgettext("answer", "no")
    if isinstance(value, date):
        return era_month(value) if is_month(type(row), name) else era_date(value)
    if hasattr(value, "name") and hasattr(value, "code"):  # a country
        return str(value.name)
    display = getattr(row, f"get_{name}_display", None)
    return str(display() if display else value)


def era_month(day: date) -> str:
    """令和9年3月, in English March 2027."""
    if (get_language() or "ja") == "ja":
        return era_date(day).rpartition("月")[0] + "月"
    return date_format(day, "YEAR_MONTH_FORMAT")


def moment(at: Any) -> str:
    """The day and the hour in Japan."""
    local = timezone.localtime(at)
    return f"{era_date(local)} {local:%H:%M}"


def in_fours(digest: str) -> str:
    """A hash in groups, so that it is compared by eye and broken anywhere."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _label(model: type[models.Model], name: str) -> str:
    return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _add_table(part: Part, rows: Any, model: type[models.Model], names: Sequence[str]) -> None:
    """A table of lines, where there are any."""
    if found := list(rows):
        part.tables.append(
            Table(
                str(TITLES[model]),
                [capital(_label(model, name)) for name in names],
                [[words_of(row, name) for name in names] for row in found],
                model.__name__.lower(),
            )
        )


def _answer(value: object) -> str:
    if isinstance(value, bool):
        return pgettext("answer", "yes") if value else pgettext("answer", "no")
    if isinstance(value, list | tuple):
        return pgettext("between names", ", ").join(str(each) for each in value)
    return str(value)
