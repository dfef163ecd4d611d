"""Fields that read what Japanese offices type."""

from datetime import date
from typing import Any

from django import forms

from japan.dates import parse_date

from .models import TELEPHONE_MAX
from .names import clean_number


class DayField(forms.DateField):
    """A day typed as people write it: 2027-05-17, 2027/5/17, 2027年5月17日, 令和9年5月17日."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"class": "middle", "autocomplete": "off"})

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str) and value.strip():
            try:
                return parse_date(value[:100])
            except ValueError as error:
                raise forms.ValidationError(error.args[0], code="invalid") from error
        return super().to_python(value)


class TelephoneField(forms.CharField):
    """An office telephone in any width; an extension may follow."""

    widget = forms.TextInput(attrs={"class": "middle", "inputmode": "tel", "autocomplete": "off"})

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": TELEPHONE_MAX, **kwargs})

    def clean(self, value: object) -> str:
        return clean_number(super().clean(value))
