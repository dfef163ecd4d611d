"""What may stand in a name; names come from all over the world."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from japan.text import is_katakana, normalise

_JOINERS = "\u200c\u200d"  # parts of Persian and Indic spelling, though they are format characters
_MARKS_OF_NAMES = " '’ʼ‘-‐.,/()·・=＝゠"


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
