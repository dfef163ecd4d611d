"""Local governments: who they are, what became of them, and what a name or a code tells."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Role, User
from japan.codes import CodeError, validate_code
from japan.dates import era_date
from japan.text import search_key

if TYPE_CHECKING:
    from .surveys import SurveyAnswer

MOST_SUCCESSIONS = 5  # village, town, city, merged, merged again: more steps are a mistake


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
        merged = _succeeded_by(user.organisation_ids(Role.COORDINATOR))
        return self.filter(own | relayed | merged)

    def existing(self, on: date) -> "LocalGovernmentQuerySet":
        """Those that exist on this day: from their first day to their last, both included."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
        return self.filter(begun, Q(valid_until__isnull=True) | Q(valid_until__gte=on))

    def succeeded_by(self, organisations: Iterable[int]) -> "LocalGovernmentQuerySet":
        """What these governments came from, by merger or promotion, over all steps."""
        return self.filter(_succeeded_by(organisations))

    def named_like(self, text: str) -> "LocalGovernmentQuerySet":
        """By code, kanji, kana or romaji, whatever their width and case; also what a government of
        this name has become.
        """
        key = search_key(text)
        found = Q(search__contains=key)
        for steps in range(1, MOST_SUCCESSIONS + 1):
            path = "__".join(["predecessors"] * steps)
            former = self.model._default_manager.filter(**{f"{path}__search__contains": key})
            found |= Q(pk__in=former.values("pk"))
        return self.filter(found)


def former_name(text: str, *, of: str = "") -> Case:
    """Under which older name this text finds a government, over all steps; empty where it finds the
    name of today. `of` leads to its row. Of several older names one stands for all.
    """
    key = search_key(text)
    is_own = Q(**{f"{of}__search__contains" if of else "search__contains": key})
    became = Q()
    for steps in range(1, MOST_SUCCESSIONS + 1):
        became |= Q(**{"__".join(["successor"] * steps): OuterRef(of or "pk")})
    rows = LocalGovernment.objects.filter(became, search__contains=key)
    name = "name" if get_language() == "ja" else "organisation__name_en"
    older = Subquery(rows.order_by("-valid_until", "code").values(name)[:1])
    return Case(When(is_own, then=Value("")), default=older)


def _succeeded_by(organisations: Iterable[int]) -> Q:
    """One of these organisations is the successor, or the successor's, up to the longest chain."""
    own = list(organisations)
    if not own:
        return Q(pk__in=[])
    found = Q()
    for steps in range(1, MOST_SUCCESSIONS + 1):
        found |= Q(**{"successor__" * steps + "organisation__in": own})
    return found


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
    valid_from = models.DateField(_("exists from"), null=True, blank=True)
    valid_until = models.DateField(_("existed until"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
        help_text=_("What it became by merger or promotion; empty where it was abolished."),
    )

    # What a page has read of its answers, with the days of their cycles; None where it has not.
    known_answers: "Sequence[SurveyAnswer] | None" = None

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
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="government_ends_after_it_began",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(valid_until__isnull=False),
                name="government_with_a_successor_has_ended",
                violation_error_message=_("A government with a successor needs its last day."),
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("id")),
                name="government_not_its_own_successor",
                violation_error_message=_("A government cannot be its own successor."),
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
    def final_successor(self) -> "LocalGovernment | None":
        """What it is after all mergers and promotions; None where it is itself, or nothing."""
        found = self.successor
        while found is not None and found.successor is not None:
            found = found.successor
        return found

    def what_became(self, language: str) -> str:
        """What it is now and since when, in a sentence; empty while it stands for itself."""
        if self.valid_until is None:
            return ""
        with translation.override(language):
            if self.successor is None:
                return _("existed until {day}").format(day=_day_in(self.valid_until, language))
            began = self.valid_until + timedelta(days=1)
            name = self.successor.full_name_in(language)
            text = _("from {day} part of {name}")
            words = text.format(day=_day_in(began, language), name=name)
            final = self.final_successor
            if final is None or final == self.successor:
                return words
            return _("{words}; now {name}").format(words=words, name=final.full_name_in(language))

    @property
    def usual_relay(self) -> "LocalGovernment | None":
        """Whom its papers usually pass through: its prefecture. Prefectures and designated cities
        answer directly (ours).
        """
        return None if self.kind in ANSWERING_DIRECTLY else self.prefecture


def _day_in(day: date, language: str) -> str:
    return f"{era_date(day)}（{day.year}年）" if language == "ja" else date_format(day, "j F Y")


ANSWERING_DIRECTLY = [LocalGovernment.Kind.PREFECTURE, LocalGovernment.Kind.DESIGNATED_CITY]


def names_of(link: str) -> list[str]:
    """The columns from which `government_from` knows a government and its names again."""
    own = ["code", "kind", "name", "organisation__name_en"]
    upper = ["prefecture__name", "prefecture__organisation__name_en"]
    return [f"{link}__{name}" for name in [*own, *upper]]


def government_from(row: dict[str, str], link: str) -> LocalGovernment:
    """A government to show, from columns that were read along with another row; never saved."""
    upper = None
    if row[f"{link}__prefecture__name"]:
        body = Organisation(name_en=row[f"{link}__prefecture__organisation__name_en"])
        upper = LocalGovernment(name=row[f"{link}__prefecture__name"], organisation=body)
    return LocalGovernment(
        code=row[f"{link}__code"],
        kind=row[f"{link}__kind"],
        name=row[f"{link}__name"],
        organisation=Organisation(name_en=row[f"{link}__organisation__name_en"]),
        prefecture=upper,
    )
