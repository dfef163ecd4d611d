"""Host requests: how many trainees a government wants, for what, from where."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from django_countries.fields import CountryField

from accounts.json_rows import json_rows
from accounts.models import Role, User, Versioned
from accounts.moves import MoveRow
from schedule.models import Cycle
from schedule.vocabulary import (
    EnglishLevel,
    JapaneseLevel,
    LanguageLevel,
    Route,
    TrainingField,
    TrainingLanguage,
)

from ..regions import Region
from ..states import REQUEST_MARKS, RequestState
from .governments import LocalGovernment, government_from, names_of
from .limits import AGES, LONG_TEXT, MAX_TRAINEES, MAX_YEARS_OF_EXPERIENCE
from .surveys import SurveyAnswer
from .ties import Tie


class HostRequestQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "HostRequestQuerySet":
        """Whoever sees the answer sees its requests; a government that hosts together with another
        sees the request in which it is named, and no more of the answer.
        """
        if user.is_staff:
            return self
        named = CoHost.objects.filter(
            government__organisation__in=user.organisation_ids(Role.COORDINATOR),
            host_request__answer__survey__opened_at__isnull=False,
        )
        return self.filter(
            Q(answer__in=SurveyAnswer.objects.visible_to(user))
            | Q(pk__in=named.values("host_request"))
        )

    def with_names(self) -> "HostRequestQuerySet":
        """With everything that a list shows of the government and the cycle."""
        return self.select_related(
            "answer__survey__cycle__programme",
            "answer__government__organisation",
            "answer__government__prefecture__organisation",
            "answer__relay__organisation",
            "training_programme",
            "treatment",
            "tie",
        )

    def with_parts(self) -> "HostRequestQuerySet":
        """With its wishes and the governments that host it together, in the same query."""
        wishes = json_rows(WishedCountry.objects.all(), "host_request", HostRequest.WISH_READ)
        together = json_rows(
            CoHost.objects.all(), "host_request", ["pk", "part_ja", *names_of("government")]
        )
        return self.annotate(wish_rows=wishes, co_host_rows=together)


WISHED = ["country", "region"]
AGE_LIMITS = [MinValueValidator(AGES[0]), MaxValueValidator(AGES[1])]


class HostRequest(Versioned):
    """One government's request for a number of trainees in a field (受入要望書)."""

    WISH_READ = ["rank", *WISHED]  # of its wishes, where they are read with it as `wish_rows`

    class Gender(models.TextChoices):
        ANY = "any", pgettext_lazy("gender", "any")
        MALE = "male", pgettext_lazy("gender", "male")
        FEMALE = "female", pgettext_lazy("gender", "female")

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
    copied_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        related_name="copies",
        editable=False,
        verbose_name=_("copied from"),
    )
    field = models.CharField(_("field of training"), max_length=20, choices=TrainingField)
    field_other_ja = models.CharField(_("other field, in Japanese"), max_length=100, blank=True)
    field_other_en = models.CharField(_("other field, in English"), max_length=100, blank=True)
    number = models.PositiveSmallIntegerField(
        _("number of trainees"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_TRAINEES)],
    )
    route = models.CharField(
        _("way of selection"), max_length=20, choices=Route, default=Route.MEDIATED
    )
    tie = models.ForeignKey(
        Tie,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("tie"),
    )
    own_selection_reason = models.TextField(
        _("reason for the own selection"), max_length=LONG_TEXT, blank=True
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
    japanese_needed = models.PositiveSmallIntegerField(
        _("Japanese needed"), choices=JapaneseLevel, null=True, blank=True
    )
    japanese_wished = models.PositiveSmallIntegerField(
        _("Japanese wished"), choices=JapaneseLevel, null=True, blank=True
    )
    english_needed = models.PositiveSmallIntegerField(
        _("English needed"), choices=EnglishLevel, null=True, blank=True
    )
    english_wished = models.PositiveSmallIntegerField(
        _("English wished"), choices=EnglishLevel, null=True, blank=True
    )
    other_languages = models.CharField(_("other languages"), max_length=200, blank=True)
    age_from = models.PositiveSmallIntegerField(
        _("age from"), null=True, blank=True, validators=AGE_LIMITS
    )
    age_until = models.PositiveSmallIntegerField(
        _("age until"), null=True, blank=True, validators=AGE_LIMITS
    )
    gender = models.CharField(
        pgettext_lazy("condition", "gender"), max_length=10, choices=Gender, default=Gender.ANY
    )
    gender_reason = models.TextField(_("reason for the gender"), max_length=LONG_TEXT, blank=True)
    experience_years = models.PositiveSmallIntegerField(
        _("years of experience"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_YEARS_OF_EXPERIENCE)],
    )
    qualifications_ja = models.TextField(
        _("qualifications, in Japanese"), max_length=LONG_TEXT, blank=True
    )
    qualifications_en = models.TextField(
        _("qualifications, in English"), max_length=LONG_TEXT, blank=True
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
    needs_assembly = models.BooleanField(_("subject to the assembly's approval"), default=False)
    assembly_month = models.DateField(
        _("month in which the assembly decides"),
        null=True,
        blank=True,
        help_text=_("Kept as the first day of the month."),
    )
    remarks_ja = models.TextField(_("remarks, in Japanese"), max_length=LONG_TEXT, blank=True)
    remarks_en = models.TextField(_("remarks, in English"), max_length=LONG_TEXT, blank=True)

    objects = HostRequestQuerySet.as_manager()

    part_of_answer = "answer"
    not_in_versions = frozenset({"state", "copied_from"})

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
            models.CheckConstraint(
                condition=Q(age_from__isnull=True)
                | Q(age_from__gte=AGES[0], age_from__lte=AGES[1]),
                name="request_age_from_in_reach",
            ),
            models.CheckConstraint(
                condition=Q(age_until__isnull=True)
                | Q(age_until__gte=AGES[0], age_until__lte=AGES[1]),
                name="request_age_until_in_reach",
            ),
            models.CheckConstraint(
                condition=Q(age_from__isnull=True)
                | Q(age_until__isnull=True)
                | Q(age_from__lte=F("age_until")),
                name="request_age_from_is_the_lower",
            ),
            models.CheckConstraint(
                condition=Q(japanese_needed__isnull=True)
                | Q(japanese_wished__isnull=True)
                | Q(japanese_wished__gte=F("japanese_needed")),
                name="request_japanese_wished_is_not_below_needed",
            ),
            models.CheckConstraint(
                condition=Q(english_needed__isnull=True)
                | Q(english_wished__isnull=True)
                | Q(english_wished__gte=F("english_needed")),
                name="request_english_wished_is_not_below_needed",
            ),
            models.CheckConstraint(
                condition=Q(gender="any")
                | Q(state__in=["draft", "withdrawn"])
                | ~Q(gender_reason=""),
                name="request_submitted_gender_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(assembly_month__isnull=True) | Q(needs_assembly=True),
                name="request_month_only_of_an_assembly",
            ),
            models.UniqueConstraint(
                fields=["answer", "copied_from"],
                condition=Q(copied_from__isnull=False) & ~Q(state="withdrawn"),
                name="request_copied_once_into_an_answer",
            ),
        ]
        indexes = [models.Index(fields=["state"], name="request_state")]

    def __str__(self) -> str:
        return _("{government}: {field}").format(government=self.government, field=self.field_name)

    @property
    def field_name(self) -> str:
        """The field in words of the reader; of another field, what the host has written."""
        if self.field != TrainingField.OTHER:
            return self.get_field_display()
        japanese = (get_language() or "ja") == "ja"
        first, second = self.field_other_ja, self.field_other_en
        written = (first or second) if japanese else (second or first)
        return written or self.get_field_display()

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

    @property
    def wishes(self) -> "list[WishedCountry]":
        """What the host wishes for, in order; without a query where `with_parts` has read it."""
        rows = getattr(self, "wish_rows", None)
        if rows is None:
            return list(self.wished_countries.all()) if self.pk else []
        return sorted((WishedCountry(**row) for row in rows), key=lambda wish: wish.rank)

    @property
    def together(self) -> "list[CoHost]":
        """Who hosts with the government that asks; read as `wishes` are."""
        rows = getattr(self, "co_host_rows", None)
        if rows is None:
            return list(with_names(self.co_hosts.all())) if self.pk else []
        return [
            CoHost(part_ja=row["part_ja"], government=government_from(row, "government"))
            for row in sorted(rows, key=lambda row: row["pk"])
        ]

    @property
    def levels_needed(self) -> str:
        """The levels that a candidate needs; of a row that names none, the level of the portal."""
        named = self._levels(self.japanese_needed, self.english_needed)
        return named or (self.get_level_display() if self.level else "")

    @property
    def levels_wished(self) -> str:
        return self._levels(self.japanese_wished, self.english_wished)

    def _levels(self, japanese: int | None, english: int | None) -> str:
        found = []
        if japanese:
            level = JapaneseLevel(japanese).label
            found.append(_("Japanese {level}").format(level=level))
        if english:
            found.append(_("English {level}").format(level=EnglishLevel(english).label))
        return pgettext("between names", ", ").join(found)

    @property
    def ages(self) -> str:
        """The ages that the host asks for, in words of the reader; empty where it does not."""
        if self.age_from and self.age_until:
            words = _("{first} to {last} years")
            return words.format(first=self.age_from, last=self.age_until)
        if self.age_from:
            return _("{first} years or older").format(first=self.age_from)
        return _("up to {last} years").format(last=self.age_until) if self.age_until else ""


