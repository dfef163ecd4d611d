"""Conditions of treatment: what the trainee is given, by whom. The budget is made of it later."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Versioned
from japan.money import format_yen

from .limits import LONG_TEXT, MAX_YEN
from .requests import HostRequest


def yen(label: Any) -> models.PositiveIntegerField:
    """An amount in whole yen; empty means "not decided yet", 0 means "nothing"."""
    return models.PositiveIntegerField(
        label, null=True, blank=True, validators=[MaxValueValidator(MAX_YEN)]
    )


class TreatmentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "TreatmentQuerySet":
        """Whoever sees the request sees its treatment."""
        if user.is_staff:
            return self
        return self.filter(host_request__in=HostRequest.objects.visible_to(user))


class Treatment(Versioned):
    """What one host offers each trainee of a request (待遇).

    Amounts are whole yen for one trainee. `rent_yen` and `utilities_yen` are for a month, the
    allowance for a day or a month as `allowance_per` says, `travel_yen` for a month;
    `preparation_yen` and `books_yen` are the most that is paid in the whole stay. Empty amounts are
    not decided yet. None of them is the portal's: each host sets its own.
    """

    class Lodging(models.TextChoices):
        STAFF_HOUSING = "staff_housing", _("housing of the government (staff or public housing)")
        RENTED = "rented", _("rented flat")
        DORMITORY = "dormitory", _("dormitory or training centre")
        HOMESTAY = "homestay", _("homestay")
        HOTEL = "hotel", _("hotel or furnished flat by the month")
        OTHER = "other", pgettext_lazy("lodging", "another kind")

    class Payer(models.TextChoices):
        HOST = "host", _("the host")
        TRAINEE = "trainee", _("the trainee")
        SHARED = "shared", _("both, each a part")

    class Payment(models.TextChoices):
        DIRECT = "direct", _("the host pays it directly")
        REFUNDED = "refunded", _("the trainee pays and is refunded")
        IN_ALLOWANCE = "in_allowance", _("it is part of the living allowance")
        DEDUCTED = "deducted", _("it is deducted from the living allowance")

    class Per(models.TextChoices):
        DAY = "day", _("a day")
        MONTH = "month", _("a month")

    class Travel(models.TextChoices):
        ACTUAL = "actual", _("the actual cost is paid")
        FIXED = "fixed", _("a fixed amount a month")
        IN_ALLOWANCE = "in_allowance", _("it is part of the living allowance")
        CAR = "car", _("the host drives the trainee")
        NONE = "none", _("nothing is paid")

    host_request = models.OneToOneField(
        HostRequest, models.CASCADE, related_name="treatment", verbose_name=_("host request")
    )
    lodging_kind = models.CharField(
        _("kind of lodging"), max_length=20, choices=Lodging, blank=True
    )
    lodging_area_ja = models.CharField(
        _("area of the lodging, in Japanese"), max_length=200, blank=True
    )
    lodging_area_en = models.CharField(
        _("area of the lodging, in English"), max_length=200, blank=True
    )
    rent_yen = yen(_("rent a month"))
    rent_payer = models.CharField(_("who pays the rent"), max_length=10, choices=Payer, blank=True)
    rent_payment = models.CharField(
        _("how the rent is paid"), max_length=20, choices=Payment, blank=True
    )
    utilities_yen = yen(_("electricity, gas and water a month"))
    utilities_payer = models.CharField(
        _("who pays electricity, gas and water"), max_length=10, choices=Payer, blank=True
    )
    allowance_per = models.CharField(
        _("living allowance for"), max_length=5, choices=Per, default=Per.DAY
    )
    allowance_from_yen = yen(_("living allowance, from"))
    allowance_until_yen = yen(_("living allowance, until"))
    preparation_yen = yen(_("preparation money, up to"))
    books_yen = yen(_("books and materials, up to"))
    travel = models.CharField(
        _("travel inside the prefecture"), max_length=20, choices=Travel, blank=True
    )
    travel_yen = yen(_("travel a month"))
    insurance_ja = models.CharField(_("insurance, in Japanese"), max_length=200, blank=True)
    insurance_en = models.CharField(_("insurance, in English"), max_length=200, blank=True)
    insurance_payer = models.CharField(
        _("who pays the insurance"), max_length=10, choices=Payer, blank=True
    )
    met_by_ja = models.CharField(
        _("who meets the trainee, in Japanese"), max_length=200, blank=True
    )
    met_by_en = models.CharField(_("who meets the trainee, in English"), max_length=200, blank=True)
    met_at_ja = models.CharField(
        _("where the trainee is met, in Japanese"), max_length=200, blank=True
    )
    met_at_en = models.CharField(
        _("where the trainee is met, in English"), max_length=200, blank=True
    )
    other_ja = models.TextField(_("other treatment, in Japanese"), max_length=LONG_TEXT, blank=True)
    other_en = models.TextField(_("other treatment, in English"), max_length=LONG_TEXT, blank=True)

    objects = TreatmentQuerySet.as_manager()

    part_of_answer = "host_request"

    class Meta:
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        constraints = [
            models.CheckConstraint(
                condition=Q(allowance_from_yen__isnull=True)
                | Q(allowance_until_yen__isnull=True)
                | Q(allowance_from_yen__lte=F("allowance_until_yen")),
                name="treatment_allowance_from_is_the_lower",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__lte": MAX_YEN}),
                    name=f"treatment_{name}_in_reach",
                )
                for name in (
                    "rent_yen",
                    "utilities_yen",
                    "allowance_until_yen",
                    "preparation_yen",
                    "books_yen",
                    "travel_yen",
                )
            ),
        ]

    def __str__(self) -> str:
        return str(self.host_request)

    @property
    def allowance_words(self) -> str:
        """The living allowance in words of the reader: 5,000円から6,000円まで（1日）."""
        language = get_language() or "ja"
        least, most = (
            format_yen(amount, language) if amount is not None else ""
            for amount in (self.allowance_from_yen, self.allowance_until_yen)
        )
        if not least and not most:
            return ""
        if least and most and least != most:
            amount = _("{least} to {most}").format(least=least, most=most)
        else:
            amount = least or _("up to {amount}").format(amount=most)
        return f"{amount} {self.get_allowance_per_display()}"
