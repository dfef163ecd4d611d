"""Programmes, the cycles of their fiscal years, phases and deadlines.

What is particular to a programme is data here, so that a prefecture's own scheme runs by set-up,
not by code.
"""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Role, User, Versioned
from accounts.moves import MoveRow
from japan.dates import era_fiscal_year

FIRST_YEAR, LAST_YEAR = 1996, 2100


class InTwoLanguages:
    """A row with `name_ja` and `name_en`; `name` is the one that the reader reads."""

    name_ja: str
    name_en: str

    @property
    def name(self) -> str:
        return self.name_in(get_language() or "ja")

    def name_in(self, language: str) -> str:
        return (
            (self.name_ja or self.name_en) if language == "ja" else (self.name_en or self.name_ja)
        )


class PhaseKind(models.TextChoices):
    """The seven phases of the year, in their order."""

    SURVEY = "survey", _("demand survey")
    RECRUITMENT = "recruitment", _("recruitment and decision")
    PROCEDURES = "procedures", _("procedures before arrival")
    ARRIVAL = "arrival", _("arrival and orientation")
    GROUP_TRAINING = "group_training", _("group training")
    SPECIALISED = "specialised", _("specialised training")
    RETURN = "return", _("return home")


class Roll(models.TextChoices):
    """To which side a day moves that is no business day."""

    BEFORE = "before", _("to the business day before")
    AFTER = "after", _("to the business day after")


class DecidingBody(models.TextChoices):
    """Who decides on the placements of a cycle; the sources differ, so it is a setting."""

    MIC_AND_CLAIR = "mic_and_clair", _("MIC and CLAIR")
    HOST_AFTER_CONSULTING = "host_after_consulting", _("the host after consulting MIC and CLAIR")
    HOST_PROPOSES = "host_proposes", _("the host proposes, CLAIR confirms")


class MatchingMode(models.TextChoices):
    """How placements are proposed."""

    OPTIMAL = "optimal", _("best for all together")
    STABLE = "stable", _("stable, the hosts proposing")


class Programme(InTwoLanguages, Versioned):
    """A training programme between governments: its names, its letters and its usual year."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name_ja = models.CharField(_("name in Japanese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    operator = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("operator")
    )
    sender_title_ja = models.CharField(_("sender's title in Japanese"), max_length=100)
    sender_title_en = models.CharField(_("sender's title in English"), max_length=100)
    sender_name_ja = models.CharField(_("sender's name in Japanese"), max_length=100)
    sender_name_en = models.CharField(_("sender's name in English"), max_length=100)
    seal_note = models.CharField(
        _("line for the seal"), max_length=50, blank=True, default="（公印省略）"
    )
    contact_unit_ja = models.CharField(_("contact section in Japanese"), max_length=100)
    contact_unit_en = models.CharField(_("contact section in English"), max_length=100)
    contact_telephone = models.CharField(_("contact telephone"), max_length=40)
    contact_email = models.EmailField(_("contact e-mail address"))
    contact_hours_ja = models.CharField(_("contact hours in Japanese"), max_length=200, blank=True)
    contact_hours_en = models.CharField(_("contact hours in English"), max_length=200, blank=True)
    letter_series = models.CharField(
        _("series of letter numbers"),
        max_length=50,
        help_text=_("Letters of one series share one row of numbers in each fiscal year."),
    )
    reference_format_ja = models.CharField(
        _("form of the number in Japanese letters"),
        max_length=50,
        help_text=_("For example {era_year}自国経第{number}号."),
    )
    reference_format_en = models.CharField(
        _("form of the number in English letters"), max_length=50
    )
    months_from = models.PositiveSmallIntegerField(_("usual months of stay, from"), default=6)
    months_until = models.PositiveSmallIntegerField(_("usual months of stay, until"), default=12)
    training_months_from = models.PositiveSmallIntegerField(
        _("usual months of the specialised training, from"), default=5
    )
    training_months_until = models.PositiveSmallIntegerField(
        _("usual months of the specialised training, until"), default=11
    )
    group_training_place_ja = models.CharField(
        _("place of the group training in Japanese"), max_length=200, blank=True
    )
    group_training_place_en = models.CharField(
        _("place of the group training in English"), max_length=200, blank=True
    )
    trainee_title_ja = models.CharField(
        _("what a trainee is called in Japanese"), max_length=100, default="研修員"
    )
    orientation_place_ja = models.CharField(
        _("place of the orientation in Japanese"), max_length=200, blank=True
    )
    orientation_place_en = models.CharField(
        _("place of the orientation in English"), max_length=200, blank=True
    )
    next_step_ja = models.TextField(
        _("what follows the decision, in Japanese"),
        max_length=500,
        blank=True,
        help_text=_("The notice to the host prints it; {day} is the deadline of the papers."),
    )
    next_step_en = models.TextField(
        _("what follows the decision, in English"),
        max_length=500,
        blank=True,
        help_text=_("The notice to the trainee prints it; {day} is the deadline of the papers."),
    )
    deciding_body = models.CharField(
        _("deciding body"),
        max_length=30,
        choices=DecidingBody,
        default=DecidingBody.MIC_AND_CLAIR,
    )
    matching_mode = models.CharField(
        _("way of matching"), max_length=10, choices=MatchingMode, default=MatchingMode.OPTIMAL
    )
    ended_on = models.DateField(
        _("ended on"),
        null=True,
        blank=True,
        help_text=_("After this day no cycle is opened; everything else stays."),
    )

    FORMAT_FAULT = _("Use {number} and, if you like, {era_year} and {fiscal_year}; nothing else.")

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(months_until__gte=F("months_from")), name="programme_months_in_order"
            ),
            models.CheckConstraint(
                condition=Q(training_months_until__gte=F("training_months_from")),
                name="programme_training_months_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The forms of the letter numbers know only the values that the register has."""
        for field in ("reference_format_ja", "reference_format_en"):
            try:
                printed = getattr(self, field).format(number=1, era_year=1, fiscal_year=1)
            except (KeyError, IndexError, ValueError) as error:
                raise ValidationError({field: self.FORMAT_FAULT}) from error
            if "{number}" not in getattr(self, field) or not printed.strip():
                raise ValidationError({field: self.FORMAT_FAULT})

    @property
    def orientation_place(self) -> str:
        places = [self.orientation_place_ja, self.orientation_place_en]
        return (places[0] or places[1]) if get_language() == "ja" else (places[1] or places[0])


