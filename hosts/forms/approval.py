"""What the pages of the approval sheet accept; both forms are sent with the address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from japan.text import normalise
from notices.check_numbers import CHECK_LENGTH, in_groups

from ..approval.seals import DEPARTMENT, EMPTY, HEAD, SECTION


class SealsForm(forms.Form):
    """Which boxes stand on the sheet; what is no choice means the usual ones."""

    seals = forms.ChoiceField(
        label=_("Boxes for seals"),
        choices=[
            (SECTION, _("Up to the section chief (課長)")),
            (DEPARTMENT, _("Up to the head of department (部長)")),
            (HEAD, _("Up to the governor or mayor (知事・市町村長)")),
            (EMPTY, _("Empty boxes, titles by hand")),
        ],
        initial=SECTION,
        required=False,
    )

    def chosen(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("seals") or SECTION


class CompareForm(forms.Form):
    """The check number of a paper that came back, typed in any width, with or without hyphens."""

    number = forms.CharField(
        label=_("Check number on the paper (照合番号)"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "middle", "autocomplete": "off"}),
        help_text=_("For example 7K4M-2QXD-9PRT; it stands at the foot of each page."),
    )

    def clean_number(self) -> str:
        number = normalise(self.cleaned_data["number"]).upper()
        number = "".join(character for character in number if character.isalnum())
        if len(number) != CHECK_LENGTH or not number.isascii():
            raise forms.ValidationError(_("The check number has twelve letters and digits."))
        return in_groups(number)

    def is_same(self, number: str) -> bool | None:
        """Whether the paper says what is saved now; None where the typed number is none."""
        return self.cleaned_data["number"] == number if self.is_valid() else None
