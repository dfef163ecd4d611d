"""An import on the desk: looked at, kept for its uploader, confirmed or forgotten."""

import hashlib
import json
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.trail import Act, record
from files.sheets.faults import SheetError
from files.sheets.importing import check_file, take_in
from files.sheets.kinds import Kind, Plan

from .models import UPLOAD_LIFE, Upload

NAME_LENGTH = 200


class ChangedSincePreviewError(SheetError):
    """What the file would do now is not what its uploader was shown."""


@transaction.atomic
def keep_upload(kind: Kind, data: bytes, name: str, *, by: User) -> Upload:
    """Look at a file and keep it for its uploader, in the place of an earlier one of this kind.

    Raises SheetError, and keeps nothing then.
    """
    check_file(kind, data, by=by)
    Upload.objects.filter(user=by, kind=kind.name).delete()
    return Upload.objects.create(user=by, kind=kind.name, name=name[-NAME_LENGTH:], content=data)


def look_at(upload: Upload, kind: Kind) -> tuple[Plan, str]:
    """What the file would do, and the seal that its confirmation must carry. Raises SheetError."""
    plan = check_file(kind, bytes(upload.content), by=upload.user)
    return plan, seal_of(upload, plan)


@transaction.atomic
def confirm(upload: Upload, kind: Kind, seal: str) -> Plan:
    """Take in what was shown, and forget the file, in one transaction.

    Raises ChangedSincePreviewError where the file or the data under it are others than those of the
    preview, and SheetError where the file can no longer be taken in.
    """
    upload = Upload.objects.select_for_update().get(pk=upload.pk)

    def as_shown(plan: Plan) -> None:
        if not _is_seal(seal, upload, plan):
            message = _("The data has changed since you looked. Look again, then confirm.")
            raise ChangedSincePreviewError("changed", message)

    plan = take_in(kind, bytes(upload.content), by=upload.user, approve=as_shown)
    record(Act.IMPORT, actor_id=upload.user_id, fields=[kind.name], digest=upload.sha256)
    upload.delete()
    return plan


def forget_old_uploads() -> int:
    """Delete the uploads whose hour is over; how many there were."""
    old = Upload.objects.filter(created_at__lte=timezone.now() - UPLOAD_LIFE)
    return old.delete()[0]


def seal_of(upload: Upload, plan: Plan) -> str:
    """A signed word for: this person, these bytes, these changes."""
    return signing.dumps(_sealed(upload, plan), salt="desk.upload", compress=True)


def _is_seal(seal: str, upload: Upload, plan: Plan) -> bool:
    try:
        found = signing.loads(seal, salt="desk.upload", max_age=UPLOAD_LIFE)
    except signing.BadSignature:
        return False
    return found == _sealed(upload, plan)


def _sealed(upload: Upload, plan: Plan) -> list[Any]:
    changes = [
        [change.name, change.is_new, sorted(change.differences.items())] for change in plan.changes
    ]
    digest = hashlib.sha256(json.dumps(changes, default=str).encode()).hexdigest()
    return [upload.user_id, str(upload.public_id), upload.kind, upload.sha256, digest]
