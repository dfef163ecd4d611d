"""What came in: the row of each file that somebody handed over."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .limits import FILE_BYTES, FILE_NAME_CHARACTERS


class Scan(models.TextChoices):
    """What a scanner said of a file; where one is set up, only what is clean is given out."""

    NONE = "none", pgettext_lazy("scan", "no scanner is set up")
    WAITING = "waiting", pgettext_lazy("scan", "not scanned yet")
    CLEAN = "clean", pgettext_lazy("scan", "nothing harmful found")
    HARMFUL = "harmful", pgettext_lazy("scan", "harmful, shut away")


class StoredFile(models.Model):
    """A file that came in, checked and cleaned; its bytes lie outside the web root.

    It has no `visible_to` of its own: the app whose row points at it says who may read it. Rows are
    made by `files.received.store` and never changed.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("file name"), max_length=FILE_NAME_CHARACTERS, editable=False)
    content_type = models.CharField(_("content type"), max_length=100, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    original_sha256 = models.CharField(
        _("SHA-256 as it came in"), max_length=64, blank=True, default="", editable=False
    )  # of the bytes before they were cleaned
    scan = models.CharField(
        _("scan for harmful content"),
        max_length=12,
        choices=Scan,
        default=Scan.NONE,
        editable=False,
    )
    scanned_at = models.DateTimeField(_("scanned at"), null=True, editable=False)
    scanned_with = models.CharField(
        _("scanned with"), max_length=100, blank=True, default="", editable=False
    )
    purpose = models.CharField(_("purpose"), max_length=50, editable=False)
    key = models.CharField(_("key in the store"), max_length=100, unique=True, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("received file")
        verbose_name_plural = _("received files")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=FILE_BYTES), name="received_file_has_a_size"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(key="") & ~Q(sha256="") & ~Q(content_type=""),
                name="received_file_is_described",
            ),
        ]
        indexes = [
            models.Index(fields=["uploaded_by", "uploaded_at"], name="received_by_person_and_time"),
            models.Index(fields=["scan"], name="received_by_scan"),
        ]

    def __str__(self) -> str:
        return self.name
