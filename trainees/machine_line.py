"""The name in the machine-readable line of a passport, as ICAO Doc 9303 part 3, section 6, writes
letters that the line does not know. It is a suggestion: what the passport prints counts.
"""

import re
import unicodedata

FILLER = "<"
LENGTH = 39  # of the name in the line of a passport (Doc 9303 part 4)
_LINE = re.compile(r"[A-Z]+(?:<{1,2}[A-Z]+)*")

_LATIN = {
    **dict.fromkeys("Ææ", "AE"),
    **dict.fromkeys("Åå", "AA"),
    **dict.fromkeys("Ää", "AE"),
    **dict.fromkeys("Öö", "OE"),
    **dict.fromkeys("Üü", "UE"),
    **dict.fromkeys("Øø", "OE"),
    **dict.fromkeys("Œœ", "OE"),
    **dict.fromkeys("ßẞ", "SS"),
    **dict.fromkeys("Þþ", "TH"),
    **dict.fromkeys("ÐðĐđƉɖ", "D"),
    **dict.fromkeys("Łł", "L"),
    **dict.fromkeys("Ħħ", "H"),
    **dict.fromkeys("Ŧŧ", "T"),
    **dict.fromkeys("Ŋŋ", "N"),
    **dict.fromkeys("ĸ", "Q"),
    **dict.fromkeys("İıƗɨ", "I"),
    **dict.fromkeys("Ĳĳ", "IJ"),
    **dict.fromkeys("Əə", "E"),
}
_CYRILLIC_LETTERS = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЭЮЯІЇЄҐЎЂЈЉЊЋЏЅҮӨҺӘҒҚҢҰ"
_AS_WRITTEN = (
    "A B V G D E E ZH Z I I K L M N O P R S T U F KH TS CH SH SHCH IE Y E IU IA I I IE G U D J LJ "
    "NJ C DZ DZ U O H A G K N U"
)
_CYRILLIC = dict(zip(_CYRILLIC_LETTERS, _AS_WRITTEN.split(), strict=True)) | {"Ь": ""}
_ARABIC = {
    "ء": "XE",
    "آ": "XAA",
    "أ": "XAE",
    "ؤ": "U",
    "إ": "I",
    "ئ": "XI",
    "ا": "A",
    "ب": "B",
    "ة": "XTA",
    "ت": "T",
    "ث": "XTH",
    "ج": "J",
    "ح": "XH",
    "خ": "XKH",
    "د": "D",
    "ذ": "XDH",
    "ر": "R",
    "ز": "Z",
    "س": "S",
    "ش": "XSH",
    "ص": "XSS",
    "ض": "XDZ",
    "ط": "XTT",
    "ظ": "XZZ",
    "ع": "E",
    "غ": "G",
    "ف": "F",
    "ق": "Q",
    "ك": "K",
    "ل": "L",
    "م": "M",
    "ن": "N",
    "ه": "H",
    "و": "W",
    "ى": "XAY",
    "ي": "Y",
    "ٱ": "XXA",
    "پ": "P",
    "ٹ": "XXT",
    "چ": "XC",
    "ژ": "XJ",
    "ک": "XKK",
    "گ": "XGG",
    "ی": "Y",
}
_TABLE = _LATIN | _CYRILLIC | _ARABIC


def suggest_line(name: str) -> str:
    """The name as the machine-readable line writes it; nothing where a script has no table.

    Words stand apart by one filler; a comma says that the family name ends there, and becomes two.
    Apostrophes fall away, hyphens become fillers, accents are left out.
    """
    parts = [_letters(part) for part in unicodedata.normalize("NFC", name).split(",")]
    if None in parts:
        return ""
    words = [re.sub(f"{FILLER}+", FILLER, part or "").strip(FILLER) for part in parts]
    line = FILLER * 2 if len(words) == 2 else FILLER
    return line.join(word for word in words if word)[:LENGTH].rstrip(FILLER)


def _letters(text: str) -> str | None:
    found = ""
    for sign in text:
        upper = sign.upper() if len(sign.upper()) == 1 else sign
        if "A" <= upper <= "Z":
            found += upper
        elif sign in _TABLE or upper in _TABLE:
            found += _TABLE.get(sign, _TABLE.get(upper, ""))
        elif unicodedata.category(sign).startswith("L"):
            base = unicodedata.normalize("NFD", sign)[0].upper()
            if base in _TABLE:
                found += _TABLE[base]
            elif "A" <= base <= "Z":
                found += base
            elif unicodedata.category(sign) != "Lm":
                return None
        elif sign in " -‐\u00a0/()·・":
            found += FILLER
    return found


def is_line(text: str) -> bool:
    """Whether the text could stand in a machine-readable line: A to Z, with one or two fillers
    between the parts.
    """
    return len(text) <= LENGTH and bool(_LINE.fullmatch(text))


def tidy_line(text: str) -> str:
    """The line in capitals of one width; spaces become fillers, those at the end fall away."""
    upper = "".join(unicodedata.normalize("NFKC", text).upper().strip().replace(" ", FILLER))
    return upper.strip(FILLER)
