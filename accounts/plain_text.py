"""What people may type into a text: what can be seen, and no tags."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from japan.text import widen_kana

MARKUP = re.compile(r"<[a-zA-Z/!?]")
# Control characters, marks that turn the direction of what follows, and halves of characters.
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def check_plain_text(text: str) -> None:
    """Refuse markup and unseen characters: texts are shown and printed as they were typed."""
    if MARKUP.search(text):
        raise ValidationError(_("Write plain text, without tags such as <b>."))
    if UNSEEN.search(text):
        raise ValidationError(
            _("This text contains characters that cannot be seen. Type it again by hand.")
        )


def check_one_line(text: str) -> None:
    """Refuse line breaks where one line is printed."""
    if "\n" in text or "\r" in text:
        raise ValidationError(_("Write this on one line."))


class PlainTextMixin:
    """A form whose texts are plain, their kana in full width, and which takes no file where it asks
    for text.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if type(field) is forms.CharField:
                field.validators.append(check_plain_text)
                if not isinstance(field.widget, forms.Textarea):
                    field.validators.append(check_one_line)

    def clean(self):
        cleaned = super().clean()
        for name, field in self.fields.items():
            if type(field) is forms.CharField and isinstance(cleaned.get(name), str):
                cleaned[name] = widen_kana(cleaned[name])
        for name in self.files:
            if name in self.fields and not isinstance(self.fields[name], forms.FileField):
                self.add_error(name, _("Enter text here; a file cannot be sent on this page."))
        return cleaned
