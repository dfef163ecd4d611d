"""The number by which a change of what a sheet says is noticed: short enough to be read aloud."""

import hashlib
import json

CHECK_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I and L, no O, no U: it is read aloud
CHECK_LENGTH = 12


def check_number_of(said: object) -> str:
    """Twelve characters that follow from all that is said (as JSON can say it), and from nothing
    else.
    """
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).digest()
    number = int.from_bytes(digest[:8], "big")
    return "".join(
        CHECK_ALPHABET[number >> (5 * place) & 31] for place in reversed(range(CHECK_LENGTH))
    )


def in_groups(number: str) -> str:
    """7K4M-2QXD-9PRT"""
    return "-".join(number[start : start + 4] for start in range(0, len(number), 4))