class HostRequestMove(MoveRow):
    """The history of a host request."""

    host_request = models.ForeignKey(HostRequest, models.CASCADE, related_name="moves")

    class Meta(MoveRow.Meta):
        verbose_name = _("move of a host request")
        verbose_name_plural = _("moves of host requests")


class WishedCountry(models.Model):
    """A country or a whole region that a host wishes for, in its order of preference."""

    host_request = models.ForeignKey(
        HostRequest, models.CASCADE, related_name="wished_countries", verbose_name=_("host request")
    )
    rank = models.PositiveSmallIntegerField(_("rank"), validators=[MinValueValidator(1)])
    country = CountryField(verbose_name=_("country"), blank=True)
    region = models.CharField(_("region of the world"), max_length=20, choices=Region, blank=True)

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
                fields=["host_request", "country"],
                condition=~Q(country=""),
                name="wished_country_named_once",
            ),
            models.UniqueConstraint(
                fields=["host_request", "region"],
                condition=~Q(region=""),
                name="wished_region_named_once",
            ),
            models.CheckConstraint(
                condition=Q(country="", region__in=Region.values) | (~Q(country="") & Q(region="")),
                name="wished_country_or_region",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """What a form or a sheet calls it: the code of the country, or the name of the region."""
        return self.region or str(getattr(self.country, "code", self.country))

    @property
    def name(self) -> str:
        return str(self.get_region_display() if self.region else countries.name(self.code))

    @classmethod
    def named(cls, host_request: HostRequest, rank: int, code: str) -> "WishedCountry":
        """The wish, not saved yet, that a form or a sheet calls by this code."""
        kind = "region" if code in Region.values else "country"
        return cls(host_request=host_request, rank=rank, **{kind: code})


class CoHost(models.Model):
    """Another government that hosts the trainees of a request together with the one that asks."""

    host_request = models.ForeignKey(
        HostRequest, models.CASCADE, related_name="co_hosts", verbose_name=_("host request")
    )
    government = models.ForeignKey(
        LocalGovernment,
        models.PROTECT,
        related_name="co_hosted",
        verbose_name=_("local government"),
    )
    part_ja = models.CharField(_("its part"), max_length=300, blank=True)

    part_of_answer = "host_request"

    class Meta:
        verbose_name = _("co-host")
        verbose_name_plural = _("co-hosts")
        ordering = ["host_request", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["host_request", "government"], name="co_host_named_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.government)


def with_names(rows: "models.QuerySet[CoHost]") -> "models.QuerySet[CoHost]":
    """With the names of the governments that are shown, in the order in which they were named."""
    return rows.select_related(
        "government__organisation", "government__prefecture__organisation"
    ).order_by("pk")


_HOSTED = ["public_id", "state", "field", "field_other_ja", "field_other_en"]
CO_HOSTED = [
    *("pk", "part_ja"),
    *(f"host_request__{name}" for name in _HOSTED),
    *names_of("host_request__answer__government"),
]


def co_host_from(row: dict[str, str]) -> CoHost:
    """A co-host with the request in which it is named, from columns that were read along with
    another row; never saved.
    """
    request = HostRequest(**{name: row[f"host_request__{name}"] for name in _HOSTED})
    request.public_id = uuid.UUID(row["host_request__public_id"])
    government = government_from(row, "host_request__answer__government")
    request.answer = SurveyAnswer(government=government)
    return CoHost(host_request=request, part_ja=row["part_ja"])
