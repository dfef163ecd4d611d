"""By which tax a host's costs are financed. Nothing here is an amount: no official one is known."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.models import LocalGovernment


class AllocationTaxRoute(models.TextChoices):
    """財源措置区分 (pamphlet, Q9)."""

    ORDINARY = "ordinary", _("ordinary local allocation tax")
    SPECIAL = "special", _("special local allocation tax")


def allocation_tax_route(kind: str) -> AllocationTaxRoute:
    """Prefectures by the ordinary tax; designated cities and municipalities by the special one.

    `kind` is the kind of government on the day that counts, since towns become cities.
    """
    if kind == LocalGovernment.Kind.PREFECTURE:
        return AllocationTaxRoute.ORDINARY
    return AllocationTaxRoute.SPECIAL


def files_with_governor(kind: str) -> bool:
    """Mayors file for the special tax with their governor (特別交付税に関する省令)."""
    return allocation_tax_route(kind) == AllocationTaxRoute.SPECIAL
