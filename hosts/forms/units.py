"""One unit of a training programme."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.editing import OnceFormMixin
from japan.postal import address_of, normalise_postal_code

from ..models import TrainingUnit
from .fields import number_field
from .parts import PartForm


class UnitForm(PartForm, OnceFormMixin, forms.ModelForm):
    """One part of the training programme, with the address looked up by its postal code."""

    postal_code = forms.CharField(
        label=_("Postal code"),
        max_length=20,
        required=False,
        widget=forms.TextInput(
            attrs={"class": "short", "inputmode": "numeric", "autocomplete": "off"}
        ),
        help_text=_("Seven digits; any width, with or without a hyphen."),
    )
    weeks = number_field(_("Weeks"), unit=pgettext_lazy("unit", "weeks"), last=52)
    hours_per_week = number_field(
        _("Hours a week"), unit=pgettext_lazy("unit", "hours a week"), last=60
    )

    class Meta:
        model = TrainingUnit
        fields = [
            "name_ja",
            "name_en",
            "site_kind",
            "site_name",
            "postal_code",
            "address",
            "weeks",
            "hours_per_week",
        ]
        widgets = {
            "name_en": forms.TextInput(attrs={"lang": "en"}),
            "site_kind": forms.RadioSelect,
        }
        error_messages = {
            "name_ja": {"required": _("Enter the name of the unit in Japanese.")},
            "site_kind": {"required": _("Choose the kind of training site.")},
            "site_name": {"required": _("Enter the training site.")},
        }
        help_texts = {
            "site_name": _("The section, company or body in which this part takes place."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["site_kind"].choices = TrainingUnit.SiteKind.choices

    def clean_postal_code(self) -> str:
        """Written as 793-8601, from whatever width it was typed in."""
        typed = self.cleaned_data["postal_code"]
        if not typed.strip():
            return ""
        try:
            return normalise_postal_code(typed)
        except ValueError as error:
            raise forms.ValidationError(error.args[0], code="invalid") from error

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        self.warn_untranslated("name")
        return cleaned

    def look_up(self) -> None:
        """Put the address of the postal code on the page; what was typed beyond it is kept."""
        self.is_valid()
        if "postal_code" in self.errors:
            return
        code = self.cleaned_data.get("postal_code")
        found = address_of(code) if code else None
        if found is None:
            self.add_error("postal_code", _("Japan Post lists no such postal code. Check it."))
            return
        typed = (self.data.get(self.add_prefix("address")) or "").strip()
        self.data = self.data.copy()
        self.data[self.add_prefix("postal_code")] = found.postal_code
        if found.text_ja.startswith(typed):
            self.data[self.add_prefix("address")] = found.text_ja
        elif not typed.startswith(found.text_ja):
            self.warnings["address"] = _(
                "The postal code belongs to {address}. What you typed was kept."
            ).format(address=found.text_ja)
