"""The parts of a training programme: units, who teaches them, and what the trainee gives."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.json_rows import json_rows
from accounts.models import User, Versioned

from ..weekdays import weekday_words
from .limits import LONG_TEXT
from .programmes import TrainingProgramme, in_reader_language
from .requests import HostRequest

MOST_HOURS = 60
MOST_WEEKS = 52
MOST_YEARS = 60


class PartQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "PartQuerySet":
        """Whoever sees the request sees what it is made of."""
        if user.is_staff:
            return self
        requests = HostRequest.objects.visible_to(user)
        return self.filter(training_programme__host_request__in=requests)


class Part(Versioned):
    """What units and contributions have in common: their place in the programme and in the week."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0, editable=False)
    days = models.CharField(
        _("days of the week"),
        max_length=7,
        blank=True,
        help_text=_("Weekdays as digits, 0 for Monday."),
    )
    starts_at = models.TimeField(pgettext_lazy("time of day", "from"), null=True, blank=True)
    ends_at = models.TimeField(pgettext_lazy("time of day", "until"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["training_programme", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
                name="%(class)s_ends_after_start",
            )
        ]

    @property
    def days_words(self) -> str:
        return weekday_words(self.days)

    @property
    def weekdays(self) -> set[int]:
        """The weekdays that were chosen, 0 for Monday; none where the timetable lays it out."""
        return {int(digit) for digit in self.days}


class TrainingUnitQuerySet(PartQuerySet):
    def with_instructors(self) -> "TrainingUnitQuerySet":
        """With who teaches each unit, in the same query."""
        fields = ["position", "name", "post_ja", "post_en", "years", "is_full_time"]
        rows = json_rows(UnitInstructor.objects.all(), "training_unit", fields)
        return self.annotate(instructor_rows=rows)


class TrainingUnit(Part):
    """One part of a training programme: what, where, with whom, how many weeks and hours."""

    class SiteKind(models.TextChoices):
        OWN = "own", _("a section of the host itself")
        COMPANY = "company", _("a company")
        OTHER = "other", _("another organisation")

    training_programme = models.ForeignKey(
        TrainingProgramme,
        models.CASCADE,
        related_name="units",
        verbose_name=_("training programme"),
    )
    name_ja = models.CharField(_("name in Japanese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    contents_ja = models.TextField(_("contents in Japanese"), max_length=LONG_TEXT, blank=True)
    contents_en = models.TextField(_("contents in English"), max_length=LONG_TEXT, blank=True)
    is_practical = models.BooleanField(_("includes practical work"), default=False)
    site_kind = models.CharField(_("kind of training site"), max_length=10, choices=SiteKind)
    site_name = models.CharField(_("training site"), max_length=200)
    site_name_en = models.CharField(_("training site in English"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=8, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    contact_name = models.CharField(_("contact"), max_length=100, blank=True)
    contact_telephone = models.CharField(_("contact's telephone"), max_length=40, blank=True)
    contact_email = models.EmailField(_("contact's e-mail address"), blank=True)
    first_week = models.PositiveSmallIntegerField(
        _("first week"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_WEEKS)],
        help_text=_(
            "Counted from the start of the specialised training; empty: after the unit before."
        ),
    )
    weeks = models.PositiveSmallIntegerField(
        _("weeks"), validators=[MinValueValidator(1), MaxValueValidator(MOST_WEEKS)]
    )
    hours_per_week = models.PositiveSmallIntegerField(
        _("hours a week"), validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)]
    )

    objects = TrainingUnitQuerySet.as_manager()

    part_of_answer = "training_programme"

    class Meta(Part.Meta):
        verbose_name = _("training unit")
        verbose_name_plural = _("training units")
        constraints = [
            models.CheckConstraint(
                condition=Q(weeks__gte=1, weeks__lte=52, hours_per_week__gte=1)
                & Q(hours_per_week__lte=60),
                name="unit_weeks_and_hours_in_reach",
            ),
            models.CheckConstraint(
                condition=Q(first_week__isnull=True)
                | Q(first_week__gte=1, first_week__lte=MOST_WEEKS),
                name="unit_first_week_in_reach",
            ),
            *Part.Meta.constraints,
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_reader_language(self.name_ja, self.name_en)

    @property
    def contents(self) -> str:
        return in_reader_language(self.contents_ja, self.contents_en)

    @property
    def site(self) -> str:
        return in_reader_language(self.site_name, self.site_name_en)

    @property
    def people(self) -> list["UnitInstructor"]:
        """Who teaches it, in order; without a query where `with_instructors` has read them."""
        if "_people" in self.__dict__:
            return self.__dict__["_people"]
        rows = getattr(self, "instructor_rows", None)
        if rows is None:
            return list(self.instructors.all()) if self.pk else []
        people = [UnitInstructor(**row) for row in rows]
        return sorted(people, key=lambda person: person.position)

    @people.setter
    def people(self, people: list["UnitInstructor"]) -> None:
        self.__dict__["_people"] = people


class UnitInstructor(models.Model):
    """Somebody who teaches a unit (指導員)."""

    part_of_answer = "training_unit"

    training_unit = models.ForeignKey(
        TrainingUnit, models.CASCADE, related_name="instructors", verbose_name=_("training unit")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1, editable=False)
    name = models.CharField(_("name of the instructor"), max_length=100, blank=True)
    post_ja = models.CharField(_("post in Japanese"), max_length=100, blank=True)
    post_en = models.CharField(_("post in English"), max_length=100, blank=True)
    years = models.PositiveSmallIntegerField(
        _("years of experience"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_YEARS)],
    )
    is_full_time = models.BooleanField(_("full-time staff"), default=False)

    class Meta:
        verbose_name = _("instructor of a unit")
        verbose_name_plural = _("instructors of units")
        ordering = ["training_unit", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["training_unit", "position"], name="instructor_once_per_position"
            ),
            models.CheckConstraint(
                condition=Q(years__isnull=True) | Q(years__lte=MOST_YEARS),
                name="instructor_years_in_reach",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def post(self) -> str:
        return in_reader_language(self.post_ja, self.post_en)


class Contribution(Part):
    """What the trainee gives the host: the other half of the programme's purpose."""

    class Kind(models.TextChoices):
        TRANSLATION = "translation", _("translation and interpreting")
        PROMOTION = "promotion", _("promotion of the region")
        SCHOOLS = "schools", _("help in schools")
        ADVICE = "advice", _("advice on policy")
        EXCHANGE = "exchange", _("exchange with residents")
        OTHER = "other", _("something else")

    training_programme = models.ForeignKey(
        TrainingProgramme,
        models.CASCADE,
        related_name="contributions",
        verbose_name=_("training programme"),
    )
    kind = models.CharField(_("kind of contribution"), max_length=20, choices=Kind)
    what_ja = models.CharField(_("what the trainee does, in Japanese"), max_length=200)
    what_en = models.CharField(_("what the trainee does, in English"), max_length=200, blank=True)
    aim_ja = models.TextField(_("aim in Japanese"), max_length=LONG_TEXT, blank=True)
    aim_en = models.TextField(_("aim in English"), max_length=LONG_TEXT, blank=True)
    place_ja = models.CharField(_("place in Japanese"), max_length=200, blank=True)
    place_en = models.CharField(_("place in English"), max_length=200, blank=True)
    hours_per_week = models.PositiveSmallIntegerField(
        _("hours a week"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)],
    )

    objects = PartQuerySet.as_manager()

    part_of_answer = "training_programme"

    class Meta(Part.Meta):
        verbose_name = _("contribution of the trainee")
        verbose_name_plural = _("contributions of the trainee")
        constraints = [
            models.CheckConstraint(
                condition=Q(hours_per_week__isnull=True)
                | Q(hours_per_week__gte=1, hours_per_week__lte=MOST_HOURS),
                name="contribution_hours_in_reach",
            ),
            *Part.Meta.constraints,
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def what(self) -> str:
        return in_reader_language(self.what_ja, self.what_en)

    @property
    def aim(self) -> str:
        return in_reader_language(self.aim_ja, self.aim_en)

    @property
    def place(self) -> str:
        return in_reader_language(self.place_ja, self.place_en)
