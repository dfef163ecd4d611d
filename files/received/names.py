"""A file name as it came, made safe to show, to store and to save again."""

import re
import unicodedata

from ..limits import FILE_NAME_CHARACTERS

# Control and format characters (marks of direction, zero-width ones), halves of characters, and
# what Windows allows in no name.
_UNSAFE = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[/\\]")
_ENDING_CHARACTERS = 10


def safe_name(name: str) -> str:
    """The last part of the path without what misleads or harms; empty where nothing is left."""
    last = _SEPARATORS.split(name)[-1]
    seen = "".join(
        " " if unicodedata.category(each) in {"Zs", "Zl", "Zp"} else each
        for each in unicodedata.normalize("NFC", last)
        if unicodedata.category(each) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    plain = re.sub(r"\s+", " ", _UNSAFE.sub("_", seen)).strip(" .")
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    return _shortened(plain)


def ending_of(name: str) -> str:
    """What follows the last dot, in lower case; empty without one."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _shortened(name: str) -> str:
    if len(name) <= FILE_NAME_CHARACTERS:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > _ENDING_CHARACTERS:
        return name[:FILE_NAME_CHARACTERS]
    return f"{stem[: FILE_NAME_CHARACTERS - len(ending) - 1].rstrip(' .')}.{ending}"
