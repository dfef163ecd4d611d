"""Training programmes: what a trainee will learn, where, with whom, in how many hours."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Versioned

from .limits import LONG_TEXT
from .requests import HostRequest


class TrainingProgramme(Versioned):
    """What the trainee will learn; the core of the request, and used everywhere after."""

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

    part_of_answer = "host_request"

    class Meta:
        verbose_name = _("training programme")
        verbose_name_plural = _("training programmes")

    def __str__(self) -> str:
        return self.theme

    @property
    def theme(self) -> str:
        japanese = (get_language() or "ja") == "ja"
        return (self.theme_ja or self.theme_en) if japanese else (self.theme_en or self.theme_ja)

    @property
    def aim(self) -> str:
        japanese = (get_language() or "ja") == "ja"
        return (self.aim_ja or self.aim_en) if japanese else (self.aim_en or self.aim_ja)


class TrainingUnitQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "TrainingUnitQuerySet":
        """Whoever sees the request sees what it is made of."""
        if user.is_staff:
            return self
        requests = HostRequest.objects.visible_to(user)
        return self.filter(training_programme__host_request__in=requests)


class TrainingUnit(Versioned):
    """One part of a training programme: what, where, with whom, how many weeks and hours."""

    class SiteKind(models.TextChoices):
        OWN = "own", _("a section of the host itself")
        COMPANY = "company", _("a company")
        OTHER = "other", _("another organisation")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    training_programme = models.ForeignKey(
        TrainingProgramme,
        models.CASCADE,
        related_name="units",
        verbose_name=_("training programme"),
    )
    name_ja = models.CharField(_("name in Japanese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    site_kind = models.CharField(_("kind of training site"), max_length=10, choices=SiteKind)
    site_name = models.CharField(_("training site"), max_length=200)
    postal_code = models.CharField(_("postal code"), max_length=8, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    instructor = models.CharField(_("name of the instructor"), max_length=100, blank=True)
    instructor_years = models.PositiveSmallIntegerField(
        _("instructor's years of experience"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(60)],
    )
    weeks = models.PositiveSmallIntegerField(
        _("weeks"), validators=[MinValueValidator(1), MaxValueValidator(52)]
    )
    hours_per_week = models.PositiveSmallIntegerField(
        _("hours a week"), validators=[MinValueValidator(1), MaxValueValidator(60)]
    )

    objects = TrainingUnitQuerySet.as_manager()

    part_of_answer = "training_programme"

    class Meta:
        verbose_name = _("training unit")
        verbose_name_plural = _("training units")
        ordering = ["training_programme", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weeks__gte=1, weeks__lte=52, hours_per_week__gte=1)
                & Q(hours_per_week__lte=60),
                name="unit_weeks_and_hours_in_reach",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        japanese = (get_language() or "ja") == "ja"
        return (self.name_ja or self.name_en) if japanese else (self.name_en or self.name_ja)
