"""The register of ties (提携・交流関係) between a local government and overseas ones."""

import uuid
from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.dateformat import format as date_format
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.models import Role, User, Versioned
from files.models import StoredFile
from japan.dates import era_date

from .governments import LocalGovernment
from .limits import LONG_TEXT


class TieQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "TieQuerySet":
        """Staff see all; coordinators their government's and those of what it came from; relay
        officers those of the governments whose answers they relay.
        """
        if user.is_staff:
            return self
        own = user.organisation_ids(Role.COORDINATOR)
        relayed = LocalGovernment.objects.filter(
            answers__relay__organisation__in=user.organisation_ids(Role.RELAY),
            answers__survey__opened_at__isnull=False,
        )
        merged = LocalGovernment.objects.succeeded_by(own)
        return self.filter(
            Q(government__organisation__in=own)
            | Q(government__in=merged)
            | Q(government__in=relayed)
        )

    def in_force(self, on: date) -> "TieQuerySet":
        return self.filter(Q(until__isnull=True) | Q(until__gte=on))


class Tie(Versioned):
    """A tie with an overseas government. It is ended and never deleted once a request names it."""

    class Kind(models.TextChoices):
        SISTER_CITY = "sister_city", _("sister or friendship city")
        MEMORANDUM = "memorandum", _("memorandum")
        OTHER = "other", pgettext_lazy("tie", "another strong tie")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    government = models.ForeignKey(
        LocalGovernment,
        models.PROTECT,
        related_name="ties",
        verbose_name=_("local government"),
    )
    kind = models.CharField(_("kind of tie"), max_length=20, choices=Kind)
    partner_ja = models.CharField(_("overseas government, in Japanese"), max_length=200, blank=True)
    partner_en = models.CharField(_("overseas government, in English"), max_length=200)
    country = CountryField(verbose_name=_("country"))
    state_or_region = models.CharField(_("state, province or region"), max_length=100, blank=True)
    since_year = models.PositiveSmallIntegerField(
        _("since the year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1868), MaxValueValidator(2100)],
    )
    since_on = models.DateField(_("since the day"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    document = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("document"),
        help_text=_("The agreement or the memorandum."),
    )
    note = models.TextField(_("note"), max_length=LONG_TEXT, blank=True)

    objects = TieQuerySet.as_manager()

    class Meta:
        verbose_name = _("tie")
        verbose_name_plural = _("ties")
        ordering = ["government__code", "partner_en", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(since_on__isnull=True) | Q(since_year__isnull=False),
                name="tie_day_has_its_year",
            ),
            models.CheckConstraint(
                condition=Q(since_on__isnull=True)
                | Q(until__isnull=True)
                | Q(until__gte=F("since_on")),
                name="tie_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["government", "kind", "country", "partner_en"],
                condition=Q(until__isnull=True),
                name="tie_in_force_stands_once",
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.partner}（{self.get_kind_display()}）"
            if _is_ja()
            else (f"{self.partner} ({self.get_kind_display()})")
        )

    @property
    def partner(self) -> str:
        return (self.partner_ja or self.partner_en) if _is_ja() else self.partner_en

    @property
    def since(self) -> str:
        """The day or the year in which it began, in words of the reader; empty if unknown."""
        if self.since_on:
            japanese = era_date(self.since_on)
            return japanese if _is_ja() else date_format(self.since_on, "j F Y")
        if self.since_year is None:
            return ""
        return f"{self.since_year}年" if _is_ja() else str(self.since_year)

    def is_in_force(self, on: date) -> bool:
        return self.until is None or self.until >= on


def _is_ja() -> bool:
    return (get_language() or "ja") == "ja"
