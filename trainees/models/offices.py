"""Who recruits abroad: overseas offices, agencies of a country, overseas local governments, and
what is kept of talking with them.
"""

import uuid
import zoneinfo
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import Country, CountryField

from accounts.models import TELEPHONE_MAX, Language, Organisation, Role, User
from accounts.names import check_number

from .limits import LONG_TEXT, NAME_LENGTH, SHORT_TEXT


def check_time_zone(name: str) -> None:
    """A name of the time zone database, as it gives the local time of a deadline."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("There is no such time zone. Write, for example, Europe/Paris."))


class OverseasOffice(models.Model):
    """One of the operator's offices abroad; its countries are rows, since they change."""

    organisation = models.OneToOneField(
        Organisation,
        models.PROTECT,
        related_name="overseas_office",
        verbose_name=_("organisation"),
    )
    code = models.SlugField(_("code"), max_length=30, unique=True)
    time_zone = models.CharField(
        _("time zone"), max_length=50, default="UTC", validators=[check_time_zone]
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    telephone = models.CharField(
        _("telephone"), max_length=TELEPHONE_MAX, blank=True, validators=[check_number]
    )
    hours_ja = models.CharField(_("office hours in Japanese"), max_length=200, blank=True)
    hours_en = models.CharField(_("office hours in English"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("overseas office")
        verbose_name_plural = _("overseas offices")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


class OfficeCountryQuerySet(models.QuerySet):
    def in_force(self, on: date) -> "OfficeCountryQuerySet":
        """The countries that the offices look after on this day."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
        not_over = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
        return self.filter(begun, not_over)

    def of(self, user: User, on: date) -> "OfficeCountryQuerySet":
        """The countries for which this person acts on this day, as an officer of their office."""
        offices = user.organisation_ids(Role.OVERSEAS_OFFICE)
        return self.in_force(on).filter(office__organisation__in=offices)


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

    def clean(self) -> None:
        """On one day a country belongs to one office: requests go to it alone, and it alone sees
        who comes from there.
        """
        super().clean()
        others = OfficeCountry.objects.filter(country=self.country).exclude(office=self.office_id)
        if self.valid_from:
            others = others.exclude(valid_until__lt=self.valid_from)
        if self.valid_until:
            others = others.exclude(valid_from__gt=self.valid_until)
        if other := others.select_related("office__organisation").first():
            raise ValidationError(
                _("{country} belongs to {office} on some of these days. End that first.").format(
                    country=self, office=other.office
                )
            )


class OfCountriesQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "OfCountriesQuerySet":
        """Staff see all, officers of an overseas office those of the countries it looks after."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        countries = OfficeCountry.objects.of(user, timezone.localdate())
        return self.filter(country__in=countries.values("country"))


class Agency(models.Model):
    """A body of a country through which requests reach its local governments: a ministry, an
    association; it may nominate many people at once.
    """

    class Kind(models.TextChoices):
        MINISTRY = "ministry", pgettext_lazy("agency", "ministry")
        ASSOCIATION = "association", pgettext_lazy("agency", "association of local governments")
        EMBASSY = "embassy", pgettext_lazy("agency", "embassy or consulate")
        OTHER = "other", pgettext_lazy("agency", "other body")

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, related_name="agency", verbose_name=_("organisation")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    country = CountryField(verbose_name=_("country"))
    name_local = models.CharField(_("name in its own language"), max_length=200, blank=True)

    objects = OfCountriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["country", "organisation__name_en"]

    def __str__(self) -> str:
        return self.organisation.name


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
    agency = models.ForeignKey(
        Agency,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="sending_governments",
        verbose_name=_("agency through which it is reached"),
    )

    objects = OfCountriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("overseas local government")
        verbose_name_plural = _("overseas local governments")
        ordering = ["country", "organisation__name_en"]

    def __str__(self) -> str:
        return self.organisation.name


class ContactQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "ContactQuerySet":
        """Whoever sees the agency or the overseas local government sees its contacts."""
        if user.is_authenticated and user.is_staff:
            return self
        agencies = Agency.objects.visible_to(user).values("organisation")
        governments = SendingGovernment.objects.visible_to(user).values("organisation")
        return self.filter(Q(organisation__in=agencies) | Q(organisation__in=governments))


class Contact(models.Model):
    """A person at an agency or an overseas local government to whom one writes or calls."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="contacts", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    post = models.CharField(_("post"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    telephone = models.CharField(
        _("telephone"), max_length=TELEPHONE_MAX, blank=True, validators=[check_number]
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.ENGLISH
    )
    note = models.TextField(_("note"), max_length=SHORT_TEXT, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact abroad")
        verbose_name_plural = _("contacts abroad")
        ordering = ["organisation", "name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="contact_has_a_name"),
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=~Q(email="") & Q(left_on__isnull=True),
                name="contact_address_once_per_organisation",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ContactLog(models.Model):
    """One talk with a body abroad: a call, a letter, a visit. Rows are only added."""

    class Channel(models.TextChoices):
        CALL = "call", pgettext_lazy("contact", "telephone call")
        MAIL = "mail", pgettext_lazy("contact", "e-mail")
        LETTER = "letter", pgettext_lazy("contact", "letter")
        MEETING = "meeting", pgettext_lazy("contact", "meeting")

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="contact_log", verbose_name=_("organisation")
    )
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="log",
        verbose_name=_("contact abroad"),
    )
    channel = models.CharField(_("by what means"), max_length=10, choices=Channel)
    happened_on = models.DateField(_("on"))
    text = models.TextField(_("what was said"), max_length=LONG_TEXT)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("talk with a body abroad")
        verbose_name_plural = _("talks with bodies abroad")
        ordering = ["-happened_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.organisation} {self.happened_on}"
