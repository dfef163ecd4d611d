"""One unit of a training programme, with those who teach it."""

import unicodedata
from itertools import zip_longest
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.editing import initial_from
from accounts.models import FormDraft
from accounts.plain_text import PlainTextMixin
from japan.postal import address_of, normalise_postal_code

from ..models import TrainingUnit, UnitInstructor
from ..models.units import MOST_HOURS, MOST_WEEKS, MOST_YEARS
from ..outline import Outline
from .fields import number_field
from .places import InTheWeekForm, WeekFields, with_parts

MOST_INSTRUCTORS = 10


def small_number(label: object, *, unit: object, last: int, **kwargs: Any) -> forms.IntegerField:
    """A whole number from 0 that may be left out."""
    between = format_lazy(_("Enter a number between 0 and {last}."), last=last)
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=last,
        required=False,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric", "data-unit": unit}),
        error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], between),
        **kwargs,
    )


class UnitForm(InTheWeekForm, forms.ModelForm, WeekFields):
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
    first_week = number_field(
        _("First week"),
        unit=pgettext_lazy("unit", "week from the start"),
        last=MOST_WEEKS,
        required=False,
        help_text=_(
            "Week 1 is the first week of the specialised training. Empty: after the unit before."
        ),
    )
    weeks = number_field(_("Weeks"), unit=pgettext_lazy("unit", "weeks"), last=MOST_WEEKS)
    hours_per_week = number_field(
        _("Hours a week"),
        unit=pgettext_lazy("unit", "hours a week"),
        last=MOST_HOURS,
        help_text=_("The hours for this unit alone."),
    )

    class Meta:
        model = TrainingUnit
        fields = [
            *("name_ja", "name_en", "contents_ja", "contents_en", "is_practical", "site_kind"),
            *("site_name", "site_name_en", "postal_code", "address", "contact_name"),
            *("contact_telephone", "contact_email", "first_week", "weeks", "hours_per_week"),
            *("days", "starts_at", "ends_at"),
        ]
        labels = {"is_practical": _("Includes practical work")}
        widgets = {
            "name_en": forms.TextInput(attrs={"lang": "en"}),
            "site_name_en": forms.TextInput(attrs={"lang": "en"}),
            "contents_ja": forms.Textarea(attrs={"rows": 4}),
            "contents_en": forms.Textarea(attrs={"rows": 4, "lang": "en"}),
            "site_kind": forms.RadioSelect,
            "contact_telephone": forms.TextInput(attrs={"class": "middle", "inputmode": "tel"}),
        }
        error_messages = {
            "name_ja": {"required": _("Enter the name of the unit in Japanese.")},
            "site_kind": {"required": _("Choose the kind of training site.")},
            "site_name": {"required": _("Enter the training site.")},
        }
        help_texts = {
            "is_practical": _(
                "Work that makes goods or gives services. "
                "The status of residence “Trainee” limits it, above all at companies."
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["site_kind"].choices = TrainingUnit.SiteKind.choices
        if not self.is_bound and self.instance.pk:
            self.warn_untranslated("name", "contents")
            self._warn_of_company()

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
        self.warn_untranslated("name", "contents")
        self._warn_of_company()
        return cleaned

    def _warn_of_company(self) -> None:
        if self.now("site_kind") == TrainingUnit.SiteKind.COMPANY and self.now("is_practical"):
            self.warnings["is_practical"] = _(
                "Practical work at a company: check with the immigration office whether the status "
                "of residence “Trainee” allows it."
            )

    def tried(self, outline: Outline) -> Outline:
        return with_parts(outline, units=self.put_in(outline.units))

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


class InstructorForm(PlainTextMixin, forms.ModelForm):
    """One row of those who teach a unit; a row that is empty is nobody."""

    years = small_number(
        _("Years of experience"),
        unit=pgettext_lazy("unit", "years"),
        last=MOST_YEARS,
        help_text=_("In the subject of this unit."),
    )

    class Meta:
        model = UnitInstructor
        fields = ["name", "post_ja", "post_en", "years", "is_full_time"]
        labels = {
            "name": _("Name"),
            "post_ja": _("Post in Japanese"),
            "post_en": _("Post in English"),
            "is_full_time": _("Full-time staff"),
        }
        widgets = {"post_en": forms.TextInput(attrs={"lang": "en"})}

    @property
    def row(self) -> UnitInstructor | None:
        """Who was typed, None where nothing was."""
        cleaned = self.cleaned_data
        if not any(cleaned.get(name) not in (None, "", False) for name in self.fields):
            return None
        return UnitInstructor(**{name: cleaned.get(name) for name in self._meta.fields})

    @property
    def words(self) -> str:
        """The row on one line, as it stands on the page; empty where nobody is named."""
        values = {name: self[name].value() for name in self._meta.fields}
        found = [str(values[name] or "").strip() for name in ("name", "post_ja", "post_en")]
        if (years := str("" if values["years"] is None else values["years"]).strip()) != "":
            years = unicodedata.normalize("NFKC", years)
            found.append(f"{self.fields['years'].label} {years}")
        if values["is_full_time"]:
            found.append(str(self.fields["is_full_time"].label))
        return pgettext("between names", ", ").join(text for text in found if text)


class InstructorRows:
    """The rows of instructors on the page of a unit. Taken as they stand on the page: rows have no
    keys, so that none of another unit can be named.
    """

    prefix = "instructor"

    def __init__(
        self,
        unit: TrainingUnit,
        data: Any = None,
        *,
        add: bool = False,
        draft: FormDraft | None = None,
    ):
        self.unit = unit
        saved = unit.people
        self.is_sent = data is not None and f"{self.prefix}-rows" in data
        if self.is_sent:
            number = min(self._number(data), MOST_INSTRUCTORS)
            self.forms = [
                InstructorForm(data, prefix=f"{self.prefix}-{n}") for n in range(1, number + 1)
            ]
        elif draft is not None and (kept := draft.values.get(f"{self.prefix}-rows")):
            number = min(self._number({f"{self.prefix}-rows": kept[-1]}), MOST_INSTRUCTORS)
            prefixes = [f"{self.prefix}-{n}" for n in range(1, number + 1)]
            self.forms = [
                InstructorForm(initial=initial_from(draft, InstructorForm, prefix), prefix=prefix)
                for prefix in prefixes
            ]
        else:
            self.forms = [
                InstructorForm(instance=person, prefix=f"{self.prefix}-{n}")
                for n, person in enumerate(saved, start=1)
            ]
        if (add or not self.forms) and len(self.forms) < MOST_INSTRUCTORS:
            self.forms.append(InstructorForm(prefix=f"{self.prefix}-{len(self.forms) + 1}"))

    def _number(self, data: Any) -> int:
        try:
            return max(0, int(data.get(f"{self.prefix}-rows")))
        except ValueError:
            return 0

    @property
    def has_room(self) -> bool:
        return len(self.forms) < MOST_INSTRUCTORS

    def is_valid(self) -> bool:
        if not self.is_sent:
            return True
        refused = [form for form in self.forms if not form.is_valid()]
        return not refused

    def differences(self) -> list[dict[str, object]]:
        """Each row in which who is saved and who stands on the page differ, in words."""
        saved = [InstructorForm(instance=person).words for person in self.unit.people]
        typed = [words for form in self.forms if (words := form.words)]
        return [
            {
                "label": gettext("Instructor %(n)s") % {"n": n},
                "saved": before,
                "typed": after,
            }
            for n, (before, after) in enumerate(zip_longest(saved, typed, fillvalue=""), start=1)
            if before != after
        ]

    def people(self) -> list[UnitInstructor]:
        """Who was typed, in order."""
        found = [row for form in self.forms if (row := form.row) is not None]
        for position, person in enumerate(found, start=1):
            person.position = position
        return found

    def save(self, unit: TrainingUnit) -> None:
        """Write the rows anew where they are others than before."""
        if not self.is_sent:
            return
        people, before = self.people(), list(unit.instructors.all())
        if [_as_typed(each) for each in people] == [_as_typed(each) for each in before]:
            return
        for person in before:
            person.delete()
        for person in people:
            person.training_unit = unit
            person.save()


def _as_typed(person: UnitInstructor) -> tuple[Any, ...]:
    return tuple(getattr(person, name) for name in InstructorForm._meta.fields)
