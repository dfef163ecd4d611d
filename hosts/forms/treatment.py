"""Conditions of treatment: a page of amounts, none of which the portal knows beforehand."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from japan.text import normalise

from ..models import Treatment
from ..treatment import TYPED, implausible
from .fields import YenField
from .parts import PartForm

A_MONTH = pgettext_lazy("unit of money", "yen a month")
YEN = pgettext_lazy("unit of money", "yen")


class TreatmentForm(PartForm, forms.ModelForm):
    """Everything may stay empty until it is decided; what looks wrong is warned of, not refused."""

    rent_yen = YenField(label=_("Rent"), per=A_MONTH)
    utilities_yen = YenField(label=_("Electricity, gas and water"), per=A_MONTH)
    allowance_from_yen = YenField(label=_("Living allowance, from"), per=YEN)
    allowance_until_yen = YenField(
        label=_("Living allowance, until"),
        per=YEN,
        help_text=_("Leave this empty where the amount is fixed."),
    )
    preparation_yen = YenField(
        label=_("Preparation money, up to"),
        per=YEN,
        help_text=_("Paid once, for what is needed to begin living here."),
    )
    books_yen = YenField(label=_("Books and materials, up to"), per=YEN)
    travel_yen = YenField(
        label=_("Amount for travel"),
        per=A_MONTH,
        help_text=_("A fixed amount, or about how much it will be."),
    )

    class Meta:
        model = Treatment
        fields = [*TYPED]
        labels = {
            "allowance_per": _("The living allowance is paid for"),
            "lodging_kind": _("Kind of lodging"),
            "rent_payer": _("Who pays the rent"),
            "rent_payment": _("How the rent is paid"),
            "utilities_payer": _("Who pays electricity, gas and water"),
            "travel": _("Travel inside the prefecture"),
            "insurance_payer": _("Who pays the insurance"),
        }
        help_texts = {
            "allowance_per": _("What the trainee lives on: food and other daily expenses."),
            "rent_payment": _("How the rent reaches the landlord."),
            "travel": _("To the training sites and back, and on business."),
        }
        widgets = {
            "allowance_per": forms.RadioSelect,
            **{
                name: forms.TextInput(attrs={"lang": "en"})
                for name in ("lodging_area_en", "insurance_en", "met_by_en", "met_at_en")
            },
            "other_ja": forms.Textarea(attrs={"rows": 3}),
            "other_en": forms.Textarea(attrs={"rows": 3, "lang": "en"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["allowance_per"].required = False
        self.fields["allowance_per"].choices = Treatment.Per.choices
        if not self.is_bound:
            self._warn()

    def clean_allowance_per(self) -> str:
        return self.cleaned_data["allowance_per"] or self.instance.allowance_per

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        for name in ("lodging_area_ja", "insurance_ja", "met_by_ja", "met_at_ja"):
            cleaned[name] = normalise(cleaned.get(name) or "")
        least, most = cleaned.get("allowance_from_yen"), cleaned.get("allowance_until_yen")
        if least is not None and most is not None and most < least:
            self.add_error(
                "allowance_until_yen", _("This amount lies below the one it starts from.")
            )
        self._warn()
        return cleaned

    def take_over(self, last: Treatment) -> None:
        """Fill what is still empty with what stood in the last treatment; nothing is saved."""
        data = self.data.copy() if self.is_bound else QueryDict(mutable=True)
        for name in TYPED:
            key = self.add_prefix(name)
            value = getattr(last, name)
            if value not in ("", None) and not (data.get(key) or "").strip():
                data[key] = str(value)
        self.data = data

    def _warn(self) -> None:
        self.warn_untranslated("lodging_area", "insurance", "met_by", "met_at", "other")
        for name, warning in implausible({name: self.now(name) for name in TYPED}).items():
            self.warnings[name] = warning
