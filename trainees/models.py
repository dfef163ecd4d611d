"""Overseas offices, sending governments, trainees with their names, and their applications."""

import uuid
from datetime import date

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_countries.fields import Country, CountryField

from accounts.models import Organisation, Role, User, Versioned
from accounts.moves import MoveRow
from schedule.models import Cycle
from schedule.vocabulary import LanguageLevel, TrainingField

from .states import APPLICATION_MARKS, EDITABLE, ApplicationState

NAME_LENGTH = 200
LONG_TEXT = 4000


class OverseasOffice(models.Model):
    """One of the operator's offices abroad; its countries are rows, since they change."""

    organisation = models.OneToOneField(
        Organisation,
        models.PROTECT,
        related_name="overseas_office",
        verbose_name=_("organisation"),
    )
    code = models.SlugField(_("code"), max_length=30, unique=True)

    class Meta:
        verbose_name = _("overseas office")
        verbose_name_plural = _("overseas offices")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.organisation.name


class OfficeCountryQuerySet(models.QuerySet):
    def in_force(self, on: date) -> "OfficeCountryQuerySet":
        """The countries that the offices look after on this day."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
        not_over = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
        return self.filter(begun, not_over)


class OfficeCountry(models.Model):
    """A country or region that an overseas office looks after, from day to day."""

    office = models.ForeignKey(
        OverseasOffice,
        models.CASCADE,
        related_name="countries",
        verbose_name=_("overseas office"),
    )
    country = CountryField(verbose_name=_("country"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    objects = OfficeCountryQuerySet.as_manager()

    class Meta:
        verbose_name = _("country of an overseas office")
        verbose_name_plural = _("countries of overseas offices")
        ordering = ["office", "country", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "country"],
                condition=Q(valid_until__isnull=True),
                name="office_country_open_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="office_country_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return Country(str(self.country)).name


class SendingGovernment(models.Model):
    """The overseas local government that employs a trainee (派遣元自治体)."""

    organisation = models.OneToOneField(
        Organisation,
        models.PROTECT,
        related_name="sending_government",
        verbose_name=_("organisation"),
    )
    country = CountryField(verbose_name=_("country"))
    name_local = models.CharField(_("name in its own language"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("overseas local government")
        verbose_name_plural = _("overseas local governments")
        ordering = ["country", "organisation__name_en"]

    def __str__(self) -> str:
        return self.organisation.name


class Salutation(models.TextChoices):
    """How letters address a person; nobody has to choose one."""

    MR = "mr", pgettext_lazy("salutation", "Mr")
    MS = "ms", pgettext_lazy("salutation", "Ms")
    MX = "mx", pgettext_lazy("salutation", "Mx")
    DR = "dr", pgettext_lazy("salutation", "Dr")

    __empty__ = pgettext_lazy("salutation", "none")


# What a submission says of the person, in the order in which people are asked.
PERSON_FIELDS = (
    "passport_name",
    "has_single_name",
    "daily_name",
    "katakana",
    "kanji",
    "salutation",
    "nationality",
    "born_on",
)


class TraineeQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "TraineeQuerySet":
        """Staff see all, people themselves, offices those whose application they may read."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        seen = Q(user=user)
        if offices := user.organisation_ids(Role.OVERSEAS_OFFICE):
            read = Application.objects.filter(submitted_to_offices(offices))
            seen |= Q(pk__in=read.values("trainee"))
        return self.filter(seen)


def submitted_to_offices(offices: list[int]) -> Q:
    """Applications that were submitted by nationals of the countries of these offices today.

    What was never submitted is the person's own.
    """
    countries = OfficeCountry.objects.in_force(timezone.localdate())
    countries = countries.filter(office__organisation__in=offices)
    return Q(submitted_at__isnull=False, trainee__nationality__in=countries.values("country"))


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
    katakana = models.CharField(_("name in katakana"), max_length=NAME_LENGTH, blank=True)
    kanji = models.CharField(_("name in kanji"), max_length=NAME_LENGTH, blank=True)
    daily_name = models.CharField(_("name for daily use"), max_length=NAME_LENGTH, blank=True)
    salutation = models.CharField(_("salutation"), max_length=5, choices=Salutation, blank=True)
    nationality = CountryField(verbose_name=_("nationality"))
    born_on = models.DateField(_("date of birth"), null=True, blank=True)

    objects = TraineeQuerySet.as_manager()

    class Meta:
        verbose_name = _("trainee")
        verbose_name_plural = _("trainees")
        ordering = ["passport_name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(passport_name=""), name="trainee_has_a_name"),
        ]
        indexes = [
            models.Index(fields=["nationality"], name="trainee_nationality"),
            models.Index(fields=["passport_name", "id"], name="trainee_by_name"),
        ]

    def __str__(self) -> str:
        return self.passport_name

    @property
    def called(self) -> str:
        """What people call the person: the name for daily use, else the one in the passport."""
        return self.daily_name or self.passport_name

    @property
    def snapshot(self) -> dict[str, object]:
        """What the person said of themselves, as JSON keeps it."""
        return {
            **{name: getattr(self, name) for name in PERSON_FIELDS},
            "nationality": str(self.nationality or ""),
            "born_on": self.born_on.isoformat() if self.born_on else None,
        }


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "ApplicationQuerySet":
        """Staff see all, people their own, offices what nationals of their countries submitted."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        seen = Q(trainee__user=user)
        if offices := user.organisation_ids(Role.OVERSEAS_OFFICE):
            seen |= submitted_to_offices(offices)
        return self.filter(seen)

    def own(self, user: User) -> "ApplicationQuerySet":
        """The person's own applications: only they edit them."""
        return self.filter(trainee__user=user)

    def with_names(self) -> "ApplicationQuerySet":
        """With everything that a list shows of the person, the cycle and the employer."""
        return self.select_related(
            "trainee", "cycle__programme", "sending_government__organisation"
        )

    def with_since(self) -> "ApplicationQuerySet":
        """With `since` and `reason` of the last move; None for an application that never moved."""
        moves = ApplicationMove.objects.filter(application=OuterRef("pk")).order_by("-at", "-pk")
        return self.annotate(
            since=Subquery(moves.values("at")[:1]), reason=Subquery(moves.values("reason")[:1])
        )

    def to_be_completed(self) -> "ApplicationQuerySet":
        """Applications that wait for the person: not yet submitted, or returned."""
        return self.filter(state__in=EDITABLE, cycle__state=Cycle.State.OPEN)


