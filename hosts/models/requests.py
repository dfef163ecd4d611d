"""Host requests: how many trainees a government wants, for what, from where."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_countries import countries
from django_countries.fields import CountryField

from accounts.models import User, Versioned
from accounts.moves import MoveRow
from schedule.models import Cycle
from schedule.vocabulary import LanguageLevel, Route, TrainingField, TrainingLanguage

from ..states import REQUEST_MARKS, RequestState
from .governments import LocalGovernment
from .limits import LONG_TEXT, MAX_TRAINEES
from .surveys import SurveyAnswer


class HostRequestQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "HostRequestQuerySet":
        """Whoever sees the answer sees its requests."""
        if user.is_staff:
            return self
        return self.filter(answer__in=SurveyAnswer.objects.visible_to(user))

    def with_names(self) -> "HostRequestQuerySet":
        """With everything that a list shows of the government and the cycle."""
        return self.select_related(
            "answer__survey__cycle__programme",
            "answer__government__organisation",
            "answer__government__prefecture__organisation",
            "answer__relay__organisation",
            "training_programme",
        )


class HostRequest(Versioned):
    """One government's request for a number of trainees in a field (受入要望書)."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    answer = models.ForeignKey(
        SurveyAnswer, models.CASCADE, related_name="requests", verbose_name=_("survey answer")
    )
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=RequestState,
        default=RequestState.DRAFT,
        editable=False,
    )
    field = models.CharField(_("field of training"), max_length=20, choices=TrainingField)
    number = models.PositiveSmallIntegerField(
        _("number of trainees"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_TRAINEES)],
    )
    route = models.CharField(
        _("way of selection"), max_length=20, choices=Route, default=Route.MEDIATED
    )
    language = models.CharField(
        _("language of the training"),
        max_length=10,
        choices=TrainingLanguage,
        default=TrainingLanguage.EITHER,
    )
    level = models.PositiveSmallIntegerField(
        _("level needed"), choices=LanguageLevel, default=LanguageLevel.EVERYDAY
    )
    starts_on = models.DateField(_("first day of the stay"), null=True, blank=True)
    ends_on = models.DateField(_("last day of the stay"), null=True, blank=True)
    length_reason = models.TextField(
        _("reason for a shorter or longer stay"), max_length=LONG_TEXT, blank=True
    )
    conditions_ja = models.TextField(
        _("conditions and treatment, in Japanese"), max_length=LONG_TEXT, blank=True
    )
    conditions_en = models.TextField(
        _("conditions and treatment, in English"), max_length=LONG_TEXT, blank=True
    )

    objects = HostRequestQuerySet.as_manager()

    part_of_answer = "answer"
    not_in_versions = frozenset({"state", "version"})

    class Meta:
        verbose_name = _("host request")
        verbose_name_plural = _("host requests")
        ordering = ["answer__government__code", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=MAX_TRAINEES),
                name="request_for_1_to_99_trainees",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gt=F("starts_on")),
                name="request_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(starts_on__isnull=False, ends_on__isnull=False),
                name="request_submitted_has_period",
            ),
        ]
        indexes = [models.Index(fields=["state"], name="request_state")]

    def __str__(self) -> str:
        return _("{government}: {field}").format(
            government=self.government, field=self.get_field_display()
        )

    @property
    def state_mark(self) -> str:
        """The mark that stands beside the word of its state."""
        return REQUEST_MARKS[RequestState(self.state)]

    @property
    def government(self) -> LocalGovernment:
        return self.answer.government

    @property
    def cycle(self) -> Cycle:
        return self.answer.survey.cycle

    @property
    def seats(self) -> str:
        """The number of trainees in words of the reader."""
        return ngettext("{n} trainee", "{n} trainees", self.number).format(n=self.number)


class HostRequestMove(MoveRow):
    """The history of a host request."""

    host_request = models.ForeignKey(HostRequest, models.CASCADE, related_name="moves")

    class Meta(MoveRow.Meta):
        verbose_name = _("move of a host request")
        verbose_name_plural = _("moves of host requests")


class WishedCountry(models.Model):
    """A country that a host wishes for, in its order of preference."""

    host_request = models.ForeignKey(
        HostRequest, models.CASCADE, related_name="wished_countries", verbose_name=_("host request")
    )
    rank = models.PositiveSmallIntegerField(_("rank"), validators=[MinValueValidator(1)])
    country = CountryField(verbose_name=_("country"))

    part_of_answer = "host_request"

    class Meta:
        verbose_name = _("wished country")
        verbose_name_plural = _("wished countries")
        ordering = ["host_request", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["host_request", "rank"], name="wished_country_one_per_rank"
            ),
            models.UniqueConstraint(
                fields=["host_request", "country"], name="wished_country_named_once"
            ),
        ]

    def __str__(self) -> str:
        return str(countries.name(str(self.country)))
