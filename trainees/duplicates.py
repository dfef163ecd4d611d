"""The same person in two records: by the passport, by the address, by birth and names, across years
and routes. What is found is shown to staff with the reasons; only a person joins two records.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import pgettext_lazy

from japan.text import search_key

from .machine_line import suggest_line
from .models import NotTheSame, Trainee
from .names import is_latin

MOST_OF_A_GROUP = 30  # of one birthday or name, more are no hint
_BETWEEN_NAMES = re.compile(r"[,;/、，／\n]")
_JOINED = str.maketrans("", "", "'’ʼ‘`")


class Why(StrEnum):
    """What two records share."""

    PASSPORT = "passport"
    EMAIL = "email"
    BIRTH_AND_NAME = "birth_and_name"
    NAME = "name"


WHY = {
    Why.PASSPORT: pgettext_lazy("duplicates", "the same passport number"),
    Why.EMAIL: pgettext_lazy("duplicates", "the same e-mail address"),
    Why.BIRTH_AND_NAME: pgettext_lazy("duplicates", "the same date of birth and the same name"),
    Why.NAME: pgettext_lazy(
        "duplicates", "the same name and nationality; one date of birth is not known"
    ),
}


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person, the older one first, and why."""

    first: Trainee
    second: Trainee
    why: tuple[Why, ...]

    @property
    def reasons(self) -> list[object]:
        return [WHY[each] for each in self.why]


NAMES_COMPARED = (
    *("passport_name", "mrz_name", "letter_name", "katakana", "kanji", "native_name"),
    *("former_names", "daily_name"),
)
SHORT_FORMS = {"daily_name"}  # what people are called is often one part of the name: no proof


def name_keys(person: Trainee) -> set[str]:
    """What two spellings of a person's names share: width, case, accents, the order of the words,
    the fillers of the machine-readable line. Names of one letter are not compared.
    """
    keys = set()
    for column in NAMES_COMPARED:
        if column in SHORT_FORMS:
            continue
        for name in _BETWEEN_NAMES.split(getattr(person, column)):
            keys.add(name_key(name))
    if is_latin(person.passport_name):  # as its machine-readable line spells it
        keys.add(name_key(suggest_line(person.passport_name)))
    return {key for key in keys if len(key) > 1}


def name_key(name: str) -> str:
    """The words of one name in one form, sorted; apostrophes join what they stand between."""
    plain = unicodedata.normalize("NFKD", name.translate(_JOINED))
    plain = "".join(sign for sign in plain if not "\u0300" <= sign <= "\u036f")  # accents
    plain = unicodedata.normalize("NFC", plain)
    words = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in plain)
    return " ".join(sorted(filter(None, (search_key(word) for word in words.split()))))


def reasons_for(first: Trainee, second: Trainee) -> tuple[Why, ...]:
    """Why two records may be one person; nothing where nothing says so."""
    found = []
    if first.passport_index and first.passport_index == second.passport_index:
        found.append(Why.PASSPORT)
    if _address(first) & _address(second):
        found.append(Why.EMAIL)
    if _share_name(first, second):
        if first.born_on and first.born_on == second.born_on:
            found.append(Why.BIRTH_AND_NAME)
        is_unknown = first.born_on is None or second.born_on is None
        if is_unknown and str(first.nationality) == str(second.nationality):
            found.append(Why.NAME)
    return tuple(found)


def _address(person: Trainee) -> set[str]:
    found = {person.email.strip().lower()}
    if person.user is not None:
        found.add(person.user.email.strip().lower())
    return found - {""}


def _share_name(first: Trainee, second: Trainee) -> bool:
    return bool(name_keys(first) & name_keys(second))


def people() -> QuerySet[Trainee]:
    """Every record that was not joined with another."""
    return Trainee.objects.filter(merged_into=None).select_related("user")


def duplicates_of(person: Trainee) -> list[Pair]:
    """The records that may be the same person as this one, in one query."""
    same = Q(email__iexact=person.email) | Q(user__email__iexact=person.email)
    if person.user is not None:
        same |= Q(email__iexact=person.user.email)
    if person.passport_index:
        same |= Q(passport_index=person.passport_index)
    if person.born_on:
        same |= Q(born_on=person.born_on)
        same |= Q(born_on=None, nationality=person.nationality)
    else:
        same |= Q(nationality=person.nationality)
    apart = NotTheSame.objects.filter(
        Q(first=person, second=OuterRef("pk")) | Q(first=OuterRef("pk"), second=person)
    )
    others = people().filter(same).exclude(pk=person.pk).exclude(Exists(apart))
    return _pairs((person, other) for other in others.order_by("pk"))


def all_duplicates() -> list[Pair]:
    """Every pair that may be one person, in two queries whatever the number of records."""
    rows = list(people())
    groups: dict[tuple[str, object], list[Trainee]] = defaultdict(list)
    for row in rows:
        if row.passport_index:
            groups["passport", row.passport_index].append(row)
        for address in _address(row):
            groups["email", address].append(row)
        for key in name_keys(row):
            groups["name", key].append(row)
    pairs = {}
    for found in groups.values():
        if 1 < len(found) <= MOST_OF_A_GROUP:
            for first, second in combinations(sorted(found, key=lambda row: row.pk), 2):
                pairs[first.pk, second.pk] = (first, second)
    return _pairs(pairs.values(), apart_from())


def _pairs(
    candidates: Iterable[tuple[Trainee, Trainee]], apart: Collection[tuple[int, int]] = ()
) -> list[Pair]:
    found = []
    for one, other in candidates:
        first, second = sorted((one, other), key=lambda row: row.pk)
        if (first.pk, second.pk) in apart or first.pk == second.pk:
            continue
        if why := reasons_for(first, second):
            found.append(Pair(first, second, why))
    order = list(Why)
    return sorted(
        found, key=lambda pair: (order.index(pair.why[0]), pair.second.pk * -1, pair.first.pk)
    )


def apart_from() -> set[tuple[int, int]]:
    """The pairs that somebody found to be two people."""
    return set(NotTheSame.objects.values_list("first", "second"))


def kept_record(person: Trainee) -> Trainee:
    """The record that counts for this person: the one with which it was joined, however often."""
    seen = {person.pk}
    while person.merged_into_id is not None and person.merged_into_id not in seen:
        person = Trainee.objects.select_related("user").get(pk=person.merged_into_id)
        seen.add(person.pk)
    return person


def record_of_address(email: str) -> Trainee | None:
    """The record that an address names, the kept one where it was joined; for who nominates."""
    found = Trainee.objects.filter(email__iexact=email.strip()).select_related("user")
    first = found.order_by("pk").first()
    return kept_record(first) if first else None
