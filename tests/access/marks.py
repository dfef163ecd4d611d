"""Canaries: every text of every row says to whom it belongs."""

import uuid
from dataclasses import dataclass, field

from django.apps import apps
from django.db import models

from accounts.models import Organisation, User
from files.encrypted import EncryptedJSONField
from japan.text import search_key
from tests.faults.canary import canary

UNKNOWN = uuid.UUID("00000000-0000-4000-8000-000000000000")  # an address that nothing has
NOBODY = "secret"  # hashes, codes, keys: no reader at all
TOO_SHORT = 30  # a field below this length holds a code, a number, a postal code

# Texts that are keys of the machinery: they say nothing of anybody, or carry a format of their own.
NOT_TEXT = {
    "accounts.FormDraft.form",
    "accounts.FormDraft.values",  # written with the canary by `world`
    "accounts.Invitation.token_hash",
    *("accounts.User.telephone", "accounts.Invitation.telephone"),  # of digits
    "accounts.SheetCode.code_hash",
    "accounts.TakeOver.withdrawal_hash",  # marked as nobody's by `world`
    "desk.Upload.kind",
    "schedule.CalendarFeed.token_hash",
    *(f"accounts.Thread.{name}" for name in ("kind", "asker", "addressee")),
    "accounts.ThreadParty.party",
    *(f"accounts.ThreadEntry.{name}" for name in ("by_party", "for_party")),
    *(f"files.StoredFile.{name}" for name in ("content_type", "sha256", "purpose", "key")),
    *(f"files.StoredFile.{name}" for name in ("original_sha256", "scanned_with")),
    *(f"accounts.PersonalLink.{name}" for name in ("token_hash", "code_hash", "subject")),
    "accounts.User.password",  # marked as nobody's by `world`
    *(f"hosts.FieldComment.{name}" for name in ("step", "field")),  # names of forms and fields
    "hosts.RelayLetter.sha256",  # of the bytes, written by `rounds`
    "hosts.SurveyReminder.chosen",  # states and kinds of governments
    "trainees.Application.person",  # the snapshot of marked columns
    *(f"trainees.OverseasOffice.{name}" for name in ("code", "time_zone", "telephone")),
    *(f"trainees.Application.{name}" for name in ("telephone", "emergency_telephone")),
    *("trainees.Contact.telephone", "trainees.Trainee.passport_index"),
    # Names of fields, hashes, what a snapshot holds of marked columns, a part of a picture.
    *("trainees.Reopening.fields", "trainees.PersonMerge.moved", "trainees.Document.cut"),
    *(f"trainees.DossierVersion.{name}" for name in ("data", "files", "sha256")),
}
# Written by the portal from the marked rows: marking them would hide what it puts there.
WRITTEN_BY_THE_PORTAL = {
    "accounts.AuditRecord",
    "accounts.Submission",
    "account.EmailConfirmation",
    "admin.LogEntry",
    "hosts.AnswerVersion",  # as `rounds` puts them on record after the marking; none ever changes
    "hosts.ProgrammeVersion",
    "auditlog.LogEntry",
    "mfa.Authenticator",
    "notices.Letter",
    "notices.LetterMove",
    "notices.Mail",
    "notices.MailEvent",
    "placements.MatchRun",
    "files.LongWork",
    "trainees.DossierVersion",  # which the database lets nobody change
    "usersessions.UserSession",
    "sessions.Session",
}
# Names, days and contacts of the programme itself: read by everyone who signs in.
OF_THE_PROGRAMME = {
    "auth.Group",
    "auth.Permission",
    "contenttypes.ContentType",
    "hosts.DemandSurvey",
    "hosts.SurveyQuestion",
    "schedule.CycleMove",
    "notices.NumberRegister",
    "schedule.Deadline",
    "schedule.DeadlineTemplate",
    "schedule.Programme",
    # What everybody who is asked reads: the texts of consents, the papers, the recruitment.
    *("trainees.ConsentText", "trainees.DocumentKind", "trainees.DocumentRule"),
    *("placements.Recruitment", "placements.RecruitmentText"),
}


@dataclass
class Owners:
    """Who owns which row, and the canary of each owner."""

    canaries: dict[str, str] = field(default_factory=dict)
    rows: dict[tuple[type, int], str] = field(default_factory=dict)
    marked: set[str] = field(default_factory=set)

    def own(self, owner: str, *rows: models.Model) -> None:
        """These rows, and whatever hangs on them, are this owner's."""
        self.canaries.setdefault(owner, canary(owner))
        self.rows.update({(type(row), row.pk): owner for row in rows})

    def of(self, row: models.Model) -> str | None:
        """The owner of a row: its own, or that of the row it belongs to, people last."""
        if known := self.rows.get((type(row), row.pk)):
            return known
        keys = [each for each in row._meta.concrete_fields if each.is_relation]
        keys.sort(key=lambda each: (each.related_model is User, each.related_model is Organisation))
        targets = [getattr(row, key.name) for key in keys]
        others = [each for each in targets if each is not None and type(each) is not type(row)]
        return next(filter(None, map(self.of, others)), None)


def text_fields(model: type[models.Model]) -> list[models.Field]:
    """The columns of a model that hold what somebody typed."""
    return [
        each
        for each in model._meta.concrete_fields
        if isinstance(each, models.CharField | models.TextField | models.JSONField)
        and not isinstance(each, models.SlugField)
        and not each.choices
        and (each.max_length or 999) >= TOO_SHORT
        and each.name not in {"from_state", "to_state"}
        and f"{model._meta.label}.{each.name}" not in NOT_TEXT
    ]


def marked_models() -> list[type[models.Model]]:
    """The models whose rows belong to a municipality, an office or a person."""
    return [
        model
        for model in apps.get_models()
        if model._meta.label not in WRITTEN_BY_THE_PORTAL | OF_THE_PROGRAMME and text_fields(model)
    ]


def mark_all(owners: Owners) -> None:
    """Write the canary of its owner into every text of every row that has one."""
    for model in marked_models():
        for row in list(model._default_manager.all()):
            if owner := owners.of(row):
                values = {each.name: _text(owners, owner, row, each) for each in text_fields(model)}
                model._default_manager.filter(pk=row.pk).update(**values)
                owners.marked |= {f"{model._meta.label}.{name}" for name in values}


def _text(owners: Owners, owner: str, row: models.Model, column: models.Field) -> object:
    text = owners.canaries[owner]
    if isinstance(column, EncryptedJSONField):
        return {"mark": text}
    if isinstance(column, models.EmailField):
        return f"{text.lower()}@example.org"
    if column.name == "search":
        return f"{row.code} {search_key(text)}"
    return text


def fresh(row: models.Model) -> models.Model:
    """The row as it stands after the marking."""
    return type(row)._default_manager.get(pk=row.pk)
