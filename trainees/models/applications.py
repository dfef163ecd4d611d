"""A candidate's dossier in one cycle, and its history."""

import uuid
from datetime import date
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.json_rows import json_rows
from accounts.models import TELEPHONE_MAX, Role, User, Versioned
from accounts.moves import MoveRow
from accounts.names import check_number
from files.encrypted import EncryptedTextField
from schedule.known_days import deadline_rows, deadlines_from, phase_rows, phases_from
from schedule.models import Cycle, Deadline, Phase
from schedule.vocabulary import LanguageLevel, TrainingField

from ..documents.selection import selected_facts
from ..states import APPLICATION_MARKS, EDITABLE, ApplicationState
from ..steps import all_steps
from .limits import LONG_TEXT, NAME_LENGTH, SHORT_TEXT
from .offices import OfficeCountry, SendingGovernment
from .people import Trainee


def submitted_to_offices(offices: list[int]) -> Q:
    """Applications that were submitted by nationals of the countries of these offices today.

    What was never submitted is the person's own.
    """
    countries = OfficeCountry.objects.in_force(timezone.localdate())
    countries = countries.filter(office__organisation__in=offices)
    return Q(submitted_at__isnull=False, trainee__nationality__in=countries.values("country"))


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

    def with_deadlines(self) -> "ApplicationQuerySet":
        """With the deadlines of its cycle, in the same query."""
        return self.annotate(deadline_rows=deadline_rows("cycle"))

    def with_phases(self) -> "ApplicationQuerySet":
        """With the phases of its cycle, in the same query."""
        return self.annotate(phase_rows=phase_rows("cycle"))

    def with_selection(self) -> "ApplicationQuerySet":
        """With what the apps above know of its selection (documents.selection), in the same
        query.
        """
        return self.annotate(
            **{
                f"selected_{name}": found(OuterRef("pk"))
                for name, found in selected_facts().items()
            }
        )

    def for_dossier(self) -> "ApplicationQuerySet":
        """With what the sections ask of it beside its own columns, in the same query."""
        from .consents import CONSENT_READ, Consent

        standing = Consent.objects.filter(application=OuterRef("pk"), withdrawn_at__isnull=True)
        standing_rows = Consent.objects.filter(withdrawn_at__isnull=True)
        done = {f"done_{step.code}": step.done() for step in all_steps() if step.done}
        phases = Phase.objects.filter(cycle=OuterRef("cycle")).order_by("-ends_on")
        return (
            self.with_names()
            .with_since()
            .with_deadlines()
            .with_selection()
            .select_related("health", "trainee__user", "cycle__programme__operator")
            .annotate(
                agrees_to_needs=Exists(standing.filter(text__kind="needs")),
                agrees_to_health=Exists(standing.filter(text__kind="health")),
                agrees_to_sharing=Exists(standing.filter(text__kind="sharing")),
                consent_rows=json_rows(standing_rows, "application", CONSENT_READ),
                stay_until=Subquery(phases.values("ends_on")[:1]),
                **done,
            )
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
    employer_position = models.CharField(
        pgettext_lazy("employment", "position"), max_length=200, blank=True
    )
    employed_since = models.DateField(_("employed since"), null=True, blank=True)
    employer_duties = models.TextField(_("duties"), max_length=LONG_TEXT, blank=True)
    is_national_official = models.BooleanField(
        _("official of the national government"), default=False
    )
    national_reason = models.TextField(
        _("why an official of the national government"), max_length=SHORT_TEXT, blank=True
    )
    telephone = models.CharField(
        _("telephone"), max_length=TELEPHONE_MAX, blank=True, validators=[check_number]
    )
    address = models.TextField(pgettext_lazy("person", "address"), max_length=500, blank=True)
    comes_alone = models.BooleanField(_("comes without family"), null=True, blank=True)
    emergency_name = models.CharField(_("emergency contact"), max_length=NAME_LENGTH, blank=True)
    emergency_relation = models.CharField(_("relation to the person"), max_length=100, blank=True)
    emergency_telephone = models.CharField(
        _("telephone of the emergency contact"),
        max_length=TELEPHONE_MAX,
        blank=True,
        validators=[check_number],
    )
    emergency_email = models.EmailField(_("e-mail address of the emergency contact"), blank=True)
    emergency_languages = models.CharField(
        _("languages of the emergency contact"), max_length=200, blank=True
    )
    dietary_needs = EncryptedTextField(
        _("dietary needs"), max_length=SHORT_TEXT, blank=True, default=""
    )
    religious_needs = EncryptedTextField(
        _("religious needs"), max_length=SHORT_TEXT, blank=True, default=""
    )
    # A refusal is an answer; of what is refused nothing is kept (models.consents).
    declines_needs = models.BooleanField(_("says nothing of needs"), default=False)
    declines_health = models.BooleanField(_("makes no health declaration"), default=False)
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
    never_in_japan = models.BooleanField(_("never been in Japan"), default=False)
    never_refused = models.BooleanField(_("never refused a visa"), default=False)
    available_from = models.DateField(_("can come from"), null=True, blank=True)
    available_until = models.DateField(_("can stay until"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    # The person's row is shared by all their cycles; a later edit must not change what was judged.
    person = models.JSONField(_("person as submitted"), default=dict, blank=True, editable=False)

    # What a page has read of all that belongs to it (`reading.read_once`); None where it keeps
    # nothing.
    kept_reads: "dict[str, Any] | None" = None

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

    @cached_property
    def deadlines_by_code(self) -> dict[str, Deadline]:
        """The deadlines of its cycle; without a query where they were read with it."""
        return deadlines_from(getattr(self, "deadline_rows", None), self.cycle)

    @cached_property
    def phases_by_kind(self) -> dict[str, Phase]:
        """The phases of its cycle; without a query where they were read with it."""
        return phases_from(getattr(self, "phase_rows", None), self.cycle)

    @property
    def judged_person(self) -> Trainee:
        """The person as last submitted: names, salutation, nationality, date of birth; not a row.

        While the person may still change the application, and where nothing was kept, it is the
        person's row itself.
        """
        if self.state in EDITABLE or not self.person:
            return self.trainee
        return Trainee.from_snapshot(self.person)

    @cached_property
    def agrees_to_needs(self) -> bool:
        return self._agrees_to("needs")

    @cached_property
    def agrees_to_health(self) -> bool:
        return self._agrees_to("health")

    @cached_property
    def agrees_to_sharing(self) -> bool:
        """Whether the person agreed that the dossier is used; nothing is submitted without it."""
        return self._agrees_to("sharing")

    def _agrees_to(self, kind: str) -> bool:
        return self.consents.filter(text__kind=kind, withdrawn_at__isnull=True).exists()

    @property
    def has_declared(self) -> bool:
        """Whether the health declaration is whole."""
        return getattr(self, "health", None) is not None and self.health.declared_at is not None

    @cached_property
    def stay_until(self) -> date | None:
        """The last day on which a stay of this cycle can end."""
        return self.cycle.phases.aggregate(last=Max("ends_on"))["last"]

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
