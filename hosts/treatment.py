"""Rules about treatment: what looks wrong, what is still open, and what stood there last time."""

from collections.abc import Mapping

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from japan.money import format_yen

from .models import HostRequest, LocalGovernment, Treatment
from .remarks import Remark
from .states import RequestState

TYPED = (
    *("lodging_kind", "lodging_area_ja", "lodging_area_en"),
    *("rent_yen", "rent_payer", "rent_payment", "utilities_yen", "utilities_payer"),
    *("allowance_per", "allowance_from_yen", "allowance_until_yen"),
    *("preparation_yen", "books_yen", "travel", "travel_yen"),
    *("insurance_ja", "insurance_en", "insurance_payer"),
    *("met_by_ja", "met_by_en", "met_at_ja", "met_at_en", "other_ja", "other_en"),
)
# Amounts outside these are asked about, never refused: usually a digit or a unit has slipped.
# No source states them; they are ours.
USUAL = {
    "rent_yen": (5_000, 200_000),
    "utilities_yen": (1_000, 60_000),
    "preparation_yen": (1_000, 300_000),
    "books_yen": (500, 200_000),
    "travel_yen": (500, 100_000),
}
USUAL_ALLOWANCE = {Treatment.Per.DAY: (1_000, 20_000), Treatment.Per.MONTH: (30_000, 500_000)}


def implausible(values: Mapping[str, object]) -> dict[str, str]:
    """The amounts that look wrong by their size, each with a question to the reader."""
    ranges = dict(USUAL)
    usual = USUAL_ALLOWANCE.get(values.get("allowance_per"))  # type: ignore[call-overload]
    if usual:
        ranges |= dict.fromkeys(["allowance_from_yen", "allowance_until_yen"], usual)
    found = {}
    for name, (least, most) in ranges.items():
        amount = values.get(name)
        if isinstance(amount, int) and amount and not least <= amount <= most:
            language = get_language() or "ja"
            found[name] = _("Is {amount} right? Check the digits and what it is paid for.").format(
                amount=format_yen(amount, language)
            )
    if values.get("allowance_until_yen") is not None and values.get("allowance_from_yen") is None:
        found["allowance_from_yen"] = _("Only the upper end is given. Enter the lower one as well.")
    return found


def undecided(request: HostRequest) -> list[str]:
    """What a trainee will ask and the treatment does not say yet, in words of the reader."""
    given = treatment_of(request)
    checks = [
        (_("lodging"), given.lodging_kind),
        (_("rent"), given.rent_payer),
        (_("living allowance"), given.allowance_from_yen is not None),
        (_("insurance"), given.insurance_ja or given.insurance_payer),
        (_("who meets the trainee"), given.met_by_ja),
    ]
    return [name for name, is_given in checks if not is_given]


def remark_on_treatment(request: HostRequest) -> Remark:
    """Does the treatment answer what a trainee asks first?"""
    about = pgettext("of a trainee", "Treatment")
    missing = undecided(request)
    if not missing:
        return Remark("done", _("stated"), about)
    names = pgettext("between names", ", ").join(missing)
    note = _("Not stated yet: {names}. It can be added later.").format(names=names)
    return Remark("half", _("partly stated"), about, note)


def treatment_of(request: HostRequest) -> Treatment:
    """Its treatment, or a blank one that is not saved yet."""
    try:
        return request.treatment
    except Treatment.DoesNotExist:
        return Treatment(host_request=request)


def last_treatment_of(request: HostRequest) -> Treatment | None:
    """What the same government offered last in another request that still counts."""
    return last_treatments(request.government).exclude(host_request=request).first()


def last_treatments(government: LocalGovernment):
    """The treatments of a government, the newest year first."""
    return (
        Treatment.objects.filter(host_request__answer__government=government)
        .exclude(host_request__state=RequestState.WITHDRAWN)
        .select_related("host_request__answer__survey__cycle__programme")
        .order_by("-host_request__answer__survey__cycle__fiscal_year", "-pk")
    )
