"""Local governments, the demand survey with its answers, and what a host offers a trainee."""

import uuid
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from django_countries.fields import CountryField

from accounts.models import Organisation, Role, User, Versioned
from accounts.moves import MoveRow
from japan.codes import CodeError, validate_code
from japan.text import search_key
from schedule.models import Cycle
from schedule.vocabulary import (
    DeadlineCode,
    LanguageLevel,
    Route,
    TrainingField,
    TrainingLanguage,
)

from .states import ANSWER_EDITABLE, ANSWER_MARKS, REQUEST_MARKS, AnswerState, RequestState

MAX_TRAINEES = 99
LONG_TEXT = 4000


def check_code(code: str) -> None:
    """Refuse a code of the wrong length or with a wrong check digit, in the reader's words."""
    try:
        validate_code(code)
    except CodeError as error:
        raise ValidationError(error.args[0]) from error


class LocalGovernmentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "LocalGovernmentQuerySet":
        """Staff see all, coordinators their own, relay officers their prefecture's."""
        if user.is_staff:
            return self
        own = Q(organisation__in=user.organisation_ids(Role.COORDINATOR, Role.RELAY))
        relayed = Q(prefecture__organisation__in=user.organisation_ids(Role.RELAY))
        return self.filter(own | relayed)

    def named_like(self, text: str) -> "LocalGovernmentQuerySet":
        """By code, kanji, kana or romaji, whatever their width and case."""
        return self.filter(search__contains=search_key(text))


class LocalGovernment(models.Model):
    """A prefecture, designated city, city, special ward, town or village of Japan."""

    class Kind(models.TextChoices):
        PREFECTURE = "prefecture", _("prefecture")
        DESIGNATED_CITY = "designated_city", _("designated city")
        CITY = "city", _("city")
        SPECIAL_WARD = "special_ward", _("special ward")
        TOWN = "town", _("town")
        VILLAGE = "village", _("village")

    organisation = models.OneToOneField(
        Organisation,
        models.PROTECT,
        related_name="local_government",
        verbose_name=_("organisation"),
    )
    code = models.CharField(
        _("code"),
        max_length=6,
        unique=True,
        validators=[check_code],
        help_text=_("Six digits with the check digit, as the Ministry publishes them."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=50)
    kana = models.CharField(_("reading"), max_length=100)
    romaji = models.CharField(_("romaji"), max_length=100)
    prefecture = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="municipalities",
        verbose_name=_("prefecture"),
    )
    search = models.CharField(_("search key"), max_length=400, editable=False, db_index=True)
    valid_until = models.DateField(_("existed until"), null=True, blank=True)

    objects = LocalGovernmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("local government")
        verbose_name_plural = _("local governments")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="prefecture", prefecture__isnull=True)
                | (~Q(kind="prefecture") & Q(prefecture__isnull=False)),
                name="government_prefecture_of_all_but_prefectures",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """With its prefecture, because 25 names occur more than once."""
        return self.full_name_in(get_language() or "ja")

    def full_name_in(self, language: str) -> str:
        if self.prefecture is None:
            return self.short_name_in(language)
        upper = self.prefecture.short_name_in(language)
        own = self.short_name_in(language)
        return f"{upper}{own}" if language == "ja" else f"{own}, {upper}"

    @property
    def short_name(self) -> str:
        return self.short_name_in(get_language() or "ja")

    def short_name_in(self, language: str) -> str:
        return self.name if language == "ja" else self.organisation.name_en

    @property
    def is_relayed(self) -> bool:
        """Do its papers pass through the prefecture? Designated cities answer directly (ours)."""
        return self.kind not in ANSWERING_DIRECTLY

    @property
    def survey_deadline(self) -> str:
        """The code of the deadline by which it answers the demand survey."""
        if self.is_relayed:
            return DeadlineCode.SURVEY_MUNICIPALITY
        return DeadlineCode.SURVEY_DIRECT


ANSWERING_DIRECTLY = [LocalGovernment.Kind.PREFECTURE, LocalGovernment.Kind.DESIGNATED_CITY]


