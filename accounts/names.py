"""How a person's name is written: on one line, so that it can stand in the head of a mail; and how
their number is, so that it can be dialled.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from japan.telephones import read_number

from .plain_text import MARKUP, UNSEEN


def clean_name(name: str) -> str:
    """The name on one line, with one space between its parts. Raises ValidationError for tags and
    for a character that cannot be seen.
    """
    name = " ".join(name.split())
    if MARKUP.search(name):
        raise ValidationError(_("Write the name without tags such as <b>."), code="markup")
    if UNSEEN.search(name):
        raise ValidationError(
            _("This name contains characters that cannot be seen. Type it again by hand."),
            code="unseen_character",
        )
    return name


def clean_number(number: str) -> str:
    """A telephone number in one width, or nothing. Raises ValidationError for any other text."""
    if not number.strip():
        return ""
    try:
        return read_number(number)
    except ValueError as error:
        raise ValidationError(
            _("Enter one telephone number with its area code, for example 0898-56-5151."),
            code="telephone",
        ) from error


def check_number(number: str) -> None:
    """Refuse what cannot be dialled, in the reader's words."""
    clean_number(number)
