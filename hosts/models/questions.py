"""What a survey asks beyond its fixed questions, and what the governments reply."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Versioned

from .limits import LONG_TEXT
from .surveys import DemandSurvey, SurveyAnswer


class SurveyQuestionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "SurveyQuestionQuerySet":
        """Whoever sees an answer of the survey sees what it asks; staff see what is composed."""
        if user.is_staff:
            return self
        answers = SurveyAnswer.objects.visible_to(user)
        return self.filter(survey__in=answers.order_by().values("survey"))


class SurveyQuestion(Versioned):
    """One question of the operator's own. Once the survey is open only its wording changes."""

    class Kind(models.TextChoices):
        TEXT = "text", pgettext_lazy("kind of question", "text")
        NUMBER = "number", pgettext_lazy("kind of question", "number")
        CHOICE = "choice", pgettext_lazy("kind of question", "choice")
        DATE = "date", pgettext_lazy("kind of question", "date")

    class Audience(models.TextChoices):
        """Of whom it is asked."""

        ALL = "all", _("all governments")
        DEMAND = "demand", _("those that want trainees")
        NO_DEMAND = "no_demand", _("those that answer “no demand”")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    survey = models.ForeignKey(
        DemandSurvey, models.CASCADE, related_name="questions", verbose_name=_("demand survey")
    )
    position = models.PositiveSmallIntegerField(_("position"), editable=False)
    kind = models.CharField(_("kind of reply"), max_length=10, choices=Kind, default=Kind.TEXT)
    label_ja = models.CharField(_("question in Japanese"), max_length=300)
    label_en = models.CharField(_("question in English"), max_length=300)
    help_ja = models.TextField(_("help in Japanese"), max_length=1000, blank=True)
    help_en = models.TextField(_("help in English"), max_length=1000, blank=True)
    is_needed = models.BooleanField(_("needed"), default=False)
    audience = models.CharField(
        _("asked of"), max_length=10, choices=Audience, default=Audience.ALL
    )
    # [{"key": "a1b2c3", "ja": "…", "en": "…"}] in the order in which they are offered. A key stays
    # with its choice for ever, whatever becomes of the words.
    choices = models.JSONField(_("choices"), default=list, blank=True, editable=False)
    least = models.BigIntegerField(_("smallest number"), null=True, blank=True)
    most = models.BigIntegerField(_("largest number"), null=True, blank=True)
    shown_if = models.ForeignKey(
        "self",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="followers",
        editable=False,
        verbose_name=_("shown only after"),
    )
    # The key of the choice; empty where any reply will do.
    shown_if_value = models.CharField(
        _("shown only if it is"), max_length=20, blank=True, editable=False
    )

    objects = SurveyQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question of a survey")
        verbose_name_plural = _("questions of surveys")
        ordering = ["survey", "position"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "position"], name="question_one_per_place"),
            models.CheckConstraint(
                condition=Q(least__isnull=True) | Q(most__isnull=True) | Q(least__lte=F("most")),
                name="question_numbers_in_order",
            ),
            models.CheckConstraint(
                condition=Q(shown_if__isnull=True) | ~Q(shown_if=F("pk")),
                name="question_not_shown_after_itself",
            ),
            models.CheckConstraint(
                condition=Q(shown_if__isnull=False) | Q(shown_if_value=""),
                name="question_condition_names_a_question",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.label_ja if (get_language() or "ja") == "ja" else self.label_en

    @property
    def help(self) -> str:
        japanese = (get_language() or "ja") == "ja"
        return (self.help_ja or self.help_en) if japanese else (self.help_en or self.help_ja)

    @property
    def offered(self) -> list[tuple[str, str]]:
        """Its choices in the reader's words."""
        language = "ja" if (get_language() or "ja") == "ja" else "en"
        return [(each["key"], each[language]) for each in self.choices]

    @property
    def field_name(self) -> str:
        """Its name in a form."""
        return f"q_{self.public_id.hex}"


class SurveyReplyQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "SurveyReplyQuerySet":
        """Whoever sees the answer sees what it says."""
        if user.is_staff:
            return self
        return self.filter(answer__in=SurveyAnswer.objects.visible_to(user).order_by())


class SurveyReply(models.Model):
    """What one government replied to one question; an empty reply is no row."""

    answer = models.ForeignKey(
        SurveyAnswer, models.CASCADE, related_name="replies", verbose_name=_("survey answer")
    )
    question = models.ForeignKey(
        SurveyQuestion, models.CASCADE, related_name="replies", verbose_name=_("question")
    )
    # A text as typed, a number in digits, a day as 2027-05-17, of a choice its key.
    value = models.TextField(_("reply"), max_length=LONG_TEXT)

    objects = SurveyReplyQuerySet.as_manager()

    part_of_answer = "answer"

    class Meta:
        verbose_name = _("reply to a question")
        verbose_name_plural = _("replies to questions")
        ordering = ["answer", "question__position"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "question"], name="reply_once_per_question"),
            models.CheckConstraint(condition=~Q(value=""), name="reply_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.answer} {self.question}"

    @staticmethod
    def words_of(rows: "Sequence[SurveyReply]") -> dict[int, dict[str, Any]]:
        """What the choices among these replies are called now, for whoever keeps them: the key
        alone would say nothing once the question is forgotten.
        """
        asked = SurveyQuestion.objects.filter(pk__in={row.question_id for row in rows})
        kinds = asked.filter(kind=SurveyQuestion.Kind.CHOICE) if rows else asked.none()
        offered = {
            question.pk: {each["key"]: each for each in question.choices} for question in kinds
        }
        return {
            row.pk: {"value": {"id": row.value, "ja": choice["ja"], "en": choice["en"]}}
            for row in rows
            if (choice := offered.get(row.question_id, {}).get(row.value))
        }
