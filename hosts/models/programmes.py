"""Training programmes: what a trainee will learn and give, and each state in which one was sent."""

from datetime import time

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Versioned
from schedule.vocabulary import TrainingLanguage

from ..weekdays import weekday_words
from .limits import LONG_TEXT
from .requests import HostRequest

MOST_BREAK_MINUTES = 240


def in_reader_language(japanese: str, english: str) -> str:
    """The text in the reader's language, the other where that one is missing."""
    is_japanese = (get_language() or "ja") == "ja"
    return (japanese or english) if is_japanese else (english or japanese)


class TrainingProgramme(Versioned):
    """What the trainee will learn and when; the core of the request, and used everywhere after."""

    host_request = models.OneToOneField(
        HostRequest,
        models.CASCADE,
        related_name="training_programme",
        verbose_name=_("host request"),
    )
    theme_ja = models.CharField(_("theme in Japanese"), max_length=200, blank=True)
    theme_en = models.CharField(_("theme in English"), max_length=200, blank=True)
    aim_ja = models.TextField(_("aim in Japanese"), max_length=LONG_TEXT, blank=True)
    aim_en = models.TextField(_("aim in English"), max_length=LONG_TEXT, blank=True)
    starts_on = models.DateField(_("first day of the specialised training"), null=True, blank=True)
    day_starts_at = models.TimeField(
        _("working hours from"), null=True, blank=True, default=time(8, 30)
    )
    day_ends_at = models.TimeField(
        _("working hours until"), null=True, blank=True, default=time(17, 15)
    )
    break_minutes = models.PositiveSmallIntegerField(
        _("minutes of the break"),
        null=True,
        blank=True,
        default=60,
        validators=[MaxValueValidator(MOST_BREAK_MINUTES)],
    )
    days_off = models.CharField(
        _("days off"),
        max_length=7,
        blank=True,
        default="56",
        help_text=_("Weekdays as digits, 0 for Monday."),
    )
    keeps_holidays = models.BooleanField(_("national holidays are days off"), default=True)
    taught_in = models.CharField(
        _("language of instruction"), max_length=10, choices=TrainingLanguage, blank=True
    )
    support_ja = models.TextField(
        _("support with the Japanese language, in Japanese"), max_length=LONG_TEXT, blank=True
    )
    support_en = models.TextField(
        _("support with the Japanese language, in English"), max_length=LONG_TEXT, blank=True
    )

    part_of_answer = "host_request"

    class Meta:
        verbose_name = _("training programme")
        verbose_name_plural = _("training programmes")
        constraints = [
            models.CheckConstraint(
                condition=Q(day_starts_at__isnull=True)
                | Q(day_ends_at__isnull=True)
                | Q(day_ends_at__gt=F("day_starts_at")),
                name="programme_day_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(break_minutes__isnull=True) | Q(break_minutes__lte=MOST_BREAK_MINUTES),
                name="programme_break_in_reach",
            ),
        ]

    def __str__(self) -> str:
        return self.theme

    @property
    def theme(self) -> str:
        return in_reader_language(self.theme_ja, self.theme_en)

    @property
    def aim(self) -> str:
        return in_reader_language(self.aim_ja, self.aim_en)

    @property
    def support(self) -> str:
        return in_reader_language(self.support_ja, self.support_en)

    @property
    def days_off_words(self) -> str:
        return weekday_words(self.days_off)

    @property
    def free_weekdays(self) -> set[int]:
        """The weekdays on which no training takes place, 0 for Monday."""
        return {int(digit) for digit in self.days_off}


class ProgrammeVersionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "ProgrammeVersionQuerySet":
        """Whoever sees the request sees how its programme came about."""
        if user.is_staff:
            return self
        requests = HostRequest.objects.visible_to(user)
        return self.filter(training_programme__host_request__in=requests)


class ProgrammeVersion(models.Model):
    """A training programme as it stood when it was sent or changed afterwards. Rows are only added;
    the database refuses to change what one says.
    """

    training_programme = models.ForeignKey(
        TrainingProgramme,
        models.CASCADE,
        related_name="versions",
        verbose_name=_("training programme"),
    )
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    contents = models.JSONField(_("contents"), editable=False)
    reason = models.TextField(_("reason"), max_length=LONG_TEXT, blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    objects = ProgrammeVersionQuerySet.as_manager()

    part_of_answer = None

    class Meta:
        verbose_name = _("version of a training programme")
        verbose_name_plural = _("versions of training programmes")
        ordering = ["training_programme", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["training_programme", "number"], name="programme_version_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="programme_version_counts_from_one"
            ),
        ]

    def __str__(self) -> str:
        return _("version {number}").format(number=self.number)
