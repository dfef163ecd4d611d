"""What is wrong with a spreadsheet, said in Japanese and in English."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils import translation
from django.utils.translation import get_language

SHOWN_CHARACTERS = 60


class Bilingual(NamedTuple):
    """One sentence in both languages; as a text it speaks the reader's."""

    ja: str
    en: str

    def __str__(self) -> str:
        return self.ja if (get_language() or "ja").startswith("ja") else self.en


def both(text: object) -> Bilingual:
    """A sentence that is not yet translated, in both languages."""
    if isinstance(text, Bilingual):
        return text
    found = []
    for language in ("ja", "en"):
        with translation.override(language):
            found.append(str(text))
    return Bilingual(*found)


class SheetError(Exception):
    """This file is not taken in, or not written. The message is written for the user.

    The only error of this package: anything else that a file causes is a bug.
    """

    def __init__(self, code: str, message: object):
        super().__init__(code)
        self.code = code
        self.message = both(message)

    def __str__(self) -> str:
        return str(self.message)


class CellError(ValueError):
    """This value cannot stand in its column; the message says what can."""

    def __init__(self, reason: object):
        super().__init__(reason)
        self.reason = both(reason)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, with its place: sheet, row, column, heading, value and reason."""

    sheet: str
    row: int
    column: str
    heading: str
    value: str
    reason: Bilingual

    @property
    def cell(self) -> str:
        """B12, as the spreadsheet names it; without a column only the row."""
        return f"{self.column}{self.row}"

    def in_words(self) -> str:
        """One line for the command, in the reader's language."""
        place = f"{self.sheet}!{self.cell}" if self.sheet else self.cell
        shown = f" “{self.value}”" if self.value else ""
        heading = f" {self.heading}" if self.heading else ""
        return f"{place}{heading}{shown}: {self.reason}"


class SheetFaults(SheetError):
    """The file was read, and these of its cells are wrong; nothing was taken in."""

    def __init__(self, faults: list[Fault], message: object):
        super().__init__("faults", message)
        self.faults = faults


def shown(value: object) -> str:
    """The value of a cell as a fault shows it: on one line, and not longer than a line."""
    text = " ".join(str("" if value is None else value).split())
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def column_letter(number: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
