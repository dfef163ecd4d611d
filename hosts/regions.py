"""Regions of the world, so that a host may wish for "Southeast Asia" instead of ten countries.

Each ISO country lies in exactly one region. Names and borders of the regions are ours: they follow
what offices in Japan usually call them, not any body's statistics.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Region(models.TextChoices):
    """A part of the world, as a host would name it."""

    EAST_ASIA = "east_asia", _("East Asia")
    SOUTHEAST_ASIA = "southeast_asia", _("Southeast Asia")
    SOUTH_ASIA = "south_asia", _("South Asia")
    CENTRAL_ASIA = "central_asia", _("Central Asia and the Caucasus")
    MIDDLE_EAST = "middle_east", _("Middle East")
    AFRICA = "africa", _("Africa")
    EUROPE = "europe", _("Europe")
    NORTH_AMERICA = "north_america", _("North America")
    LATIN_AMERICA = "latin_america", _("Central and South America and the Caribbean")
    OCEANIA = "oceania", _("Oceania")


_CODES = {
    Region.EAST_ASIA: "CN HK JP KP KR MN MO TW",
    Region.SOUTHEAST_ASIA: "BN ID KH LA MM MY PH SG TH TL VN",
    Region.SOUTH_ASIA: "AF BD BT IN LK MV NP PK",
    Region.CENTRAL_ASIA: "AM AZ GE KG KZ TJ TM UZ",
    Region.MIDDLE_EAST: "AE BH IL IQ IR JO KW LB OM PS QA SA SY TR YE",
    Region.AFRICA: (
        "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA "
        "MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM ZW"
    ),
    Region.EUROPE: (
        "AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI "
        "LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA"
    ),
    Region.NORTH_AMERICA: "BM CA GL PM US",
    Region.LATIN_AMERICA: (
        "AG AI AR AW BB BL BO BQ BR BS BV BZ CL CO CR CU CW DM DO EC FK GD GF GP GS GT GY HN HT JM "
        "KN KY LC MF MQ MS MX NI PA PE PR PY SR SV SX TC TT UY VC VE VG VI"
    ),
    Region.OCEANIA: (
        "AQ AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS"
    ),
}
COUNTRIES: dict[str, tuple[str, ...]] = {
    str(region): tuple(codes.split()) for region, codes in _CODES.items()
}
REGION_OF: dict[str, str] = {code: region for region, codes in COUNTRIES.items() for code in codes}
