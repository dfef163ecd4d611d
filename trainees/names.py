"""What may stand in a name, and how each paper prints it; names come from all over the world."""

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jaconv
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from japan.readings import suggest_katakana
from japan.text import is_katakana, normalise

from .machine_line import suggest_line
from .models.limits import NAME_LENGTH

if TYPE_CHECKING:
    from .models import Trainee

_JOINERS = "\u200c\u200d"  # parts of Persian and Indic spelling, though they are format characters
_SMALL_TO_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
# With the hyphen of Hebrew and the marks between syllables and words of Tibetan and Ethiopic.
_MARKS_OF_NAMES = " '’ʼ‘-‐.,/()·・=＝゠\u05be\u0f0b\u0f0c\u1361"


def tidy_name(text: str) -> str:
    """The name with single spaces and composed letters, so that two ways of typing are one name."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def check_name(text: str) -> None:
    """Refuse what no passport prints in a name: digits, markup, invisible characters."""
    wrong = sorted({sign for sign in text if not _may_stand_in_name(sign)})
    if wrong:
        shown = " ".join(sign for sign in wrong if sign.isprintable())
        if not shown:
            raise ValidationError(
                _("This name contains characters that cannot be seen. Type it again by hand.")
            )
        raise ValidationError(
            _("A name is written without these characters: %(characters)s"),
            params={"characters": shown},
        )


def _may_stand_in_name(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM" or sign in _MARKS_OF_NAMES + _JOINERS


def tidy_katakana(text: str) -> str:
    """The reading in full-width katakana; the double hyphen of foreign names stays."""
    return normalise(text).replace("=", "＝").replace("゠", "＝")


def check_katakana(text: str) -> None:
    """Refuse what is no reading in katakana."""
    if not is_katakana(tidy_katakana(text).replace("＝", "・")):
        raise ValidationError(
            _("Write the reading in katakana, for example スルヤニ or グエン・ティ・ホア.")
        )


def is_latin(text: str) -> bool:
    """Whether all letters are Latin, as in the line of a passport that letters and visas use."""
    letters = [sign for sign in text if unicodedata.category(sign).startswith("L")]
    return all(
        unicodedata.name(sign, "").startswith(("LATIN", "MODIFIER LETTER")) for sign in letters
    )


@dataclass(frozen=True)
class NameForms:
    """How each paper prints the name of one person; each is a whole line, never put together from
    parts of a name.
    """

    passport: str  # as the passport prints it
    mrz: str  # the machine-readable line; nothing where no table knows the script
    letter: str  # letters and certificates in English
    letter_ja: str  # letters in Japanese: with the reading in brackets
    katakana: str
    kanji: str  # beside the reading in letters in Japanese, where the person has one
    bank: str  # transfer slips: half-width capital kana, no small kana, no long-vowel mark
    name_plate: str  # what people call the person
    native: str  # in the script of the person


def name_forms(person: "Trainee") -> NameForms:
    """The one place from which letters, certificates, bank slips, name plates and PDFs take names.

    What the person did not write is suggested from the line of the passport.
    """
    passport = person.passport_name
    katakana = person.katakana or suggest_katakana(passport, str(person.nationality or ""))
    letter = person.letter_name or passport
    read = person.kanji or letter
    return NameForms(
        passport=passport,
        mrz=person.mrz_name or suggest_line(passport),
        letter=letter,
        letter_ja=f"{read}（{katakana}）" if katakana and katakana != read else read,
        katakana=katakana[:NAME_LENGTH],
        kanji=person.kanji,
        bank=for_bank(katakana),
        name_plate=person.daily_name or passport,
        native=person.native_name or person.kanji,
    )


def for_bank(katakana: str) -> str:
    """A reading as banks take it: in half width, small kana large, a hyphen for the long-vowel
    mark, spaces between the words.
    """
    large = katakana.translate(_SMALL_TO_LARGE).replace("ー", "-")
    spaced = re.sub(r"[\s・＝゠=]+", " ", large).strip()
    return jaconv.z2h(spaced, kana=True, ascii=True, digit=True)
