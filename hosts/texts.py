"""The texts of a training programme, Japanese and English side by side; what has no English yet."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import Contribution, TrainingProgramme, TrainingUnit, UnitInstructor
from .outline import Outline

# (label, column in Japanese, column in English) of each model
PAIRS: dict[type[models.Model], list[tuple[object, str, str]]] = {
    TrainingProgramme: [
        (_("Theme"), "theme_ja", "theme_en"),
        (_("Aim"), "aim_ja", "aim_en"),
        (_("Support with the Japanese language"), "support_ja", "support_en"),
    ],
    TrainingUnit: [
        (_("Name of the unit"), "name_ja", "name_en"),
        (_("What is learned"), "contents_ja", "contents_en"),
        (_("Training site"), "site_name", "site_name_en"),
    ],
    UnitInstructor: [(_("Post"), "post_ja", "post_en")],
    Contribution: [
        (_("What the trainee does"), "what_ja", "what_en"),
        (_("Aim"), "aim_ja", "aim_en"),
        (_("Place"), "place_ja", "place_en"),
    ],
}


@dataclass(frozen=True)
class TextPair:
    """One text in both languages."""

    key: str  # under which it stands in a form
    label: str
    row: models.Model
    ja_column: str
    en_column: str

    @property
    def japanese(self) -> str:
        return getattr(self.row, self.ja_column)

    @property
    def english(self) -> str:
        return getattr(self.row, self.en_column)

    @property
    def is_untranslated(self) -> bool:
        return bool(self.japanese.strip()) and not self.english.strip()


@dataclass
class TextGroup:
    """The texts of one part of the programme."""

    heading: str
    pairs: list[TextPair] = field(default_factory=list)


def groups_of(outline: Outline) -> list[TextGroup]:
    """Every text of a programme, part by part in its order."""
    found = [TextGroup(gettext("Training programme"), list(_pairs(outline.programme, "programme")))]
    for number, unit in enumerate(outline.units, start=1):
        pairs = list(_pairs(unit, f"unit-{unit.public_id.hex}"))
        for person in unit.people:
            prefix = f"instructor-{unit.public_id.hex}-{person.position}"
            pairs += _pairs(person, prefix, person.name)
        heading = gettext("Unit {number}").format(number=number)
        found.append(TextGroup(f"{heading} {unit.name}", pairs))
    for each in outline.contributions:
        pairs = list(_pairs(each, f"contribution-{each.public_id.hex}"))
        found.append(TextGroup(each.get_kind_display(), pairs))
    return found


def _pairs(row: models.Model, prefix: str, name: str = "") -> Iterator[TextPair]:
    for label, japanese, english in PAIRS[type(row)]:
        words = f"{label} ({name})" if name else str(label)
        yield TextPair(f"{prefix}-{japanese}", capfirst(words), row, japanese, english)


def texts_of(outline: Outline) -> list[TextPair]:
    """Every text that says something in either language."""
    return [
        pair
        for group in groups_of(outline)
        for pair in group.pairs
        if pair.japanese.strip() or pair.english.strip()
    ]


def untranslated(outline: Outline) -> int:
    return sum(pair.is_untranslated for pair in texts_of(outline))
