"""What an answer said when it was handed on: kept for ever, beside what it says now."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User

from ..states import ANSWER_MARKS, AnswerState
from .limits import LONG_TEXT
from .surveys import SurveyAnswer


class AnswerVersionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "AnswerVersionQuerySet":
        """Whoever sees the answer sees what it said before."""
        if user.is_staff:
            return self
        return self.filter(answer__in=SurveyAnswer.objects.visible_to(user))


class AnswerVersion(models.Model):
    """An answer as it stood when it was submitted, received or closed. Rows are only added: the
    database itself refuses to change or delete one.
    """

    class Occasion(models.TextChoices):
        """When the answer was put on record."""

        SUBMITTED = "submitted", pgettext_lazy("version of an answer", "submitted")
        RECEIVED = "received", pgettext_lazy("version of an answer", "received")
        CLOSED = "closed", pgettext_lazy("version of an answer", "survey closed")

    answer = models.ForeignKey(
        SurveyAnswer, models.PROTECT, related_name="versions", verbose_name=_("survey answer")
    )
    number = models.PositiveIntegerField(pgettext_lazy("version", "number"), editable=False)
    occasion = models.CharField(
        pgettext_lazy("version", "occasion"), max_length=10, choices=Occasion, editable=False
    )
    state = models.CharField(_("state"), max_length=20, choices=AnswerState, editable=False)
    contents = models.JSONField(_("contents"), editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    reason = models.TextField(_("reason for the change"), blank=True, editable=False)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    objects = AnswerVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a survey answer")
        verbose_name_plural = _("versions of survey answers")
        ordering = ["answer", "number"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "number"], name="version_numbered_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}/{self.number}"

    @property
    def state_mark(self) -> str:
        """The mark that stands beside the word of the state it was in."""
        return ANSWER_MARKS[AnswerState(self.state)]


class AnswerEvent(models.Model):
    """What was done about an answer without moving it: more time, an entry for the government,
    another chance after the survey was closed. Rows are only added.
    """

    class Kind(models.TextChoices):
        """What was done."""

        EXTENDED = "extended", pgettext_lazy("survey answer", "given more time")
        EXTENSION_ENDED = "extension_ended", pgettext_lazy("survey answer", "extension taken back")
        ENTRY_STARTED = "entry_started", pgettext_lazy("survey answer", "entered for it")
        ENTRY_ENDED = "entry_ended", pgettext_lazy("survey answer", "given back to the government")
        REOPENED = "reopened", pgettext_lazy("survey answer", "reopened after the closing")

    answer = models.ForeignKey(
        SurveyAnswer, models.CASCADE, related_name="events", verbose_name=_("survey answer")
    )
    kind = models.CharField(
        pgettext_lazy("survey answer", "what was done"),
        max_length=20,
        choices=Kind,
        editable=False,
    )
    day = models.DateField(_("day"), null=True, editable=False)
    channel = models.CharField(
        _("how it came"),
        max_length=20,
        choices=SurveyAnswer.Channel,
        blank=True,
        editable=False,
    )
    reason = models.TextField(_("reason"), max_length=LONG_TEXT, blank=True, editable=False)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    part_of_answer = None

    class Meta:
        verbose_name = _("event of a survey answer")
        verbose_name_plural = _("events of survey answers")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.get_kind_display()