class TemplateDay(models.Model):
    """A day of the usual year: month and day, in the fiscal year of arrival or a year beside it."""

    year_offset = models.SmallIntegerField(
        _("year"),
        default=0,
        validators=[MinValueValidator(-2), MaxValueValidator(2)],
        help_text=_(
            "Calendar year, counted from the fiscal year of arrival: -1 is the year before."
        ),
    )
    month = models.PositiveSmallIntegerField(
        _("month"), validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    day = models.PositiveSmallIntegerField(
        _("day"), validators=[MinValueValidator(1), MaxValueValidator(31)]
    )

    class Meta:
        abstract = True

    def day_in(self, fiscal_year: int) -> date:
        """The day in the cycle of this fiscal year; the 31st of a shorter month is its last day."""
        first = date(fiscal_year + self.year_offset, self.month, 1)
        following = (first + timedelta(days=32)).replace(day=1)
        return min(first + timedelta(days=self.day - 1), following - timedelta(days=1))


class PhaseTemplate(TemplateDay):
    """When a phase of the programme usually begins, and how many days it lasts."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="phase_templates", verbose_name=_("programme")
    )
    kind = models.CharField(_("phase"), max_length=20, choices=PhaseKind)
    days = models.PositiveSmallIntegerField(_("days"), validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("usual phase")
        verbose_name_plural = _("usual phases")
        ordering = ["programme", "year_offset", "month", "day"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "kind"], name="phase_template_once")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class DeadlineFields(InTwoLanguages, models.Model):
    """What a usual deadline and the deadline of a cycle have in common."""

    code = models.SlugField(_("code"), max_length=50)
    phase = models.CharField(_("phase"), max_length=20, choices=PhaseKind)
    audience = models.CharField(_("who has to act"), max_length=20, choices=Role)
    name_ja = models.CharField(_("name in Japanese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class DeadlineTemplate(TemplateDay, DeadlineFields):
    """A deadline of the programme's usual year."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="deadline_templates", verbose_name=_("programme")
    )
    roll = models.CharField(
        _("if no business day"), max_length=10, choices=Roll, default=Roll.BEFORE
    )

    class Meta:
        verbose_name = _("usual deadline")
        verbose_name_plural = _("usual deadlines")
        ordering = ["programme", "year_offset", "month", "day"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="deadline_template_once")
        ]


class CycleQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser) -> "CycleQuerySet":
        """A cycle's year and dates are public within the programme: everyone who signs in sees
        them.
        """
        return self if user.is_authenticated else self.none()

    def of(self, programme: str, fiscal_year: int) -> "CycleQuerySet":
        """The cycle of this year of the programme with this code, as addresses and commands name
        it.
        """
        found = self.filter(programme__code=programme, fiscal_year=fiscal_year)
        return found.select_related("programme__operator")

    def running(self, on: date) -> "CycleQuerySet":
        """Cycles that are open and not over on this day, the next arrival first."""
        return self.filter(state=Cycle.State.OPEN, phases__ends_on__gte=on).distinct()


class Cycle(Versioned):
    """One fiscal year's run of a programme. The fiscal year is that of the arrival."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("cycle", "open")
        CALLED_OFF = "called_off", pgettext_lazy("cycle", "called off")
        CLOSED = "closed", pgettext_lazy("cycle", "closed")

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="cycles", verbose_name=_("programme")
    )
    fiscal_year = models.PositiveSmallIntegerField(
        _("fiscal year"),
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.OPEN, editable=False
    )
    arrival_on = models.DateField(_("arrival day"))
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("opened by"),
    )

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        ordering = ["-fiscal_year", "programme"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "fiscal_year"], name="cycle_once_per_fiscal_year"
            ),
            models.CheckConstraint(
                condition=Q(fiscal_year__gte=FIRST_YEAR, fiscal_year__lte=LAST_YEAR),
                name="cycle_fiscal_year_in_reach",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.year_label}"

    @cached_property
    def deadlines_by_code(self) -> dict[str, "Deadline"]:
        """Its deadlines by their codes, read once for all that a page says of them."""
        return {deadline.code: deadline for deadline in self.deadlines.all()}

    @property
    def year_label(self) -> str:
        """The fiscal year as the reader says it: 令和9年度（2027年度）, FY2027."""
        if (get_language() or "ja") == "ja":
            return f"{era_fiscal_year(self.fiscal_year)}（{self.fiscal_year}年度）"
        return f"FY{self.fiscal_year}"

    def phase_starts_on(self, kind: str) -> date | None:
        """The first day of this phase; None where the cycle has no such phase."""
        return next((phase.starts_on for phase in self.phases.all() if phase.kind == kind), None)

    def phase_on(self, on: date) -> "Phase | None":
        """The phase that this day falls into; between two phases, the one that comes next."""
        phases = sorted(self.phases.all(), key=lambda phase: phase.starts_on)
        begun = [phase for phase in phases if phase.starts_on <= on <= phase.ends_on]
        coming = [phase for phase in phases if phase.starts_on > on]
        return begun[-1] if begun else (coming[0] if coming else None)


class CycleMove(MoveRow):
    """The history of a cycle after it was opened: by whom it was ended, and why."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="moves")

    class Meta(MoveRow.Meta):
        verbose_name = _("move of a cycle")
        verbose_name_plural = _("moves of cycles")


class Phase(models.Model):
    """One phase of one cycle, with its days."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="phases", verbose_name=_("cycle"))
    kind = models.CharField(_("phase"), max_length=20, choices=PhaseKind)
    starts_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"))

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["cycle", "starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "kind"], name="phase_once_per_cycle"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="phase_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Deadline(DeadlineFields, Versioned):
    """A date by which a group of people must have done a thing: the end of that day in Japan."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(
        Cycle, models.CASCADE, related_name="deadlines", verbose_name=_("cycle")
    )
    due_on = models.DateField(_("due on"))

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["cycle", "due_on", "code"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "code"], name="deadline_once_per_cycle")
        ]


class CalendarFeed(models.Model):
    """The secret address under which one person's calendar is read by a programme that cannot sign
    in. The token itself is kept nowhere: it follows from the key of the portal and this row, so
    that it can be shown again, and a copy of the database alone opens no calendar.
    """

    user = models.OneToOneField(
        User,
        models.CASCADE,
        related_name="calendar_feed",
        editable=False,
        verbose_name=_("person"),
    )
    number = models.PositiveIntegerField(_("number of the address"), default=1, editable=False)
    token_hash = models.CharField(_("hash of the token"), max_length=64, unique=True)
    renewed_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return f"{self.user} {self.number}"