class DemandSurvey(Versioned):
    """The survey that opens a cycle: who wants trainees, how many, for what."""

    cycle = models.OneToOneField(
        Cycle, models.CASCADE, related_name="survey", verbose_name=_("cycle")
    )
    name_ja = models.CharField(_("name in Japanese"), max_length=100, default="受入要望調査")
    name_en = models.CharField(_("name in English"), max_length=100, default="Demand survey")
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("demand survey")
        verbose_name_plural = _("demand surveys")

    def __str__(self) -> str:
        return f"{self.name} {self.cycle.year_label}"

    @property
    def name(self) -> str:
        return self.name_ja if (get_language() or "ja") == "ja" else self.name_en


class SurveyAnswerQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "SurveyAnswerQuerySet":
        """Staff see all, coordinators their own government's, relay officers their prefecture's."""
        if user.is_staff:
            return self
        own = Q(government__organisation__in=user.organisation_ids(Role.COORDINATOR))
        return self.filter(own | passing_through(user.organisation_ids(Role.RELAY)))

    def relayed_by(self, organisations: Iterable[int]) -> "SurveyAnswerQuerySet":
        """What passes through these prefectures, not what they answer themselves."""
        return self.filter(passing_through(organisations))

    def to_be_answered(self) -> "SurveyAnswerQuerySet":
        """Answers that still wait for the government itself."""
        return self.filter(
            state__in=ANSWER_EDITABLE, survey__closed_at=None, survey__cycle__state=Cycle.State.OPEN
        )

    def to_receive(self) -> "SurveyAnswerQuerySet":
        """Answers that wait for the operator."""
        return self.filter(TO_RECEIVE)


def passing_through(organisations: Iterable[int]) -> Q:
    """The answers that these prefectures relay."""
    return Q(government__prefecture__organisation__in=list(organisations)) & ~Q(
        government__kind__in=ANSWERING_DIRECTLY
    )


# What waits for the operator: forwarded by a relay, or submitted by those who answer directly.
TO_RECEIVE = Q(survey__cycle__state=Cycle.State.OPEN) & (
    Q(state=AnswerState.FORWARDED)
    | Q(state=AnswerState.SUBMITTED, government__kind__in=ANSWERING_DIRECTLY)
)


class SurveyAnswer(Versioned):
    """One government's answer to one survey. "No demand" is an answer, silence is none."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    survey = models.ForeignKey(
        DemandSurvey, models.CASCADE, related_name="answers", verbose_name=_("demand survey")
    )
    government = models.ForeignKey(
        LocalGovernment,
        models.PROTECT,
        related_name="answers",
        verbose_name=_("local government"),
    )
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=AnswerState,
        default=AnswerState.NOT_OPENED,
        editable=False,
    )
    has_demand = models.BooleanField(_("wants trainees"), null=True, editable=False)
    no_demand_reason = models.TextField(_("reason for no demand"), max_length=LONG_TEXT, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    submitted_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("submitted by"),
    )

    objects = SurveyAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey answer")
        verbose_name_plural = _("survey answers")
        ordering = ["survey", "government__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "government"], name="answer_once_per_government"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["not_opened", "draft"])
                | Q(has_demand__isnull=False, submitted_at__isnull=False),
                name="answer_submitted_says_something",
            ),
        ]
        indexes = [models.Index(fields=["survey", "state"], name="answer_survey_state")]

    def __str__(self) -> str:
        return f"{self.government} {self.survey}"

    @property
    def state_mark(self) -> str:
        """The mark that stands beside the word of its state."""
        return ANSWER_MARKS[AnswerState(self.state)]

    @property
    def is_editable(self) -> bool:
        """Whether the government itself may still change it."""
        return (
            self.state in ANSWER_EDITABLE
            and self.survey.closed_at is None
            and self.survey.cycle.state == Cycle.State.OPEN
        )


class SurveyAnswerMove(MoveRow):
    """The history of a survey answer."""

    answer = models.ForeignKey(SurveyAnswer, models.CASCADE, related_name="moves")

    class Meta(MoveRow.Meta):
        verbose_name = _("move of a survey answer")
        verbose_name_plural = _("moves of survey answers")


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
