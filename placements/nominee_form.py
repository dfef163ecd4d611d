"""What every form asks of a person who is nominated: of the staff, an office, a host, a link."""

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Language
from accounts.plain_text import PlainTextMixin
from trainees.models import Trainee
from trainees.names import check_name, tidy_name


class AddressField(forms.EmailField):
    """An address in whatever width and case it was typed."""

    widget = forms.EmailInput(attrs={"class": "wide", "autocomplete": "off"})

    def to_python(self, value: object) -> str:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).strip().lower()
        return super().to_python(value)


class NomineeFields(PlainTextMixin, forms.Form):
    """One person to be nominated; they are invited by e-mail and complete the rest themselves."""

    email = AddressField(
        label=_("E-mail address of the nominee"),
        max_length=254,
        help_text=_("The invitation goes to this address and works for no other."),
    )
    passport_name = forms.CharField(
        label=_("Name as in the passport"),
        max_length=200,
        help_text=_("In the order of the passport. A single name is enough."),
    )
    nationality = Trainee._meta.get_field("nationality").formfield(label=_("Nationality"))
    language = forms.ChoiceField(
        label=_("Language of the invitation"), choices=Language, initial=Language.ENGLISH
    )

    def clean_passport_name(self) -> str:
        name = tidy_name(self.cleaned_data["passport_name"])
        check_name(name)
        return name
