"""The person, with the names that each paper needs."""

import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from accounts.models import Role, User, Versioned
from files.encrypted import EncryptedTextField, blind_index, declare_index, masked

from .limits import NAME_LENGTH

PASSPORT_INDEX = "trainees.Trainee.passport_number"


class Salutation(models.TextChoices):
    """How letters address a person; nobody has to choose one."""

    MR = "mr", pgettext_lazy("salutation", "Mr")
    MS = "ms", pgettext_lazy("salutation", "Ms")
    MX = "mx", pgettext_lazy("salutation", "Mx")
    DR = "dr", pgettext_lazy("salutation", "Dr")

    __empty__ = pgettext_lazy("salutation", "none")


class Sex(models.TextChoices):
    """The sex as a passport prints it (ICAO Doc 9303)."""

    MALE = "M", pgettext_lazy("sex in the passport", "M (male)")
    FEMALE = "F", pgettext_lazy("sex in the passport", "F (female)")
    UNSPECIFIED = "X", pgettext_lazy("sex in the passport", "X (unspecified)")


# What a submission says of the person, in the order in which people are asked. The number of the
# passport is not among them: it stands encrypted in the version that is kept of the dossier.
PERSON_FIELDS = (
    "passport_name",
    "has_single_name",
    "mrz_name",
    "letter_name",
    "daily_name",
    "katakana",
    "kanji",
    "native_name",
    "former_names",
    "salutation",
    "nationality",
    "residence",
    "born_on",
    "sex",
    "passport_expires_on",
    "passport_promised_on",
)
DAYS_OF_PERSON = ("born_on", "passport_expires_on", "passport_promised_on")
COUNTRIES_OF_PERSON = ("nationality", "residence")


class TraineeQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "TraineeQuerySet":
        """Staff see all, people themselves, offices those whose application they may read."""
        from .applications import Application, submitted_to_offices

        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        seen = Q(user=user)
        if offices := user.organisation_ids(Role.OVERSEAS_OFFICE):
            read = Application.objects.filter(submitted_to_offices(offices))
            seen |= Q(pk__in=read.values("trainee"))
        return self.filter(seen)


class Trainee(Versioned):
    """A candidate, later a trainee: the person, and the names that each paper needs.

    The name is one field as the passport prints it, never split: many people have no family name.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="trainee",
        editable=False,
        verbose_name=_("person"),
    )
    email = models.EmailField(_("e-mail address"), db_index=True)
    passport_name = models.CharField(_("name as in the passport"), max_length=NAME_LENGTH)
    has_single_name = models.BooleanField(_("has a single name"), default=False)
    mrz_name = models.CharField(
        _("name in the machine-readable line"), max_length=NAME_LENGTH, blank=True
    )
    letter_name = models.CharField(_("name in letters"), max_length=NAME_LENGTH, blank=True)
    katakana = models.CharField(_("name in katakana"), max_length=NAME_LENGTH, blank=True)
    kanji = models.CharField(_("name in kanji"), max_length=NAME_LENGTH, blank=True)
    native_name = models.CharField(_("name in its own script"), max_length=NAME_LENGTH, blank=True)
    former_names = models.CharField(_("former names"), max_length=NAME_LENGTH, blank=True)
    daily_name = models.CharField(_("name for daily use"), max_length=NAME_LENGTH, blank=True)
    salutation = models.CharField(_("salutation"), max_length=5, choices=Salutation, blank=True)
    nationality = CountryField(verbose_name=_("nationality"))
    residence = CountryField(verbose_name=_("country of residence"), blank=True)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    sex = models.CharField(_("sex as in the passport"), max_length=1, choices=Sex, blank=True)
    passport_number = EncryptedTextField(_("passport number"), blank=True, default="")
    passport_index = models.CharField(
        max_length=64, blank=True, default="", editable=False, db_index=True
    )
    passport_expires_on = models.DateField(_("passport expires on"), null=True, blank=True)
    passport_promised_on = models.DateField(
        _("passport follows until"), null=True, blank=True
    )  # where there is none yet
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        editable=False,
        verbose_name=_("merged into"),
    )

    objects = TraineeQuerySet.as_manager()

    class Meta:
        verbose_name = _("trainee")
        verbose_name_plural = _("trainees")
        ordering = ["passport_name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(passport_name=""), name="trainee_has_a_name"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("pk")),
                name="trainee_is_not_merged_into_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["nationality"], name="trainee_nationality"),
            models.Index(fields=["passport_name", "id"], name="trainee_by_name"),
            models.Index(fields=["born_on"], name="trainee_by_birth"),
        ]

    def __str__(self) -> str:
        return self.passport_name

    @property
    def called(self) -> str:
        """What people call the person: the name for daily use, else the one in the passport."""
        return self.daily_name or self.passport_name

    @property
    def masked_passport(self) -> str:
        """The number of the passport as pages show it; the whole is a look of its own, and logged
        (P4, P36).
        """
        return masked(self.passport_number)

    def index_passport(self) -> None:
        """Call it where the number changes: equal numbers are found by this column only."""
        number = "".join(self.passport_number.split()).upper()
        self.passport_index = blind_index(number, purpose=PASSPORT_INDEX)

    def age_on(self, on: date) -> int | None:
        """Completed years on this day."""
        if self.born_on is None:
            return None
        had_birthday = (on.month, on.day) >= (self.born_on.month, self.born_on.day)
        return on.year - self.born_on.year - (not had_birthday)

    @property
    def snapshot(self) -> dict[str, object]:
        """What the person said of themselves, as JSON keeps it."""
        kept = {name: getattr(self, name) for name in PERSON_FIELDS}
        kept |= {name: str(kept[name] or "") for name in COUNTRIES_OF_PERSON}
        days = {name: getattr(self, name) for name in DAYS_OF_PERSON}
        return kept | {name: day.isoformat() if day else None for name, day in days.items()}

    @classmethod
    def from_snapshot(cls, kept: dict[str, object]) -> "Trainee":
        """The person as a snapshot says, also an old one that knew fewer fields; no row."""
        known = {name: kept[name] for name in PERSON_FIELDS if name in kept}
        for name in DAYS_OF_PERSON:
            day = known.get(name)
            known[name] = date.fromisoformat(str(day)) if day else None
        return cls(**known)


declare_index(Trainee, "passport_index", Trainee.index_passport)


class NotTheSame(models.Model):
    """Two records that somebody looked at and found to be two people: they are not shown again."""

    first = models.ForeignKey(Trainee, models.CASCADE, related_name="+")
    second = models.ForeignKey(Trainee, models.CASCADE, related_name="+")
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("two people")
        verbose_name_plural = _("pairs of two people")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="not_the_same_once"),
            models.CheckConstraint(
                condition=Q(first__lt=models.F("second")), name="not_the_same_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"


class PersonMerge(models.Model):
    """One record joined with another by a person; `moved` says what went over, so that it can be
    taken back.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    kept = models.ForeignKey(
        Trainee, models.PROTECT, related_name="merges", verbose_name=_("record kept")
    )
    merged = models.ForeignKey(
        Trainee, models.PROTECT, related_name="+", verbose_name=_("record joined with it")
    )
    moved = models.JSONField(_("what went over"), default=dict, editable=False)
    reason = models.TextField(_("reason"), max_length=1000)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)
    undone_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_reason = models.TextField(_("reason for undoing"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("joining of two records")
        verbose_name_plural = _("joinings of records")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                name="merge_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(kept=models.F("merged")), name="merge_of_two_records"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged} → {self.kept}"
