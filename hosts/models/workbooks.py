"""Workbooks of the survey that were looked at and wait for their uploader's yes."""

import hashlib
import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User

from .surveys import DemandSurvey, SurveyAnswer

WORKBOOK_LIFE = timedelta(hours=1)


class WorkbookUploadQuerySet(models.QuerySet):
    def alive(self) -> "WorkbookUploadQuerySet":
        """Those that can still be confirmed."""
        return self.filter(created_at__gt=timezone.now() - WORKBOOK_LIFE)

    def visible_to(self, user: User) -> "WorkbookUploadQuerySet":
        """Nobody but the uploader sees an upload, not even another member of the staff."""
        return self.alive().filter(user=user)


class WorkbookUpload(models.Model):
    """A workbook that waits for an hour; it lies in the database, so that taking it in and
    forgetting it is one transaction on whichever machine the yes arrives.
    """

    class Part(models.TextChoices):
        """As what its uploader works on the survey."""

        OWN = "own", _("one local government")
        RELAY = "relay", _("the governments of a relay")
        ALL = "all", _("the whole survey")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    survey = models.ForeignKey(
        DemandSurvey, models.CASCADE, related_name="+", verbose_name=_("demand survey")
    )
    part = models.CharField(_("part of the survey"), max_length=10, choices=Part)
    answer = models.ForeignKey(
        SurveyAnswer,
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("survey answer"),
    )
    name = models.CharField(_("name of the file"), max_length=200)
    content = models.BinaryField(_("content of the file"))
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = WorkbookUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded workbook")
        verbose_name_plural = _("uploaded workbooks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(part="own", answer__isnull=False)
                | (~models.Q(part="own") & models.Q(answer__isnull=True)),
                name="workbook_of_one_answer_names_it",
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="workbook_created")]

    def __str__(self) -> str:
        return self.name

    @property
    def sha256(self) -> str:
        """Of the bytes as they are now, so that a swapped file is another."""
        return hashlib.sha256(bytes(self.content)).hexdigest()
