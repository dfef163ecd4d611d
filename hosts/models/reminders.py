"""The rounds in which staff remind the governments that have not answered a survey."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User

from .limits import LONG_TEXT
from .surveys import DemandSurvey, SurveyAnswer


class SurveyReminder(models.Model):
    """One round: who sent it, whom it was meant for, what was added to it. Rows are only added."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    survey = models.ForeignKey(
        DemandSurvey, models.CASCADE, related_name="reminders", verbose_name=_("demand survey")
    )
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    chosen = models.JSONField(_("chosen by"), default=dict, editable=False)
    text_ja = models.TextField(_("text added in Japanese"), max_length=LONG_TEXT, blank=True)
    text_en = models.TextField(_("text added in English"), max_length=LONG_TEXT, blank=True)
    tells_relays = models.BooleanField(
        _("relays are told of those who have no coordinator"), default=False
    )
    people = models.PositiveIntegerField(_("people written to"), default=0, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("survey", "reminder")
        verbose_name_plural = pgettext_lazy("survey", "reminders")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.at:%Y-%m-%d %H:%M}"


class RemindedAnswer(models.Model):
    """One government in one round: reminded itself, or told of to its relay."""

    reminder = models.ForeignKey(
        SurveyReminder,
        models.CASCADE,
        related_name="reminded",
        verbose_name=pgettext_lazy("survey", "reminder"),
    )
    answer = models.ForeignKey(
        SurveyAnswer, models.CASCADE, related_name="reminded", verbose_name=_("survey answer")
    )
    people = models.PositiveSmallIntegerField(_("people written to"), default=0, editable=False)
    relay_people = models.PositiveSmallIntegerField(
        _("people of the relay written to"), default=0, editable=False
    )

    part_of_answer = None

    class Meta:
        verbose_name = _("reminded government")
        verbose_name_plural = _("reminded governments")
        constraints = [
            models.UniqueConstraint(fields=["reminder", "answer"], name="reminded_once_in_a_round")
        ]

    def __str__(self) -> str:
        return f"{self.reminder_id}: {self.answer_id}"