class Application(Versioned):
    """One candidate's dossier in one cycle (候補者調書)."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    trainee = models.ForeignKey(
        Trainee, models.PROTECT, related_name="applications", verbose_name=_("trainee")
    )
    cycle = models.ForeignKey(
        Cycle, models.PROTECT, related_name="applications", verbose_name=_("cycle")
    )
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=ApplicationState,
        default=ApplicationState.DRAFT,
        editable=False,
    )
    number = models.PositiveIntegerField(
        _("number"), editable=False, validators=[MinValueValidator(1)]
    )
    sending_government = models.ForeignKey(
        SendingGovernment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("overseas local government"),
    )
    employer_department = models.CharField(_("department"), max_length=200, blank=True)
    employer_position = models.CharField(_("position"), max_length=200, blank=True)
    employed_since = models.DateField(_("employed since"), null=True, blank=True)
    english_level = models.PositiveSmallIntegerField(
        _("spoken English"), choices=LanguageLevel, null=True, blank=True
    )
    japanese_level = models.PositiveSmallIntegerField(
        _("spoken Japanese"), choices=LanguageLevel, null=True, blank=True
    )
    other_languages = models.TextField(_("other languages"), max_length=1000, blank=True)
    field = models.CharField(
        _("field of training"), max_length=20, choices=TrainingField, blank=True
    )
    second_field = models.CharField(
        _("second field"), max_length=20, choices=TrainingField, blank=True
    )
    statement = models.TextField(_("purpose of the training"), max_length=LONG_TEXT, blank=True)
    future_use = models.TextField(_("use after the return"), max_length=LONG_TEXT, blank=True)
    previous_stays = models.TextField(_("earlier stays in Japan"), max_length=LONG_TEXT, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    # The person's row is shared by all their cycles; a later edit must not change what was judged.
    person = models.JSONField(_("person as submitted"), default=dict, blank=True, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["cycle", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "number"], name="application_number_once_per_cycle"
            ),
            models.UniqueConstraint(
                fields=["trainee", "cycle"],
                condition=~Q(state="withdrawn"),
                name="application_one_per_trainee_and_cycle",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="application_number_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="application_submitted_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["cycle", "state"], name="application_cycle_state"),
            models.Index(fields=["submitted_at", "id"], name="application_by_submission"),
        ]

    def __str__(self) -> str:
        return f"{self.case_number} {self.trainee}"

    def get_absolute_url(self) -> str:
        return reverse("trainees:application", args=[self.public_id])

    @property
    def case_number(self) -> str:
        """The number that people quote in mails and on the telephone: 2027-0012."""
        return f"{self.cycle.fiscal_year}-{self.number:04d}"

    @property
    def state_mark(self) -> str:
        """The mark that stands beside the word of its state."""
        return APPLICATION_MARKS[ApplicationState(self.state)]

    @property
    def is_editable(self) -> bool:
        """Whether the person may still change it."""
        return self.state in EDITABLE and self.cycle.state == Cycle.State.OPEN

    @property
    def judged_person(self) -> Trainee:
        """The person as last submitted: names, salutation, nationality, date of birth; not a row.

        While the person may still change the application, and where nothing was kept, it is the
        person's row itself.
        """
        if self.state in EDITABLE or not self.person:
            return self.trainee
        born_on = self.person.get("born_on")
        kept = {name: self.person[name] for name in PERSON_FIELDS if name in self.person}
        return Trainee(**kept | {"born_on": date.fromisoformat(born_on) if born_on else None})

    @property
    def employer(self) -> str:
        """The employer's name in the reader's language, empty where none was named."""
        if self.sending_government is None:
            return ""
        return self.sending_government.organisation.name_in(get_language() or "ja")


class ApplicationMove(MoveRow):
    """The history of an application."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="moves")

    class Meta(MoveRow.Meta):
        verbose_name = _("move of an application")
        verbose_name_plural = _("moves of applications")
