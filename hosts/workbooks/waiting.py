"""A workbook between its upload and its uploader's yes: kept, looked at, taken in or forgotten."""

import hashlib
import json
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.trail import Act, record
from files.sheets.books import BookPlan, check_book, take_in_book
from files.sheets.faults import SheetError
from files.sheets.reading import read_tables

from ..models import WORKBOOK_LIFE, WorkbookUpload
from .book import SurveyBook
from .portal import Scope

NAME_LENGTH = 200
SALT = "hosts.workbook"


class ChangedSincePreviewError(SheetError):
    """What the workbook would do now is not what its uploader was shown."""


@transaction.atomic
def keep_workbook(scope: Scope, data: bytes, name: str, *, by: User) -> WorkbookUpload:
    """Keep a workbook for its uploader, in the place of an earlier one of the same survey.

    It is kept with its faults as well, so that they can be read and taken out. Raises SheetError
    for what cannot be opened at all, and keeps nothing then.
    """
    read_tables(data)
    WorkbookUpload.objects.filter(user=by, survey=scope.survey, part=scope.part).delete()
    return WorkbookUpload.objects.create(
        user=by,
        survey=scope.survey,
        part=scope.part,
        answer=scope.answer,
        name=name[-NAME_LENGTH:],
        content=data,
    )


def look_at(upload: WorkbookUpload, scope: Scope) -> tuple[BookPlan, str]:
    """What the workbook would do, and the seal that its confirmation must carry. Raises
    SheetError.
    """
    plan = check_book(SurveyBook(scope), bytes(upload.content), by=upload.user)
    return plan, signing.dumps(_sealed(upload, plan), salt=SALT, compress=True)


@transaction.atomic
def confirm(upload: WorkbookUpload, scope: Scope, seal: str) -> BookPlan:
    """Take in what was shown, and forget the file, in one transaction.

    Raises ChangedSincePreviewError where the file or the rows under it are others than those of the
    preview, and SheetError where the workbook can no longer be taken in.
    """
    upload = WorkbookUpload.objects.select_for_update().get(pk=upload.pk)

    def as_shown(plan: BookPlan) -> None:
        if not _is_seal(seal, upload, plan):
            message = _("The data has changed since you looked. Look again, then confirm.")
            raise ChangedSincePreviewError("changed", message)

    book = SurveyBook(scope)
    plan = take_in_book(book, bytes(upload.content), by=upload.user, approve=as_shown)
    record(Act.IMPORT, actor_id=upload.user_id, fields=[book.name], digest=upload.sha256)
    upload.delete()
    return plan


def forget_old_workbooks() -> int:
    """Delete those whose hour is over; how many there were."""
    old = WorkbookUpload.objects.filter(created_at__lte=timezone.now() - WORKBOOK_LIFE)
    return old.delete()[0]


def _is_seal(seal: str, upload: WorkbookUpload, plan: BookPlan) -> bool:
    try:
        found = signing.loads(seal, salt=SALT, max_age=WORKBOOK_LIFE)
    except signing.BadSignature:
        return False
    return found == _sealed(upload, plan)


def _sealed(upload: WorkbookUpload, plan: BookPlan) -> list[Any]:
    changes = [
        [own.sheet, change.name, change.is_new, change.is_gone, sorted(change.differences.items())]
        for own, change in plan.changes
    ]
    digest = hashlib.sha256(json.dumps(changes, default=str).encode()).hexdigest()
    return [upload.user_id, str(upload.public_id), upload.part, upload.sha256, digest]
