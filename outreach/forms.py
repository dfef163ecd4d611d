"""What the public site accepts."""

import re
import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """The check code of a letter, typed in any width, with or without hyphens."""

    hide_need = True
    code = forms.CharField(
        label=_("Check code"),
        max_length=60,
        help_text=_(
            "Twelve letters and digits, for example 7K4M-2QXD-9PRT. Hyphens may be left out."
        ),
        error_messages={"required": _("Please type the check code printed on the letter.")},
        widget=forms.TextInput(
            attrs={
                "class": "code-input",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )

    def clean_code(self) -> str:
        plain = unicodedata.normalize("NFKC", self.cleaned_data["code"]).upper()
        code = re.sub(r"[^0-9A-Z]", "", plain)
        if not code:
            raise forms.ValidationError(self.fields["code"].error_messages["required"])
        return "-".join(code[place : place + 4] for place in range(0, len(code), 4))
