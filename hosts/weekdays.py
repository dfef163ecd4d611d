"""The days of the week as they are kept: digits, 0 for Monday."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

WEEKDAYS = [
    ("0", _("Monday")),
    ("1", _("Tuesday")),
    ("2", _("Wednesday")),
    ("3", _("Thursday")),
    ("4", _("Friday")),
    ("5", _("Saturday")),
    ("6", _("Sunday")),
]


def weekday_words(digits: str) -> str:
    """These days in the reader's words."""
    names = dict(WEEKDAYS)
    return pgettext("between names", ", ").join(str(names[digit]) for digit in digits)
