"""Taking in the register of local governments, and showing what a monthly update changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from files.sheets.bulk import create_rows, update_rows
from japan.governments import OTHER_SPELLINGS, Change, Government, differences
from japan.text import search_key

from .models import LocalGovernment


@dataclass(frozen=True)
class Validity:
    """From when to when a government exists, and the code of what it became."""

    valid_from: date | None = None
    valid_until: date | None = None
    successor_code: str | None = None


ALWAYS = Validity()
NAMED = ("code", "kind", "name", "kana", "romaji", "search")


def registered() -> list[Government]:
    """The register as it stands in the database today, former governments left out."""
    rows = LocalGovernment.objects.existing(timezone.localdate())
    return [
        Government(
            code=row.code,
            prefecture_code=row.code[:2],
            name=row.name,
            kana=row.kana,
            romaji=row.romaji,
            kind=row.kind,
        )
        for row in rows.order_by("code")
    ]


@transaction.atomic
def take_in(governments: Iterable[Government]) -> list[Change]:
    """Bring the register up to this list, all of it or nothing; the changes made.

    A government that the list no longer has is kept, since answers and letters name it; the
    changes show it, and staff enter the day until which it existed.
    """
    new = list(governments)
    changes = differences(registered(), new)
    touched = {change.code for change in changes if change.what != "removed"}
    rows = {row.code: row for row in LocalGovernment.objects.select_related("organisation")}
    by_code = {government.code: government for government in new}
    fresh = [by_code[code] for code in sorted(touched) if code not in rows]
    for code in sorted(touched & rows.keys()):
        _update(rows[code], by_code[code])
    create_governments(fresh, {})
    return changes


def create_governments(
    governments: list[Government], validity: Mapping[str, Validity]
) -> list[LocalGovernment]:
    """Add these to the register, the prefectures first, since the others belong to them.

    A successor is named by `name_successors`, once every row is there.
    """
    upper = [each for each in governments if each.kind == LocalGovernment.Kind.PREFECTURE]
    lower = [each for each in governments if each.kind != LocalGovernment.Kind.PREFECTURE]
    return [row for some in (upper, lower) if some for row in _create(some, validity)]


def update_governments(
    rows: list[LocalGovernment], government_of: Mapping[int, Government]
) -> None:
    """Bring these locked rows, read with organisation and prefecture, to what is said of them."""
    renamed = [row for row in rows if _columns(government_of[row.pk]) != _columns_now(row)]
    for row in renamed:
        _set(row, government_of[row.pk])
    organisations = [row.organisation for row in renamed]
    update_rows(Organisation, organisations, ["name_ja", "name_en"])
    columns = ["kind", "name", "kana", "romaji", "search", "valid_from", "valid_until"]
    update_rows(LocalGovernment, rows, [*columns, "successor"])


def name_successors(rows: list[LocalGovernment], validity: Mapping[str, Validity]) -> None:
    """Let each of these rows that the register has just been given point to its successor."""
    pointing = [row for row in rows if validity[row.code].successor_code]
    codes = {validity[row.code].successor_code for row in pointing}
    known = {row.code: row for row in LocalGovernment.objects.filter(code__in=codes)}
    for row in pointing:
        row.successor = known[str(validity[row.code].successor_code)]
    update_rows(LocalGovernment, pointing, ["successor"])


def _create(
    governments: list[Government], validity: Mapping[str, Validity]
) -> list[LocalGovernment]:
    organisations = [
        Organisation(
            kind=Organisation.Kind.LOCAL_GOVERNMENT, name_ja="", name_en=english_name(government)
        )
        for government in governments
    ]
    prefectures = {
        row.code[:2]: row
        for row in LocalGovernment.objects.filter(kind=LocalGovernment.Kind.PREFECTURE)
    }
    for organisation, government in zip(organisations, governments, strict=True):
        upper = prefectures.get(government.prefecture_code)
        organisation.name_ja = f"{upper.name if upper else ''}{government.name}"
    create_rows(Organisation, organisations)
    rows = [
        LocalGovernment(
            organisation=organisation,
            prefecture=prefectures.get(government.prefecture_code),
            valid_from=validity.get(government.code, ALWAYS).valid_from,
            valid_until=validity.get(government.code, ALWAYS).valid_until,
            **_columns(government),
        )
        for organisation, government in zip(organisations, governments, strict=True)
    ]
    create_rows(LocalGovernment, rows)
    return rows


def _update(row: LocalGovernment, government: Government) -> None:
    _set(row, government)
    today = timezone.localdate()
    if row.valid_until and row.valid_until < today:  # the list says that it exists after all
        row.valid_until = row.successor = None
    if row.valid_from and row.valid_from > today:
        row.valid_from = today
    row.save()
    row.organisation.save(update_fields=["name_ja", "name_en"])


def _set(row: LocalGovernment, government: Government) -> None:
    for name, value in _columns(government).items():
        setattr(row, name, value)
    upper = row.prefecture.name if row.prefecture else ""
    row.organisation.name_ja = f"{upper}{government.name}"
    row.organisation.name_en = english_name(government)


def _columns_now(row: LocalGovernment) -> dict[str, str]:
    return {name: getattr(row, name) for name in NAMED}


def _columns(government: Government) -> dict[str, str]:
    names = (government.name, *OTHER_SPELLINGS.get(government.name, ()))
    keys = [search_key(each) for each in (*names, government.kana, government.romaji)]
    return {
        "code": government.code,
        "kind": government.kind,
        "name": government.name,
        "kana": government.kana,
        "romaji": government.romaji,
        "search": " ".join([government.code, *keys]),
    }


def english_name(government: Government) -> str:
    """As an English text names it: Ehime Prefecture, Saijo City, Minato City (a ward), Ino Town."""
    stem = government.romaji.rsplit("-", 1)[0]
    kinds = LocalGovernment.Kind
    words: dict[str, str] = {
        kinds.PREFECTURE: "Prefecture",
        kinds.DESIGNATED_CITY: "City",
        kinds.CITY: "City",
        kinds.SPECIAL_WARD: "City",
        kinds.TOWN: "Town",
        kinds.VILLAGE: "Village",
    }
    if government.kind == kinds.PREFECTURE and government.name in {"北海道", "東京都"}:
        return "Hokkaido" if government.name == "北海道" else "Tokyo Metropolis"
    return f"{stem} {words[government.kind]}"
