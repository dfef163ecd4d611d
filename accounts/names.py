"""How a person's name is written: on one line, so that it can stand in the head of a mail."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

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
