"""Fields that read what Japanese offices type, and long lists that render fast."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import format_lazy
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.fields import DayField as DayField
from japan.dates import ERAS, parse_date
from japan.text import normalise

from ..models.limits import MAX_YEN
from ..regions import Region


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


class MonthField(forms.DateField):
    """A month as offices write it (2027-03, 2027年3月, 令和9年3月, R9.3), kept as its first day."""

    widget = forms.DateInput(format="%Y-%m", attrs={"class": "middle", "autocomplete": "off"})
    default_error_messages = {
        "invalid": _("Enter a month with the year first, for example 2027-03 or 令和9年3月.")
    }

    def to_python(self, value: object) -> date | None:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        typed = normalise(value[:100])
        for text in (f"{typed}1日", f"{typed}-1", f"{typed}/1", f"{typed}.1", typed):
            try:
                return parse_date(text).replace(day=1)
            except ValueError:
                continue
        raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


_YEAR = re.compile(r"(?P<western>[0-9]{4})年?|(?P<era>[^0-9元]+)(?P<n>[0-9]{1,2}|元)年?")


def parse_year(text: str) -> int:
    """A year as offices write it: 1985, 1985年, 昭和60年, S60. ValueError where it is none."""
    found = _YEAR.fullmatch(normalise(text[:100]).replace(" ", "").upper())
    if found and found["western"]:
        return int(found["western"])
    for era in ERAS:
        if found and found["era"] in (era.name, era.letter):
            return era.first_year - 1 + (1 if found["n"] == "元" else int(found["n"]))
    raise ValueError("no year")


class YenField(forms.IntegerField):
    """Whole yen, typed as people write them: 5000, 5,000, ５，０００円, ¥5,000."""

    def __init__(self, *, per: object, **kwargs):
        super().__init__(
            required=False,
            min_value=0,
            max_value=MAX_YEN,
            widget=forms.TextInput(
                attrs={"class": "middle", "inputmode": "numeric", "data-unit": per}
            ),
            error_messages=dict.fromkeys(
                ["invalid", "min_value", "max_value"],
                format_lazy(_("Enter whole yen, from 0 to {most}."), most=f"{MAX_YEN:,}"),
            ),
            **kwargs,
        )

    def to_python(self, value: object) -> int | None:
        if isinstance(value, str):
            typed = unicodedata.normalize("NFKC", value[:100]).strip()
            value = re.sub(r"[,\s、]", "", typed.removeprefix("¥").removesuffix("円"))
        return super().to_python(value)


def optional_number(label: object, *, unit: object, first: int, last: int, **kwargs):
    """A whole number that may stay empty, typed in any width."""
    between = format_lazy(_("Enter a number between {first} and {last}."), first=first, last=last)
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=first,
        max_value=last,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric", "data-unit": unit}),
        error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], between),
        **kwargs,
    )


class YesNoField(forms.TypedChoiceField):
    """A question that is always answered, so that a kept draft remembers a "no" as well."""

    def __init__(self, **kwargs):
        super().__init__(
            choices=[
                ("no", pgettext_lazy("answer", "no")),
                ("yes", pgettext_lazy("answer", "yes")),
            ],
            coerce=lambda value: value == "yes",
            empty_value=False,
            required=False,
            widget=forms.RadioSelect,
            **kwargs,
        )

    def prepare_value(self, value: object) -> object:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    def has_changed(self, initial: object, data: object) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


@lru_cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    """The countries of the world in the order of this language; Japan sends nobody to itself."""
    return tuple((code, str(name)) for code, name in countries if code != "JP")


def country_choices() -> list[tuple[str, object]]:
    return [("", _("No wish")), *_countries(get_language() or "ja")]


def wish_choices() -> list[tuple[str, object]]:
    """No wish, then the regions of the world, then the countries."""
    return [("", _("No wish")), *Region.choices, *_countries(get_language() or "ja")]


def _options(choices: Iterable[tuple[str, object]]) -> SafeString:
    return format_html_join("", '<option value="{}">{}</option>', choices)


@lru_cache
def _country_options(language: str) -> SafeString:
    return _options(_countries(language))


@lru_cache
def _wish_options(language: str) -> SafeString:
    """Regions and countries apart; rendered in the language that is in force now."""
    return format_html(
        '<optgroup label="{}">{}</optgroup><optgroup label="{}">{}</optgroup>',
        _("Regions"),
        _options(Region.choices),
        _("Countries"),
        _country_options(language),
    )


class CountrySelect(forms.Select):
    """A select whose 250 options are rendered once for each process and language."""

    empty_label = _("Choose a country")

    def all_options(self, language: str) -> SafeString:
        return _country_options(language)

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        chosen = format_html('<option value="{}">', value or "")
        marked = format_html('<option value="{}" selected>', value or "")
        empty = format_html('<option value="">{}</option>', self.empty_label)
        options = (empty + self.all_options(get_language() or "ja")).replace(chosen, marked)
        shown = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", shown, mark_safe(options))  # noqa: S308


class WishSelect(CountrySelect):
    """The same with the regions of the world before the countries."""

    empty_label = _("No wish")

    def all_options(self, language: str) -> SafeString:
        return _wish_options(language)
