"""What the hosts of the demonstration offer, and whom they are tied to."""

import random

from hosts.levels import OF_ENGLISH, OF_JAPANESE
from hosts.models import CoHost, HostRequest, LocalGovernment, Tie, Treatment

# code: kind, partner (ja, en), country, region, since the year
TIES = {
    "382060": ("memorandum", "フエ市", "Hue City", "VN", "", 2019),
    "382027": ("sister_city", "パナマ市", "Panama City", "PA", "", 1977),
    "382035": ("sister_city", "ホノルル市", "Honolulu", "US", "Hawaii", 2004),
    "221309": ("sister_city", "バンドン市", "Bandung City", "ID", "West Java", 2014),
    "011002": ("sister_city", "チェンマイ市", "Chiang Mai City", "TH", "", 2013),
    "260002": ("sister_city", "陝西省", "Shaanxi Province", "CN", "", 1983),
    "401307": ("other", "ウランバートル市", "Ulaanbaatar City", "MN", "", 2016),
}
OWN_SELECTION = {"382060"}
CO_HOSTS = {
    "382060": ("382027", "防災訓練と港湾の見学"),
    "382035": ("382043", "柑橘選果場での実習"),
}
REGIONS = {"200000": "southeast_asia", "131041": "latin_america"}
LODGING = [
    ("staff_housing", "市役所の近く", "near the city hall", 18_000),
    ("rented", "駅から徒歩10分", "ten minutes from the station", 45_000),
    ("dormitory", "研修センター内", "in the training centre", 12_000),
]


def levels_of(language: str, level: int) -> dict[str, int]:
    """Levels of the usual tests that give this level of the portal again."""
    japanese = next(key for key, value in OF_JAPANESE.items() if key and value == level)
    english = next(key for key, value in OF_ENGLISH.items() if key and value == level)
    named = {"japanese_needed": japanese, "english_needed": english}
    if language == "either":
        return named
    return {f"{language}_needed": named[f"{language}_needed"]}


def treatment_of(request: HostRequest, rng: random.Random) -> Treatment:
    kind, area_ja, area_en, rent = rng.choice(LODGING)
    lowest = rng.choice([4_000, 4_700, 5_000])
    return Treatment(
        host_request=request,
        lodging_kind=kind,
        lodging_area_ja=area_ja,
        lodging_area_en=area_en,
        rent_yen=rent,
        rent_payer="host",
        rent_payment="direct",
        utilities_yen=8_000,
        utilities_payer="host",
        allowance_per="day",
        allowance_from_yen=lowest,
        allowance_until_yen=lowest + 1_500,
        preparation_yen=20_000,
        books_yen=10_000,
        travel="actual",
        insurance_ja="国民健康保険・研修者総合保険",
        insurance_en="National health insurance and a trainee's insurance",
        insurance_payer="host",
        met_by_ja="担当課の職員",
        met_by_en="An official of the section in charge",
        met_at_ja="最寄り駅",
        met_at_en="The nearest station",
    )


def tie_of(government: LocalGovernment) -> Tie | None:
    """The tie of this government, entered once."""
    row = TIES.get(government.code)
    if row is None:
        return None
    kind, partner_ja, partner_en, country, region, since = row
    tie, _created = Tie.objects.get_or_create(
        government=government,
        kind=kind,
        country=country,
        partner_en=partner_en,
        defaults={"partner_ja": partner_ja, "state_or_region": region, "since_year": since},
    )
    return tie


def host_together(request: HostRequest, governments: dict[str, LocalGovernment]) -> None:
    if named := CO_HOSTS.get(request.government.code):
        code, part = named
        CoHost.objects.create(host_request=request, government=governments[code], part_ja=part)
