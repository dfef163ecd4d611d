"""The steps of a host request."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from japan.dates import fiscal_year_end, fiscal_year_start
from schedule.models import Programme
from schedule.vocabulary import TrainingField

from ..models import MAX_TRAINEES, HostRequest, WishedCountry
from ..services import MISSING, stay_warning
from .fields import CountrySelect, DayField, country_choices, number_field
from .parts import PartForm
from .programmes import ProgrammeForm

WISHES = 3


class DemandForm(PartForm, forms.ModelForm):
    """Who is wanted: field, number, way of selection, language and up to three countries."""

    needed = ("field",)

    field = forms.ChoiceField(
        label=_("Field of training"),
        choices=[("", _("Choose a field")), *TrainingField.choices],
        required=False,
    )
    number = number_field(
        _("Number of trainees"), unit=pgettext_lazy("unit", "people"), last=MAX_TRAINEES
    )
    country_1 = forms.ChoiceField(
        label=_("First wished country"),
        choices=country_choices,
        widget=CountrySelect,
        required=False,
        help_text=_(
            "The wishes guide the recruitment; a placement from another country is possible."
        ),
    )
    country_2 = forms.ChoiceField(
        label=_("Second wished country"),
        choices=country_choices,
        widget=CountrySelect,
        required=False,
    )
    country_3 = forms.ChoiceField(
        label=_("Third wished country"),
        choices=country_choices,
        widget=CountrySelect,
        required=False,
    )

    class Meta:
        model = HostRequest
        fields = ["field", "number", "route", "language", "level"]
        help_texts = {
            "route": _("Own selection is for hosts with a sister city or another strong tie."),
            "level": _("The level that the trainee needs on the day of arrival."),
        }

    def __init__(self, *args, instance: HostRequest, initial: dict | None = None, **kwargs):
        named = instance.wished_countries.all() if instance.pk else []
        wishes = {f"country_{wish.rank}": wish.country.code for wish in named}
        super().__init__(*args, instance=instance, initial={**wishes, **(initial or {})}, **kwargs)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        named: set[str] = set()
        for name in self._wish_names():
            country = cleaned.get(name)
            if country and country in named:
                self.add_error(name, _("This country is named already. Choose another or none."))
            named.add(country)
        return cleaned

    def save(self, commit: bool = True) -> HostRequest:
        host_request = super().save(commit=commit)
        wished = [country for name in self._wish_names() if (country := self.cleaned_data[name])]
        rows = list(host_request.wished_countries.all())
        if [row.country.code for row in rows] != wished:
            host_request.wished_countries.all().delete()
            for rank, country in enumerate(wished, start=1):
                WishedCountry.objects.create(host_request=host_request, rank=rank, country=country)
        return host_request

    def _wish_names(self) -> list[str]:
        return [f"country_{rank}" for rank in range(1, WISHES + 1)]


class PeriodForm(PartForm, forms.ModelForm):
    """From when to when, and under which conditions. An unusual length needs a reason, no more."""

    needed = ("starts_on", "ends_on")

    starts_on = DayField(
        label=_("First day of the stay"),
        required=False,
        help_text=_("For example 2027-05-17, 2027年5月17日 or 令和9年5月17日."),
    )
    ends_on = DayField(
        label=_("Last day of the stay"),
        required=False,
        help_text=_("Orientation and group training are part of the stay."),
    )

    class Meta:
        model = HostRequest
        fields = ["starts_on", "ends_on", "length_reason", "conditions_ja", "conditions_en"]
        help_texts = {
            "length_reason": _(
                "Needed only where the stay is shorter or longer than the usual length."
            )
        }
        widgets = {"conditions_en": forms.Textarea(attrs={"lang": "en"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self._warn()

    @property
    def programme(self) -> Programme:
        return self.instance.cycle.programme

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        year = self.instance.cycle.fiscal_year
        first, last = fiscal_year_start(year), fiscal_year_end(year + 2)
        for name in ("starts_on", "ends_on"):
            day = cleaned.get(name)
            if day and not first <= day <= last:
                self.add_error(
                    name,
                    _("Enter a day between {first} and {last}.").format(first=first, last=last),
                )
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", _("The last day must come after the first day."))
        self._warn()
        is_unusual = "ends_on" in self.warnings
        if self.complete and is_unusual and not (cleaned.get("length_reason") or "").strip():
            self.add_error("length_reason", MISSING["length_reason"])
        return cleaned

    def _warn(self) -> None:
        starts_on, ends_on = self.now("starts_on"), self.now("ends_on")
        if warning := stay_warning(self.programme, starts_on, ends_on):
            self.warnings["ends_on"] = warning
        self.warn_untranslated("conditions")


STEP_FORMS: dict[str, type[PartForm]] = {
    "demand": DemandForm,
    "period": PeriodForm,
    "programme": ProgrammeForm,
}
STEPS = [*STEP_FORMS, "confirm"]
