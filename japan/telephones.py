"""Telephone numbers as offices write them: 0898-56-5151, （０８９８）５６－５１５１ 内線 12."""

import re

from .text import normalise

_HYPHENS = re.compile("(?<=[0-9) ])[‐-―−ー─-](?=[0-9( ])")
_NUMBER = re.compile(r"\+?[0-9][0-9 ()-]*|\([0-9][0-9 ()-]*")
_WITH_EXTENSION = re.compile(
    rf"(?:{_NUMBER.pattern}) ?(?:(?:\(?(?:内線|内|代表|代|直通|extension|ext\.?|x|#)\)?)"
    r"[ :.]*[0-9-]*\)?)?",
    re.IGNORECASE,
)
FEWEST_DIGITS, MOST_DIGITS = 6, 20


def read_number(text: str) -> str:
    """The number in one width, its hyphens alike. Raises ValueError for what cannot be dialled."""
    number = _HYPHENS.sub("-", normalise(text))
    digits = sum(character.isdigit() for character in dialled(number))
    if not _WITH_EXTENSION.fullmatch(number) or not FEWEST_DIGITS <= digits <= MOST_DIGITS:
        raise ValueError(f"no number: {text!r}")
    return number


def dialled(number: str) -> str:
    """What a telephone dials: the digits before the extension, with the plus of a country."""
    found = _NUMBER.match(normalise(number))
    if not found:
        return ""
    digits = re.sub("[^0-9]", "", found[0])
    return f"+{digits}" if found[0].startswith("+") else digits
