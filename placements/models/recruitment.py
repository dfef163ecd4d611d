"""The recruitment of a cycle: which request goes to which office abroad, and from there to whom."""

import uuid
from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, PersonalLink, Role, User, Versioned
from files.models import StoredFile
from hosts.models import HostRequest
from hosts.states import RequestState
from schedule.models import Cycle
from schedule.vocabulary import Route
from trainees.models import Contact, OverseasOffice

LONG_TEXT = 4000
MOST_NOMINEES = 99


class Recruitment(Versioned):
    """How a cycle recruits abroad: its text, its rules, and when it was published."""

    class Elsewhere(models.TextChoices):
        """What happens where somebody is nominated who is nominated already."""

        REFUSED = "refused", pgettext_lazy("nominated elsewhere", "refused")
        ALLOWED = "allowed", pgettext_lazy("nominated elsewhere", "allowed; both offices are told")

    cycle = models.OneToOneField(
        Cycle, models.PROTECT, related_name="recruitment", verbose_name=_("cycle")
    )
    elsewhere = models.CharField(
        _("a person who is nominated already"),
        max_length=10,
        choices=Elsewhere,
        default=Elsewhere.REFUSED,
    )
    text_en = models.TextField(_("text in English"), max_length=LONG_TEXT, blank=True)
    text_ja = models.TextField(_("text in Japanese"), max_length=LONG_TEXT, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    published_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("published by"),
    )

    class Meta:
        verbose_name = _("recruitment of a cycle")
        verbose_name_plural = _("recruitments of cycles")
        ordering = ["-cycle__fiscal_year"]

    def __str__(self) -> str:
        return str(self.cycle)

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def text(self) -> str:
        texts = [self.text_ja, self.text_en]
        return (texts[0] or texts[1]) if get_language() == "ja" else (texts[1] or texts[0])


class RecruitmentText(models.Model):
    """The text of a recruitment in a further language, typed or as a file."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    recruitment = models.ForeignKey(
        Recruitment, models.CASCADE, related_name="texts", verbose_name=_("recruitment of a cycle")
    )
    language = models.CharField(_("language"), max_length=100)
    text = models.TextField(_("text"), max_length=LONG_TEXT, blank=True)
    file = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
    )

    class Meta:
        verbose_name = _("text in a further language")
        verbose_name_plural = _("texts in further languages")
        ordering = ["recruitment", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["recruitment", "language"], name="recruitment_text_once_per_language"
            ),
            models.CheckConstraint(
                condition=~Q(text="") | Q(file__isnull=False),
                name="recruitment_text_says_something",
            ),
        ]

    def __str__(self) -> str:
        return self.language


class OpeningQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "OpeningQuerySet":
        """Staff see all, officers what was published to their office."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        offices = user.organisation_ids(Role.OVERSEAS_OFFICE)
        return self.published().filter(office__organisation__in=offices)

    def published(self) -> "OpeningQuerySet":
        """What the offices have been told of; an opening that was taken back stays readable."""
        return self.filter(published_at__isnull=False)

    def in_force(self) -> "OpeningQuerySet":
        """Published and not taken back."""
        return self.published().filter(closed_at__isnull=True)


