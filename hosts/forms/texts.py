"""All texts of a programme side by side."""

import hashlib
import json
from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.editing import differences
from accounts.plain_text import PlainTextMixin

from ..models import LONG_TEXT
from ..outline import Outline
from ..texts import TextPair, groups_of

STALE = _(
    "Somebody else has changed this page since you opened it. Nothing has been "
    "saved yet. Compare the two versions below, then save again to keep yours."
)


@dataclass(frozen=True)
class Row:
    """One text on the page: both fields, and whether English is missing."""

    pair: TextPair
    ja: BoundField
    en: BoundField


class _TextFields(forms.Form):
    """Two fields for each text of the programme, as its columns take them."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, outline: Outline, asks_reason: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.groups = groups_of(outline)
        for group in self.groups:
            for pair in group.pairs:
                self.fields[f"{pair.key}__ja"] = _field(pair, "ja")
                self.fields[f"{pair.key}__en"] = _field(pair, "en")
        if asks_reason:
            self.fields["reason"] = forms.CharField(
                label=_("Reason for the change"),
                required=False,
                max_length=LONG_TEXT,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("It stands in the list of versions."),
            )


class TextsForm(PlainTextMixin, _TextFields):
    """Japanese and English of a whole programme. An edit that went stale shows both versions."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._saved = {name: field.initial for name, field in self.fields.items()}
        self._now = digest_of(self._saved)
        self.fields["version"].initial = self._now
        self.stale = False

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        if self.data.get("version") != self._now:
            self.stale = True
            self.data = self.data.copy()
            self.data["version"] = self._now
            self.add_error(None, forms.ValidationError(STALE, code="stale"))
        return cleaned

    def conflicts(self) -> list[dict[str, object]]:
        """The texts in which what is saved and what was typed differ."""
        return differences(self, self._saved)

    def rows(self) -> list[tuple[str, list[Row]]]:
        """The parts of the programme with their texts."""
        return [
            (
                group.heading,
                [
                    Row(pair, self[f"{pair.key}__ja"], self[f"{pair.key}__en"])
                    for pair in group.pairs
                ],
            )
            for group in self.groups
            if group.pairs
        ]

    def texts(self) -> dict[tuple[str, str], str]:
        """What was typed, (key, language) → text."""
        found = {}
        for name, value in self.cleaned_data.items():
            key, mark, language = name.rpartition("__")
            if mark:
                found[key, language] = value
        return found


def _field(pair: TextPair, language: str) -> forms.Field:
    column = pair.ja_column if language == "ja" else pair.en_column
    field = pair.row._meta.get_field(column).formfield()
    field.label = _("in Japanese") if language == "ja" else _("in English")
    field.label = f"{pair.label} {field.label}"
    field.initial = getattr(pair.row, column)
    if isinstance(field.widget, forms.Textarea):
        field.widget.attrs["rows"] = 3
    if language == "en":
        field.widget.attrs["lang"] = "en"
    return field


def digest_of(saved: dict[str, object]) -> str:
    """What a form brings back to show that it knew these texts."""
    text = json.dumps({name: str(value) for name, value in saved.items()}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
