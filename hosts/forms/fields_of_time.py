"""Times of day and days of the week as Japanese offices type them."""

import re
import unicodedata
from datetime import time

from django import forms
from django.utils.translation import gettext_lazy as _

from ..weekdays import WEEKDAYS

_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})\s*[:時.]\s*(?P<minute>[0-9]{1,2})?\s*分?")
_DIGITS = re.compile(r"(?P<hour>[0-9]{1,2})(?P<minute>[0-9]{2})")


class ClockField(forms.TimeField):
    """A time typed as people write it: 8:30, ８：３０, 8時30分, 0830, 午後5時15分."""

    widget = forms.TimeInput(
        format="%H:%M", attrs={"class": "short", "inputmode": "numeric", "autocomplete": "off"}
    )
    default_error_messages = {"invalid": _("Enter a time of day, for example 8:30 or 17:15.")}

    def to_python(self, value: object) -> time | None:
        if not isinstance(value, str):
            return super().to_python(value)
        typed = unicodedata.normalize("NFKC", value[:40]).strip()
        if not typed:
            return None
        afternoon = typed.startswith("午後")
        typed = typed.removeprefix("午前").removeprefix("午後").strip()
        found = _CLOCK.fullmatch(typed) or _DIGITS.fullmatch(typed)
        hour, minute = (int(found["hour"]), int(found["minute"] or 0)) if found else (24, 0)
        hour += 12 if afternoon and hour < 12 else 0
        if hour > 23 or minute > 59:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return time(hour, minute)


class _Boxes(forms.CheckboxSelectMultiple):
    def value_omitted_from_data(self, data, files, name) -> bool:
        """A form that shows no such boxes leaves what stands; one whose boxes are all empty
        brings the field beside them.
        """
        return name not in data and f"{name}_shown" not in data


class WeekdaysField(forms.MultipleChoiceField):
    """Days of the week; kept as their digits in order, 0 for Monday."""

    widget = _Boxes

    def __init__(self, **kwargs):
        super().__init__(choices=WEEKDAYS, **kwargs)

    def prepare_value(self, value: object) -> object:
        return list(value) if isinstance(value, str) else value

    def clean(self, value: object) -> str:
        return "".join(sorted(set(super().clean(self.prepare_value(value)))))

    def has_changed(self, initial: object, data: object) -> bool:
        return super().has_changed(self.prepare_value(initial or ""), data)
