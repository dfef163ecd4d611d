"""How a person's name is written: on one line, so that it can stand in the head of a mail."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Control characters, marks that turn the direction of what follows, and halves of characters.
_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean_name(name: str) -> str:
    """The name on one line, with one space between its parts. Raises ValidationError for a
    character that cannot be seen.
    """
    name = " ".join(name.split())
    if _NOT_IN_A_NAME.search(name):
        raise ValidationError(
            _("This name contains characters that cannot be seen. Type it again by hand."),
            code="unseen_character",
        )
    return name
