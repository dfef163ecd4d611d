"""What the trainee gives the host."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..models import Contribution
from ..models.units import MOST_HOURS
from ..outline import Outline
from .fields import number_field
from .places import InTheWeekForm, WeekFields, with_parts


class ContributionForm(InTheWeekForm, forms.ModelForm, WeekFields):
    """One contribution: what, why, where, and when."""

    hours_per_week = number_field(
        _("Hours a week"),
        unit=pgettext_lazy("unit", "hours a week"),
        last=MOST_HOURS,
        required=False,
        help_text=_("Empty: now and then."),
    )

    class Meta:
        model = Contribution
        fields = [
            *("kind", "what_ja", "what_en", "aim_ja", "aim_en", "place_ja", "place_en"),
            *("hours_per_week", "days", "starts_at", "ends_at"),
        ]
        widgets = {
            "kind": forms.RadioSelect,
            "what_en": forms.TextInput(attrs={"lang": "en"}),
            "aim_ja": forms.Textarea(attrs={"rows": 3}),
            "aim_en": forms.Textarea(attrs={"rows": 3, "lang": "en"}),
            "place_en": forms.TextInput(attrs={"lang": "en"}),
        }
        error_messages = {
            "kind": {"required": _("Choose what kind of contribution it is.")},
            "what_ja": {"required": _("Enter in Japanese what the trainee does.")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Contribution.Kind.choices
        if not self.is_bound and self.instance.pk:
            self.warn_untranslated("what", "aim", "place")

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        self.warn_untranslated("what", "aim", "place")
        return cleaned

    def tried(self, outline: Outline) -> Outline:
        return with_parts(outline, contributions=self.put_in(outline.contributions))
