"""A row of a spreadsheet held against the forms of the pages: one place says what is right."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django import forms
from django.utils import translation

from .faults import Bilingual

Build = Callable[[dict[str, str]], Iterable[forms.BaseForm]]


def as_typed(values: Mapping[str, Any]) -> dict[str, str]:
    """The values as a browser would send them."""
    return {key: "" if value is None else str(value) for key, value in values.items()}


def clean_row(values: Mapping[str, Any], build: Build) -> tuple[dict, list[tuple[str, Bilingual]]]:
    """What the forms make of these values, and what they have against it, in both languages.

    `build` gives the forms of one row, each bound to the values.
    """
    cleaned: dict[str, Any] = {}
    japanese = _faults(values, build, "ja", cleaned)
    if not japanese:
        return cleaned, []
    pairs = zip(japanese, _faults(values, build, "en", {}), strict=True)
    return cleaned, [(key, Bilingual(ja, en)) for (key, ja), (_key, en) in pairs]


def _faults(
    values: Mapping[str, Any], build: Build, language: str, cleaned: dict[str, Any]
) -> list[tuple[str, str]]:
    found = []
    with translation.override(language):
        for form in build(as_typed(values)):
            with _constraints_later(form):
                is_valid = form.is_valid()
            if not is_valid:
                for key, messages in form.errors.items():
                    found += [(key, str(message)) for message in messages]
            cleaned.update(form.cleaned_data)
    return found


@contextmanager
def _constraints_later(form: Any) -> Iterator[None]:
    """The table's constraints are asked when the rows are written, all of them at once; a form
    asks the database for each row.
    """
    form.instance.validate_constraints = lambda exclude=None: None
    try:
        yield
    finally:
        del form.instance.validate_constraints
