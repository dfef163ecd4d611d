"""The steps of a host request."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from japan.dates import fiscal_year_end, fiscal_year_start
from schedule.models import Programme
from schedule.vocabulary import Route, TrainingField

from ..models import MAX_TRAINEES, HostRequest, Tie, WishedCountry
from ..regions import REGION_OF
from ..services import MISSING, stay_warning
from .co_hosts import CoHostsMixin, co_host_fields
from .conditions import ConditionsForm
from .fields import DayField, MonthField, WishSelect, YesNoField, number_field, wish_choices
from .parts import PartForm
from .programmes import ProgrammeForm
from .treatment import TreatmentForm

WISHES = 5


def _wish_field(label: object, help_text: object = "") -> forms.ChoiceField:
    unknown = _("There is no country or region “%(value)s” to wish for. Choose one from the list.")
    return forms.ChoiceField(
        label=label,
        choices=wish_choices,
        widget=WishSelect,
        required=False,
        error_messages={"invalid_choice": unknown},
        help_text=help_text,
    )


class DemandForm(PartForm, forms.ModelForm):
    """Field, number, way of selection with the tie behind it, and up to five wishes in order."""

    needed = ("field",)

    field = forms.ChoiceField(
        label=_("Field of training"),
        choices=[("", _("Choose a field")), *TrainingField.choices],
        required=False,
    )
    number = number_field(
        _("Number of trainees"), unit=pgettext_lazy("unit", "people"), last=MAX_TRAINEES
    )
    country_1 = _wish_field(
        _("First wished country"),
        _(
            "A country or a whole region. The wishes guide the recruitment; a placement from "
            "another country is possible. Without a wish, candidates may come from everywhere."
        ),
    )
    country_2 = _wish_field(_("Second wished country"))
    country_3 = _wish_field(_("Third wished country"))
    country_4 = _wish_field(_("Fourth wished country"))
    country_5 = _wish_field(_("Fifth wished country"))
    tie = forms.ModelChoiceField(
        label=_("Tie"),
        queryset=Tie.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("no tie"),
        help_text=_("Ties stand in your register; add one there if it is missing."),
        error_messages={"invalid_choice": _("This tie is not in your register. Choose another.")},
    )

    class Meta:
        model = HostRequest
        fields = [
            "field",
            "field_other_ja",
            "field_other_en",
            "number",
            "route",
            "tie",
            "own_selection_reason",
        ]
        help_texts = {
            "route": _(
                "Recruited by CLAIR: offices abroad look for candidates by your wishes. Own "
                "selection: you name the person yourself, from a sister city or another strong tie."
            ),
            "own_selection_reason": _("Where there is no tie: how you come to know the candidate."),
        }
        widgets = {
            "field_other_en": forms.TextInput(attrs={"lang": "en"}),
            "own_selection_reason": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, instance: HostRequest, initial: dict | None = None, **kwargs):
        wishes = {f"country_{wish.rank}": wish.code for wish in instance.wishes}
        initial = {"tie": instance.tie, **wishes, **(initial or {})}
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        if instance.answer_id:
            ties = Tie.objects.filter(government=instance.government)
            today = timezone.localdate()
            self.fields["tie"].queryset = ties.filter(
                Q(pk__in=ties.in_force(today)) | Q(pk=instance.tie_id)
            )
        if not self.is_bound:
            self._warn()

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        named: set[str] = set()
        for name in self.wish_names():
            wish = cleaned.get(name)
            if wish and wish in named:
                self.add_error(name, _("This country is named already. Choose another or none."))
            elif wish and REGION_OF.get(wish) in named:
                self.warnings[name] = _("This country lies in a region that you named before it.")
            named.add(wish)
        is_other = cleaned.get("field") == TrainingField.OTHER
        if self.complete and is_other and not (cleaned.get("field_other_ja") or "").strip():
            self.add_error("field_other_ja", MISSING["field_other_ja"])
        self._warn()
        return cleaned

    def save(self, commit: bool = True) -> HostRequest:
        host_request = super().save(commit=commit)
        wished = [wish for name in self.wish_names() if (wish := self.cleaned_data[name])]
        rows = list(host_request.wished_countries.all())
        if [row.code for row in rows] != wished:
            host_request.wished_countries.all().delete()
            for rank, wish in enumerate(wished, start=1):
                WishedCountry.named(host_request, rank, wish).save()
        return host_request

    @staticmethod
    def wish_names() -> list[str]:
        return [f"country_{rank}" for rank in range(1, WISHES + 1)]

    def wishes(self) -> list[forms.BoundField]:
        return [self[name] for name in self.wish_names()]

    def _warn(self) -> None:
        self.warn_untranslated("field_other")
        # Of an unbound form the row is asked: the field would ask the database for the same tie.
        has_tie = self.now("tie") if self.is_bound else self.instance.tie_id
        reason = str(self.now("own_selection_reason") or "").strip()
        if self.now("route") == Route.OWN_SELECTION and not has_tie and not reason:
            self.warnings["route"] = _(
                "Own selection is meant for hosts with a tie. Choose the tie, or give the reason."
            )
        tie = self.instance.tie
        if tie and not tie.is_in_force(timezone.localdate()):
            self.warnings["tie"] = _("This tie has ended. Check whether it still stands for you.")


class PeriodForm(PartForm, CoHostsMixin, forms.ModelForm):
    """From when to when, together with whom, and what it still depends on. An unusual length needs
    a reason, no more.
    """

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
    needs_assembly = YesNoField(
        label=_("Is it subject to the assembly's approval?"),
        help_text=_("For example where the budget has still to be decided."),
    )
    assembly_month = MonthField(
        label=_("Month in which the assembly decides"),
        required=False,
        help_text=_("For example 2027-03, 2027年3月 or 令和9年3月."),
    )

    class Meta:
        model = HostRequest
        fields = [
            "starts_on",
            "ends_on",
            "length_reason",
            "needs_assembly",
            "assembly_month",
            "remarks_ja",
            "remarks_en",
        ]
        help_texts = {
            "length_reason": _(
                "Needed only where the stay is shorter or longer than the usual length."
            )
        }
        widgets = {
            "length_reason": forms.Textarea(attrs={"rows": 3}),
            "remarks_en": forms.Textarea(attrs={"lang": "en"}),
        }

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
        self._clean_assembly(cleaned)
        self._warn()
        is_unusual = "ends_on" in self.warnings
        if self.complete and is_unusual and not (cleaned.get("length_reason") or "").strip():
            self.add_error("length_reason", MISSING["length_reason"])
        return cleaned

    def _clean_assembly(self, cleaned: dict[str, Any]) -> None:
        """The month must lie near the cycle; one that is named says that there is an approval."""
        month = cleaned.get("assembly_month")
        year = self.instance.cycle.fiscal_year
        first, last = date(year - 1, 4, 1), date(year + 1, 3, 1)
        if month and not first <= month <= last:
            self.add_error(
                "assembly_month",
                _("Enter a month between {first} and {last}.").format(
                    first=f"{first:%Y-%m}", last=f"{last:%Y-%m}"
                ),
            )
        elif month:
            cleaned["needs_assembly"] = True

    def _warn(self) -> None:
        starts_on, ends_on = self.now("starts_on"), self.now("ends_on")
        if warning := stay_warning(self.programme, starts_on, ends_on):
            self.warnings["ends_on"] = warning
        if self.now("needs_assembly") in (True, "yes", "True") and not self.now("assembly_month"):
            self.warnings["assembly_month"] = _("Say in which month the assembly is to decide.")
        self.warn_untranslated("remarks")


# The lines are alike, so that they are made and not written one by one.
PeriodForm.base_fields |= co_host_fields()


STEP_FORMS: dict[str, type[PartForm]] = {
    "demand": DemandForm,
    "conditions": ConditionsForm,
    "period": PeriodForm,
    "treatment": TreatmentForm,
    "programme": ProgrammeForm,
}
STEPS = [*STEP_FORMS, "confirm"]
