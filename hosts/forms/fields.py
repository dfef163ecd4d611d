"""Fields that read what Japanese offices type, and long lists that render fast."""

from functools import lru_cache

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.fields import DayField as DayField


def number_field(label: object, *, unit: object, last: int, **kwargs) -> forms.IntegerField:
    """A whole number from 1 to `last`, typed in any width, with its unit behind the field."""
    between = format_lazy(_("Enter a number between 1 and {last}."), last=last)
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=last,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric", "data-unit": unit}),
        error_messages=dict.fromkeys(["required", "invalid", "min_value", "max_value"], between),
        **kwargs,
    )


@lru_cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    """The countries of the world in the order of this language; Japan sends nobody to itself."""
    return tuple((code, str(name)) for code, name in countries if code != "JP")


def country_choices() -> list[tuple[str, object]]:
    return [("", _("No wish")), *_countries(get_language() or "ja")]


@lru_cache
def _country_options(language: str) -> SafeString:
    return format_html_join("", '<option value="{}">{}</option>', _countries(language))


class CountrySelect(forms.Select):
    """A select whose 250 options are rendered once for each process and language."""

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        chosen = format_html('<option value="{}">', value or "")
        marked = format_html('<option value="{}" selected>', value or "")
        empty = format_html('<option value="">{}</option>', _("No wish"))
        options = (empty + _country_options(get_language() or "ja")).replace(chosen, marked)
        shown = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", shown, mark_safe(options))  # noqa: S308