class Opening(Versioned):
    """One request as it is offered through one office: for how many nominees, until when."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    host_request = models.ForeignKey(
        HostRequest, models.PROTECT, related_name="openings", verbose_name=_("host request")
    )
    office = models.ForeignKey(
        OverseasOffice, models.PROTECT, related_name="openings", verbose_name=_("overseas office")
    )
    quota = models.PositiveSmallIntegerField(
        _("most nominees"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_NOMINEES)],
    )
    nominate_by = models.DateField(
        _("nominate until"),
        null=True,
        blank=True,
        help_text=_("Empty: the day of the cycle. The day ends at midnight in Japan."),
    )
    note = models.TextField(_("note for the office"), max_length=2000, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    closed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("closed by")
    )
    closed_reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)

    objects = OpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        ordering = ["office__code", "host_request"]
        constraints = [
            models.UniqueConstraint(
                fields=["host_request", "office"], name="opening_once_per_office"
            ),
            models.CheckConstraint(
                condition=Q(quota__gte=1, quota__lte=MOST_NOMINEES), name="opening_quota_in_reach"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.host_request} → {self.office}"

    @property
    def key(self) -> str:
        """What a spreadsheet calls it; the letter keeps a programme from taking it for a number."""
        return f"N-{self.public_id.hex[:8]}"

    @property
    def is_in_force(self) -> bool:
        return self.published_at is not None and self.closed_at is None

    @property
    def is_left_by_host(self) -> bool:
        """Whether its request will not come back to the offices: taken back, or the host selects
        its own candidate now. What was only given back to the host comes again.
        """
        request = self.host_request
        is_own = request.state == RequestState.OPEN and request.route != Route.MEDIATED
        return is_own or request.state == RequestState.WITHDRAWN

    @property
    def trouble(self) -> str:
        """What has become of the request since it was offered; empty where nothing has."""
        request = self.host_request
        if request.state == RequestState.WITHDRAWN:
            return gettext("The host has taken this request back.")
        if self.is_left_by_host:
            return gettext("The host of this request now selects its own candidate.")
        if request.state in {RequestState.DRAFT, RequestState.SUBMITTED}:
            return gettext("The host is changing this request. Wait until it has come again.")
        if request.state != RequestState.OPEN:
            return gettext("This request takes no nominations any more.")
        return ""

    @property
    def is_reduced(self) -> bool:
        """Whether the host now asks for fewer people than may be nominated."""
        return self.host_request.number < self.quota


class ForwardingQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "ForwardingQuerySet":
        """Whoever sees the opening sees to whom it was forwarded."""
        return self.filter(opening__in=Opening.objects.visible_to(user))


class Forwarding(models.Model):
    """An opening handed on to one agency or one overseas local government, with its answer."""

    class Answer(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("forwarding", "no answer yet")
        CONSIDERS = "considers", pgettext_lazy("forwarding", "looks for a candidate")
        NOMINATES = "nominates", pgettext_lazy("forwarding", "has nominated")
        NOBODY = "nobody", pgettext_lazy("forwarding", "nominates nobody")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    opening = models.ForeignKey(
        Opening, models.PROTECT, related_name="forwardings", verbose_name=_("opening")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="forwardings", verbose_name=_("organisation")
    )
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="forwardings",
        verbose_name=_("contact abroad"),
    )
    link = models.ForeignKey(
        PersonalLink,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="forwardings",
        editable=False,
        verbose_name=_("personal link"),
    )
    answer_by = models.DateField(_("answer until"))
    message = models.TextField(_("message"), max_length=2000, blank=True)
    answer = models.CharField(
        _("answer"), max_length=12, choices=Answer, default=Answer.WAITING, editable=False
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answer_note = models.TextField(_("note on the answer"), max_length=2000, blank=True)
    recorded_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("answer recorded by"),
    )  # nobody where the body itself has answered
    reminded_at = models.DateTimeField(_("reminded at"), null=True, editable=False)
    forwarded_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("forwarded by")
    )
    forwarded_at = models.DateTimeField(_("forwarded at"), default=timezone.now, editable=False)

    objects = ForwardingQuerySet.as_manager()

    class Meta:
        verbose_name = _("forwarding of an opening")
        verbose_name_plural = _("forwardings of openings")
        ordering = ["opening", "-forwarded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["opening", "organisation"], name="forwarded_once_to_each"
            ),
            models.CheckConstraint(
                condition=Q(answer="waiting") | Q(answered_at__isnull=False),
                name="forwarding_answered_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opening} → {self.organisation}"

    def is_late(self, on: date) -> bool:
        """Whether its answer is missing after its day."""
        return self.answer == self.Answer.WAITING and self.answer_by < on
