"""Taking in the register of local governments, and showing what a monthly update changes."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import Organisation
from japan.governments import OTHER_SPELLINGS, Change, Government, differences
from japan.text import search_key

from .models import LocalGovernment


def registered() -> list[Government]:
    """The register as it stands in the database, former governments left out."""
    rows = LocalGovernment.objects.filter(valid_until=None)
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
    _create([each for each in fresh if each.kind == LocalGovernment.Kind.PREFECTURE])
    _create([each for each in fresh if each.kind != LocalGovernment.Kind.PREFECTURE])
    return changes


def _create(governments: list[Government]) -> None:
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
    Organisation.objects.bulk_create(organisations)
    LocalGovernment.objects.bulk_create(
        [
            LocalGovernment(
                organisation=organisation,
                prefecture=prefectures.get(government.prefecture_code),
                **_columns(government),
            )
            for organisation, government in zip(organisations, governments, strict=True)
        ]
    )


def _update(row: LocalGovernment, government: Government) -> None:
    for name, value in _columns(government).items():
        setattr(row, name, value)
    row.valid_until = None
    row.save()
    upper = row.prefecture.name if row.prefecture else ""
    row.organisation.name_ja = f"{upper}{government.name}"
    row.organisation.name_en = english_name(government)
    row.organisation.save(update_fields=["name_ja", "name_en"])


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
