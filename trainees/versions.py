"""Keeping what was submitted, and reading it as it was judged."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User

from .consents import on_withdrawal
from .contents import (
    LINES,
    PERSON,
    Data,
    Said,
    columns_of,
    data_of,
    files_of,
    fingerprint,
    overlaid,
    row_from,
    salted,
    without,
)
from .models import Application, DossierVersion, SenderStatement, Trainee
from .said import said_of
from .states import EDITABLE
from .submission import on_submission


def keep_version(
    application: Application,
    *,
    by: User | None,
    reason: str = "",
    data: Data | None = None,
    files: list[Data] | None = None,
    at: datetime | None = None,
) -> DossierVersion:
    """Keep what the locked application says now, or the data given, as its next version; in the
    caller's transaction.
    """
    last = application.versions.aggregate(last=Max("number"))["last"] or 0
    data = salted(data_of(application) if data is None else data)
    files = files_of(application) if files is None else files
    return DossierVersion.objects.create(
        application=application,
        number=last + 1,
        data=cast(Any, data),  # the stubs take the encrypted column for text
        files=files,
        sha256=fingerprint(application, last + 1, data, files),
        reason=reason,
        made_by=by,
        made_at=at or timezone.now(),
    )


@on_submission
def keep_submission(application: Application, by: User) -> None:
    """What follows from each submission: the dossier is kept as it was sent."""
    keep_version(application, by=by)


def keep_what_is_judged(application: Application, *, by: User | None) -> DossierVersion | None:
    """Before others judge it: a dossier from before versions were kept has its first one, and one
    whose papers were replaced since has one that names the new files. What was said stays.
    """
    last = last_version(application)
    if last is None:
        return keep_version(application, by=by)
    files = files_of(application)
    if files == last.files:
        return None
    return keep_version(
        application,
        by=by,
        reason=_("Documents were replaced since the submission."),
        data=said_in(last),
        files=files,
    )


def keep_given_passport(application: Application) -> None:
    """The passport that was promised has come: nothing else of what was submitted is different."""
    last = last_version(application)
    if last is None or application.state in EDITABLE:
        return
    person = application.trainee
    given = columns_of(person)
    names = ("passport_number", "passport_expires_on", "passport_promised_on")
    data = overlaid(said_in(last), {f"{PERSON}.{name}": given[name] for name in names})
    reason = _("The passport that was promised was given.")
    keep_version(application, by=person.user, reason=reason, data=data, files=last.files)
    kept = {name: person.snapshot[name] for name in names if name in person.snapshot}
    application.person = {**(application.person or {}), **kept}
    application.save(update_fields=["person"])


@on_withdrawal
def forget_in_versions(application: Application, kind: str) -> None:
    """A consent that is taken back takes its answers out of the versions that were kept, too. That
    the rest is as it was, their SHA-256 still shows.
    """
    for version in application.versions.select_for_update():
        version.data = cast(Any, without(said_in(version), kind))
        version.save(update_fields=["data"])


def is_intact(version: DossierVersion) -> bool:
    """Whether a version still says what it said when it was kept."""
    found = fingerprint(version.application, version.number, said_in(version), version.files)
    return found == version.sha256


def said_in(version: DossierVersion) -> Data:
    """What a version says, as it was gathered."""
    return cast(Data, version.data)


def last_version(application: Application) -> DossierVersion | None:
    """The version that counts: the newest one."""
    return application.versions.order_by("-number").first()


@dataclass
class Judged:
    """A dossier as it is judged: what its last version says, not its rows."""

    application: Application  # a copy: its columns as they were said
    person: Trainee  # no row: as the version says
    data: Data
    files: list[Data]
    version: DossierVersion | None = None

    def lines(self, code: str) -> list[Any]:
        """The lines of one list, in the order of the person."""
        return [row_from(LINES[code], kept) for kept in self.data.get("lines", {}).get(code, [])]

    @property
    def statements(self) -> list[SenderStatement]:
        """What the employer had said by then, the last one first."""
        return [row_from(SenderStatement, kept) for kept in self.data.get("statements", [])]

    def part(self, code: str) -> list[Data]:
        """What an app above has kept with it."""
        return self.data.get("parts", {}).get(code, [])

    def said(self, *, full: bool = False) -> list[Said]:
        """Everything in the reader's words."""
        return said_of(self.data, self.files, full=full)


def judged(application: Application) -> Judged:
    """What reviewers, papers and rules read: the last version kept. While the person may change the
    dossier, and for one from before versions were kept, the rows as they are.
    """
    version = None if application.state in EDITABLE else last_version(application)
    if version is None:
        return as_read(application, data_of(application), files_of(application))
    return as_read(application, said_in(version), version.files, version)


def as_read(
    application: Application,
    data: Data,
    files: list[Data],
    version: DossierVersion | None = None,
) -> Judged:
    """A dossier as this data says it."""
    row = row_from(Application, data.get("application", {}), copy(application))
    person = row_from(Trainee, data.get("person", {}))
    return Judged(row, person, data, files, version)


@dataclass(frozen=True)
class Difference:
    """One thing that two versions say differently."""

    place: str
    label: str
    before: str
    after: str


def differences(before: list[Said], after: list[Said]) -> list[Difference]:
    """What differs, field by field, in the order of the later one; what was taken out comes last.

    Of what is not shown it is said that it differs, not how.
    """
    old, new = {each.code: each for each in before}, {each.code: each for each in after}
    found = []
    for code in [*new, *(code for code in old if code not in new)]:
        first, second = old.get(code), new.get(code)
        if (first.raw if first else None) == (second.raw if second else None):
            continue
        row = second or first
        if row is None:
            continue
        found.append(
            Difference(
                row.place,
                row.label,
                _text(first, "①") if first else "",
                _text(second, "②") if second else "",
            )
        )
    return found


def _text(said: Said, mark: str) -> str:
    return f"{said.text} {mark}" if said.is_hidden and said.text else said.text
