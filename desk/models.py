"""What the desk keeps for itself: uploads between their preview and their confirmation."""

import hashlib
import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User

UPLOAD_LIFE = timedelta(hours=1)


class UploadQuerySet(models.QuerySet):
    def alive(self) -> "UploadQuerySet":
        """Those that can still be confirmed."""
        return self.filter(created_at__gt=timezone.now() - UPLOAD_LIFE)

    def of(self, user: User) -> "UploadQuerySet":
        """Nobody but the uploader sees an upload, not even another member of the staff."""
        return self.alive().filter(user=user)


class Upload(models.Model):
    """A spreadsheet that was looked at and waits for its uploader's yes; one for each kind.

    It lies in the database, so that taking it in and forgetting it is one transaction on
    whichever machine the yes arrives.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=40)
    name = models.CharField(_("name of the file"), max_length=200)
    content = models.BinaryField(_("content of the file"))
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded spreadsheet")
        verbose_name_plural = _("uploaded spreadsheets")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="upload_one_per_person_and_kind")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sha256(self) -> str:
        """Of the bytes as they are now, so that a swapped file is another."""
        return hashlib.sha256(bytes(self.content)).hexdigest()
