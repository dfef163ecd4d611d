"""One entry of the register of ties."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.editing import OnceFormMixin, VersionedFormMixin
from accounts.plain_text import PlainTextMixin
from files.limits import FILE_MEGABYTES
from files.received import ACCEPT
from japan.text import normalise

from ..models import LocalGovernment, Tie
from .fields import CountrySelect, DayField, country_choices, parse_year

OLDEST = 1868


class TieForm(PlainTextMixin, VersionedFormMixin, OnceFormMixin, forms.ModelForm):
    """Who the tie is with, since when, and until when if it is known."""

    government = forms.ModelChoiceField(
        label=_("Local government"),
        queryset=LocalGovernment.objects.none(),
        to_field_name="code",
        error_messages={"invalid_choice": _("Choose a government that you act for.")},
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=country_choices,
        widget=CountrySelect,
        error_messages={
            "required": _("Choose the country."),
            "invalid_choice": _("There is no country “%(value)s”. Choose one from the list."),
        },
    )
    since = forms.CharField(
        label=_("Since when"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "middle", "autocomplete": "off"}),
        help_text=_("A year or a day: 1985, 昭和60年, 1985-05-18 or 昭和60年5月18日."),
    )
    until = DayField(
        label=_("Until when"),
        required=False,
        help_text=_("The last day, where the agreement names one. Empty: without an end."),
    )

    class Meta:
        model = Tie
        fields = [
            "government",
            "kind",
            "partner_ja",
            "partner_en",
            "country",
            "state_or_region",
            "until",
            "note",
        ]
        widgets = {
            "kind": forms.RadioSelect,
            "partner_en": forms.TextInput(attrs={"lang": "en"}),
            "note": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {
            "kind": _("Kind of tie"),
            "partner_ja": _("Overseas government, in Japanese"),
            "partner_en": _("Overseas government, in English"),
        }
        error_messages = {
            "kind": {"required": _("Choose the kind of tie.")},
            "partner_en": {"required": _("Enter the name of the overseas government.")},
        }

    def __init__(self, *args, governments, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["government"]
        field.queryset = governments
        self.fields["kind"].choices = Tie.Kind.choices
        if self.instance.pk:
            field.disabled = True
            self._saved["government"] = self.initial["government"] = self.instance.government
            began = self.instance.since_on or self.instance.since_year or ""
            self._saved["since"] = self.initial["since"] = str(began)
        known = list(governments[:2])
        if len(known) == 1 or self.instance.pk:
            field.widget = forms.HiddenInput()
            field.initial = self.instance.government if self.instance.pk else known[0]
        self.order_fields(
            ["government", "kind", "partner_ja", "partner_en", "country", "state_or_region"]
        )

    def clean_partner_ja(self) -> str:
        return normalise(self.cleaned_data["partner_ja"])

    def clean_partner_en(self) -> str:
        return normalise(self.cleaned_data["partner_en"])

    def clean_since(self) -> str:
        """Kept as a year, and as a day where one is given."""
        typed = self.cleaned_data["since"].strip()
        self.since_year, self.since_on = None, None
        if not typed:
            return ""
        try:
            self.since_year = parse_year(typed)
        except ValueError:
            self.since_on = DayField().to_python(typed)
            self.since_year = self.since_on.year if self.since_on else None
        latest = timezone.localdate()
        is_later = self.since_on is not None and self.since_on > latest
        if (
            self.since_year is not None and not OLDEST <= self.since_year <= latest.year
        ) or is_later:
            raise forms.ValidationError(_("A tie begins between the year 1868 and today."))
        return typed

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        began, until = getattr(self, "since_on", None), cleaned.get("until")
        year = getattr(self, "since_year", None)
        if until and (began or year) and until < (began or date(year, 1, 1)):
            self.add_error("until", _("The last day lies before the tie began."))
        if "until" not in self.errors and not until and self._is_known(cleaned):
            self.add_error("partner_en", _("This tie stands in the register already."))
        return cleaned

    def _is_known(self, cleaned: dict[str, object]) -> bool:
        names = ("government", "kind", "country", "partner_en")
        if not all(cleaned.get(name) for name in names):
            return False
        same = Tie.objects.filter(
            government=cleaned["government"],
            kind=cleaned["kind"],
            country=cleaned["country"],
            partner_en__iexact=cleaned["partner_en"],
            until=None,
        )
        return same.exclude(pk=self.instance.pk).exists()

    def save(self, commit: bool = True) -> Tie:
        self.instance.since_year, self.instance.since_on = self.since_year, self.since_on
        return super().save(commit=commit)


class TieDocumentForm(forms.Form):
    """The agreement or the memorandum, if it is at hand."""

    document = forms.FileField(
        label=_("Document"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("The agreement or the memorandum, up to {most} MB."),
        error_messages={"empty": _("There is nothing in this file.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["document"]
        field.help_text = str(field.help_text).format(most=FILE_MEGABYTES)


class EndTieForm(PlainTextMixin, forms.Form):
    """From when on the tie no longer holds."""

    until = DayField(
        label=_("Last day of the tie"),
        error_messages={"required": _("Enter the last day of the tie.")},
    )

    def __init__(self, *args, tie: Tie, **kwargs):
        self.tie = tie
        super().__init__(*args, **kwargs)

    def clean_until(self) -> date:
        day, today = self.cleaned_data["until"], timezone.localdate()
        first = self.tie.since_on or date(self.tie.since_year or OLDEST, 1, 1)
        if day < first:
            raise forms.ValidationError(_("The last day lies before the tie began."))
        if day.year > today.year + 30:
            raise forms.ValidationError(_("This day lies too far ahead. Check the year."))
        return day
