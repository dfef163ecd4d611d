"""The training programme as a whole; its units and what the trainee gives have own pages."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from japan.dates import fiscal_year_end, fiscal_year_start
from schedule.vocabulary import TrainingLanguage

from ..models import TrainingProgramme
from ..models.programmes import MOST_BREAK_MINUTES
from .fields import DayField
from .fields_of_time import ClockField, WeekdaysField
from .parts import PartForm


class ProgrammeForm(PartForm, forms.ModelForm):
    """Theme and aim in both languages, the first day, working hours, days off and languages."""

    needed = ("theme_ja", "aim_ja")

    starts_on = DayField(
        label=_("First day of the specialised training"),
        required=False,
        help_text=_(
            "The specialised training is what you give yourselves, after the group training. "
            "Empty: the day on which it begins in this cycle."
        ),
    )
    day_starts_at = ClockField(label=_("Working hours from"), required=False)
    day_ends_at = ClockField(label=_("Working hours until"), required=False)
    break_minutes = forms.IntegerField(
        label=_("Break"),
        required=False,
        min_value=0,
        max_value=MOST_BREAK_MINUTES,
        widget=forms.TextInput(
            attrs={
                "class": "short",
                "inputmode": "numeric",
                "data-unit": pgettext_lazy("unit", "minutes"),
            }
        ),
        error_messages=dict.fromkeys(
            ["invalid", "min_value", "max_value"], _("Enter a number between 0 and 240.")
        ),
    )
    days_off = WeekdaysField(label=_("Days off"), required=False)
    keeps_holidays = forms.TypedChoiceField(
        label=_("National holidays"),
        choices=[
            ("True", _("days off, as for the host’s own staff")),
            ("False", _("training takes place on them")),
        ],
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
        required=False,
        empty_value=None,
    )
    taught_in = forms.ChoiceField(
        label=_("Language of instruction"),
        choices=[("", _("Not decided yet")), *TrainingLanguage.choices],
        required=False,
    )

    class Meta:
        model = TrainingProgramme
        fields = [
            *("theme_ja", "theme_en", "aim_ja", "aim_en", "starts_on", "day_starts_at"),
            *("day_ends_at", "break_minutes", "days_off", "keeps_holidays", "taught_in"),
            *("support_ja", "support_en"),
        ]
        widgets = {
            "theme_en": forms.TextInput(attrs={"lang": "en"}),
            "aim_en": forms.Textarea(attrs={"lang": "en"}),
            "support_ja": forms.Textarea(attrs={"rows": 3}),
            "support_en": forms.Textarea(attrs={"rows": 3, "lang": "en"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.warn_untranslated("theme", "aim", "support")

    def clean_keeps_holidays(self) -> bool:
        """A form that does not ask leaves what stands."""
        chosen = self.cleaned_data["keeps_holidays"]
        return self.instance.keeps_holidays if chosen is None else chosen

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        self._check_hours(cleaned)
        self._check_first_day(cleaned)
        self.warn_untranslated("theme", "aim", "support")
        return cleaned

    def _check_hours(self, cleaned: dict) -> None:
        starts, ends = cleaned.get("day_starts_at"), cleaned.get("day_ends_at")
        if not starts or not ends:
            return
        if ends <= starts:
            self.add_error(
                "day_ends_at",
                _("The end must come after the beginning; hours over midnight are not possible."),
            )
            return
        length = ends.hour * 60 + ends.minute - starts.hour * 60 - starts.minute
        if (cleaned.get("break_minutes") or 0) >= length:
            self.add_error("break_minutes", _("The break takes the whole day."))

    def _check_first_day(self, cleaned: dict) -> None:
        day = cleaned.get("starts_on")
        if not day or self.instance.host_request_id is None:
            return
        year = self.instance.host_request.cycle.fiscal_year
        first, last = fiscal_year_start(year), fiscal_year_end(year + 2)
        if not first <= day <= last:
            self.add_error(
                "starts_on",
                _("Enter a day between {first} and {last}.").format(first=first, last=last),
            )
