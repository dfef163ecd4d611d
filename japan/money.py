"""Whole yen."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

RULES = {"floor": ROUND_FLOOR, "half_up": ROUND_HALF_UP, "ceil": ROUND_CEILING}


def yen(amount: Decimal, rule: Literal["floor", "half_up", "ceil"]) -> int:
    """The amount in whole yen; half_up rounds half a yen away from zero.

    TypeError for a float, which cannot hold an amount exactly; ValueError if it is not finite.
    """
    if not isinstance(amount, Decimal | int):
        raise TypeError("An amount is a Decimal or an int.")
    if not Decimal(amount).is_finite():
        raise ValueError("An amount is a finite number.")
    return int(Decimal(amount).to_integral_value(rounding=RULES[rule]))


def format_yen(amount: int, language: str) -> str:
    """The amount with separators: 12,000円 in Japanese, ¥12,000 in other languages."""
    sign = "-" if amount < 0 else ""
    digits = f"{abs(amount):,}"
    return f"{sign}{digits}円" if language.startswith("ja") else f"{sign}¥{digits}"
