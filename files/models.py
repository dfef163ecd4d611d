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


class LongWork(models.Model):
    """Something that takes longer than a page may: how far it is, and the file that it makes.

    What is to be done stands in the row; a worker that dies is followed by another. The file lies
    outside the web root, for the person who asked for it and for nobody else, until it expires.
    """

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("long work", "waits for its turn")
        WORKING = "working", pgettext_lazy("long work", "in progress")
        READY = "ready", pgettext_lazy("long work", "ready")
        FAILED = "failed", pgettext_lazy("long work", "failed")
        ENDED = "ended", pgettext_lazy("long work", "ended without a file")

    class Ending(models.TextChoices):
        """Why it ended without a file."""

        CANCELLED = "cancelled", pgettext_lazy("long work", "cancelled")
        RIGHT = "right", pgettext_lazy("long work", "the right to it ended")
        EMPTY = "empty", pgettext_lazy("long work", "there was nothing to put into it")
        EXPIRED = "expired", pgettext_lazy("long work", "the time to fetch it was over")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.SlugField(_("kind"), max_length=50, editable=False)
    subject = models.CharField(_("what it is about"), max_length=100, editable=False)
    language = models.CharField(_("language"), max_length=5, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.QUEUED, editable=False
    )
    ending = models.CharField(
        _("why it ended"), max_length=10, choices=Ending, blank=True, default="", editable=False
    )
    done = models.PositiveIntegerField(_("pieces done"), default=0, editable=False)
    total = models.PositiveIntegerField(_("pieces"), default=0, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        editable=False,
        verbose_name=_("asked for by"),
    )
    requested_at = models.DateTimeField(_("asked for at"), default=timezone.now, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    worker = models.CharField(max_length=32, blank=True, default="", editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)
    expires_at = models.DateTimeField(_("can be fetched until"), null=True, editable=False)
    key = models.CharField(
        _("key in the store"), max_length=200, blank=True, default="", editable=False
    )
    name = models.CharField(_("file name"), max_length=200, blank=True, default="", editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("long work")
        verbose_name_plural = _("long works")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "requested_by"],
                condition=Q(state__in=["queued", "working"]),
                name="long_work_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready")
                | (~Q(key="") & ~Q(name="") & Q(expires_at__isnull=False)),
                name="long_work_ready_has_a_file",
            ),
            models.CheckConstraint(
                condition=Q(state="ready") | Q(key=""), name="long_work_has_a_file_only_ready"
            ),
        ]
        indexes = [models.Index(fields=["state", "requested_at"], name="long_work_by_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_open(self) -> bool:
        """Whether a worker has it before it, or in hand."""
        return self.state in {self.State.QUEUED, self.State.WORKING}

    @property
    def state_mark(self) -> str:
        """The mark that stands beside the word of its state."""
        return {"queued": "none", "working": "half", "ready": "done", "failed": "late"}.get(
            self.state, "stopped"
        )
