"""全国地方公共団体コード: five digits of a local government and the check digit after them."""

import re
import unicodedata

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

WEIGHTS = (6, 5, 4, 3, 2)


class CodeError(ValueError):
    """This is no local government code. The message is written for the user."""


def normalise_code(text: str) -> str:
    """The code with half-width digits, without spaces and hyphens; nothing is checked."""
    return re.sub(r"[\s‐-―−-]", "", unicodedata.normalize("NFKC", text))


def check_digit(code5: str) -> int:
    """The sixth digit: 11 less the weighted sum modulo 11, its last digit (MIC's rule)."""
    if not re.fullmatch(r"[0-9]{5}", code5):
        raise CodeError(_("A local government code without its check digit has five digits."))
    total = sum(int(digit) * weight for digit, weight in zip(code5, WEIGHTS, strict=True))
    return (11 - total % 11) % 10


def with_check_digit(code5: str) -> str:
    """The six-digit code."""
    return f"{code5}{check_digit(code5)}"


def validate_code(code6: str) -> str:
    """The code in half-width digits if it is well formed, else CodeError; unknown codes pass."""
    code = normalise_code(code6)
    if not re.fullmatch(r"[0-9]*", code):
        raise CodeError(_("A local government code has digits only, for example 382060."))
    if len(code) != 6:
        raise CodeError(
            format_lazy(
                _("A local government code has six digits, for example 382060; this has {count}."),
                count=len(code),
            )
        )
    if code != (right := with_check_digit(code[:5])):
        raise CodeError(
            format_lazy(
                _(
                    "The check digit (the last digit) of {code} is wrong. "
                    "If the first five digits are right, the code is {right}."
                ),
                code=code,
                right=right,
            )
        )
    return code
