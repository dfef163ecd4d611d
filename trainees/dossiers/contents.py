"""What a dossier says, part by part, as plain words in the reader's language: for the receipt, the
PDF and the page. Passport and health stand in it only for whom they must (P4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.templatetags.portal import era_date
from notices.check_numbers import check_number_of

from ..models import (
    PERSON_FIELDS,
    Application,
    ApplicationQuerySet,
    Career,
    Consent,
    Document,
    Education,
    FamilyMember,
    LanguageSkill,
    SenderStatement,
    StayInJapan,
    Trainee,
    VisaRefusal,
)
from ..states import DOCUMENT_COUNTS

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


@dataclass
class Part:
    """A part of a dossier under a heading of its own."""

    code: str
    title: str
    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    note: str = ""


def with_dossier(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    """With all that a dossier is made of, in a number of queries that does not grow."""
    documents = Document.objects.filter(state__in=DOCUMENT_COUNTS).select_related("kind", "file")
    return (
        applications.with_names()
        .with_since()
        .select_related("trainee__user", "cycle__programme__operator", "health")
        .prefetch_related(
            *(f"{model.__name__.lower()}_lines" for model in _LINES),
            Prefetch("documents", documents.order_by("kind__order", "pk"), to_attr="papers"),
            Prefetch("statements", SenderStatement.objects.order_by("-given_at", "-pk")),
            Prefetch("consents", Consent.objects.select_related("text").order_by("given_at", "pk")),
        )
    )


def parts_of(application: Application, *, is_full: bool) -> list[Part]:
    """All parts in their order. Read it `with_dossier`.

    `is_full` is the staff's version: with the number of the passport and what was declared of
    health and belief. The other one says only that it was declared.
    """
    return [
        _person(application, is_full=is_full),
        _family(application),
        _employment(application),
        _education(application),
        _languages(application),
        _stays(application),
        _wishes(application),
        _care(application, is_full=is_full),
        _consents(application),
        _papers(application),
    ]


def check_number_of_parts(parts: Iterable[Part]) -> str:
    """The number that changes with whatever the parts say."""
    return check_number_of(
        [
            [part.code, [[each.label, each.value] for each in part.lines]]
            + [[table.title, table.rows] for table in part.tables]
            for part in parts
        ]
    )


# Parts ------------------------------------------------------------------------------------------
def _person(application: Application, *, is_full: bool) -> Part:
    person = application.judged_person
    lines = lines_of(person, PERSON_FIELDS)
    number = application.trainee.passport_number if is_full else application.trainee.masked_passport
    lines.append(line(_label(Trainee, "passport_number"), number))
    user = application.trainee.user
    lines.append(line(_("E-mail address"), user.email if user else application.trainee.email))
    return Part("person", _("Names and person"), [*lines, *lines_of(application, CONTACT)])


def _family(application: Application) -> Part:
    part = Part("family", _("Family and emergency contact"))
    part.lines = lines_of(application, ("comes_alone", *EMERGENCY))
    _add_table(
        part,
        application.familymember_lines.all(),
        FamilyMember,
        ("name", "relation", "born_on", "lives_in_japan"),
    )
    return part


def _employment(application: Application) -> Part:
    part = Part("employment", _("Employment"))
    sender = application.sending_government
    names = [application.employer, sender.name_local if sender else ""]
    part.lines = [
        line(_("Overseas local government"), "\n".join(filter(None, names))),
        *lines_of(application, EMPLOYMENT),
        *lines_of(application, ("is_national_official",)),
    ]
    if application.national_reason:
        part.lines += lines_of(application, ("national_reason",))
    for statement in list(application.statements.all())[:1]:
        given = [statement.given_by, statement.given_post, era_date(statement.given_at)]
        part.lines.append(
            line(_("Statement of the employer"), ", ".join(each for each in given if each))
        )
        part.lines += lines_of(
            statement, ("is_employed", "employed_since", "will_return", "grants_leave")
        )
        if statement.recommendation:
            part.lines += lines_of(statement, ("recommendation",))
    return part


def _education(application: Application) -> Part:
    part = Part("education", _("Education and career"))
    months = ("starts_on", "ends_on")
    _add_table(
        part,
        application.education_lines.all(),
        Education,
        (*months, "school", "country", "subject", "degree"),
    )
    _add_table(
        part, application.career_lines.all(), Career, (*months, "employer", "position", "duties")
    )
    return part


def _languages(application: Application) -> Part:
    part = Part("languages", _("Languages"), lines_of(application, LEVELS))
    _add_table(
        part,
        application.languageskill_lines.all(),
        LanguageSkill,
        ("language", "level", "evidence", "tested_on"),
    )
    return part


def _stays(application: Application) -> Part:
    part = Part("stays", _("Earlier stays in Japan and refusals of visas"))
    stays = application.stayinjapan_lines.all()
    refusals = application.visarefusal_lines.all()
    if application.previous_stays:
        part.lines += lines_of(application, ("previous_stays",))
    if not stays:
        part.lines += lines_of(application, ("never_in_japan",))
    if not refusals:
        part.lines += lines_of(application, ("never_refused",))
    _add_table(part, stays, StayInJapan, ("starts_on", "ends_on", "purpose", "status", "place"))
    _add_table(part, refusals, VisaRefusal, ("month", "country", "what", "reason"))
    return part


def _wishes(application: Application) -> Part:
    return Part(
        "wishes", _("Wishes and plan after the return"), lines_of(application, WISHES + PLANS)
    )


def _care(application: Application, *, is_full: bool) -> Part:
    """Health and belief need special care (要配慮個人情報): their contents stand nowhere but in the
    staff's version.
    """
    part = Part("care", _("Health and needs"))
    needs = ("dietary_needs", "religious_needs")
    if is_full:
        part.lines = lines_of(application, needs)
    else:
        told = any(getattr(application, name) for name in needs)
        part.lines = [line(_("Dietary and religious needs"), _told(told))]
    health = getattr(application, "health", None)
    declared = era_date(health.declared_at) if health and health.declared_at else ""
    part.lines.append(
        line(
            _("Health declaration"),
            _("declared on {day}").format(day=declared) if declared else _("not declared"),
        )
    )
    if is_full and health:
        part.lines += [line(str(key), _answer(value)) for key, value in health.answers.items()]
    else:
        part.note = _("What was declared is not printed here.")
    return part


def _consents(application: Application) -> Part:
    part = Part("consents", _("Consents"))
    rows = [
        [
            each.text.get_kind_display(),
            _("version {number}").format(number=each.text.version),
            moment(each.given_at),
            moment(each.withdrawn_at) if each.withdrawn_at else "",
        ]
        for each in application.consents.all()
    ]
    if rows:
        head = [_("Consent to"), _("Text"), _("Given at"), _("Taken back at")]
        part.tables = [Table("", head, rows, "consents")]
    else:
        part.note = _("No consent has been given.")
    return part


def _papers(application: Application) -> Part:
    part = Part("documents", _("Documents"))
    papers: Sequence[Document] = application.papers  # type: ignore[attr-defined]
    if not papers:
        part.note = _("No document has been handed in.")
        return part
    head = [_("Document"), _("File"), _("Handed in"), "SHA-256"]
    rows = [
        [paper.kind.name, paper.file.name, moment(paper.handed_in_at), in_fours(paper.file.sha256)]
        for paper in papers
    ]
    part.tables = [Table("", head, rows, "papers")]
    return part


_LINES = (FamilyMember, Education, Career, LanguageSkill, StayInJapan, VisaRefusal)


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
        return era_date(value)
    if hasattr(value, "name") and hasattr(value, "code"):  # a country
        return str(value.name)
    display = getattr(row, f"get_{name}_display", None)
    return str(display() if display else value)


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
                capital(str(model._meta.verbose_name_plural)),
                [capital(_label(model, name)) for name in names],
                [[words_of(row, name) for name in names] for row in found],
                model.__name__.lower(),
            )
        )


def _told(told: bool) -> str:
    return _("told to the office") if told else _("none told")


def _answer(value: object) -> str:
    if isinstance(value, bool):
        return pgettext("answer", "yes") if value else pgettext("answer", "no")
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return str(value)
