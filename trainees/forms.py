"""The steps of an application: one group of questions per page."""

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.editing import VersionedFormMixin
from accounts.plain_text import PlainTextMixin
from japan.dates import parse_date
from schedule.vocabulary import LanguageLevel

from .models import PERSON_FIELDS, Application, Trainee
from .names import (
    check_katakana,
    check_name,
    is_latin,
    tidy_katakana,
    tidy_name,
)
from .services import MISSING, NEEDED

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})\s+(?P<month>[a-z]+)\.?,?\s+(?P<year>\d{4})", re.ASCII)
_MONTH_FIRST = re.compile(r"(?P<month>[a-z]+)\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})", re.ASCII)
FIRST_DAY = date(1900, 1, 1)


class PastDateField(forms.DateField):
    """A day that has been, typed as people type days: 1990-05-17, 17 May 1990, 平成2年5月17日."""

    widget = forms.DateInput(attrs={"class": "middle"})

    def to_python(self, value: object) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        typed = " ".join(str(value).split())
        words = typed.casefold()
        found = _DAY_FIRST.fullmatch(words) or _MONTH_FIRST.fullmatch(words)
        if found and found["month"] in _MONTHS:
            try:
                return date(int(found["year"]), _MONTHS[found["month"]], int(found["day"]))
            except ValueError as error:
                message = gettext("There is no such day as “{date}”.").format(date=typed)
                raise ValidationError(message) from error
        if len(typed) > 40:
            raise ValidationError(_("Enter a date, for example 1990-05-17 or 17 May 1990."))
        try:
            return parse_date(typed)
        except ValueError as error:
            raise ValidationError(error.args[0]) from error

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is None:
            return
        if value > timezone.localdate():
            raise ValidationError(_("This day lies in the future."))
        if value < FIRST_DAY:
            raise ValidationError(_("Check the year; it lies before 1900."))


class StepForm(PlainTextMixin, VersionedFormMixin, forms.ModelForm):
    """One step. What is needed in the end may still be left open where the reader only saves."""

    step = ""
    names: tuple[str, ...] = ()
    always_needed: frozenset[str] = frozenset()

    def __init__(self, *args, complete: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = name in NEEDED[self.step] and (complete or name in self.always_needed)
            if name in MISSING:
                field.error_messages["required"] = MISSING[name]
            field.widget.is_required = field.required
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs.pop("maxlength", None)  # a long text is refused, never cut
            if name in self.names:
                field.validators.append(check_name)
        for name in self.names:
            self.fields[name].widget.attrs["spellcheck"] = "false"


class PersonForm(StepForm):
    """Who the person is, with the names that each paper needs."""

    step = "person"
    names = ("passport_name", "katakana", "kanji", "daily_name")
    always_needed = frozenset({"passport_name", "nationality"})

    born_on = PastDateField(
        label=_("Date of birth"), help_text=_("For example 1990-05-17 or 17 May 1990.")
    )

    class Meta:
        model = Trainee
        fields = PERSON_FIELDS
        labels = {
            "passport_name": _("Name as in your passport"),
            "has_single_name": _("I have a single name, without a family name"),
            "daily_name": _("Name for daily use"),
            "katakana": _("Name in katakana"),
            "kanji": _("Name in kanji"),
            "salutation": _("Salutation"),
            "nationality": _("Nationality"),
        }
        help_texts = {
            "passport_name": _(
                "The whole name in one line, in the same order and spelling as your passport."
            ),
            "daily_name": _("What people call you. It stands on your name plate."),
            "katakana": _("Only if you know how your name is written in katakana."),
            "kanji": _("Only if your name is written in kanji."),
            "salutation": _("Letters use it. You can leave it out."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passport_name"].widget.attrs["autocomplete"] = "name"
        self.fields["daily_name"].widget.attrs["autocomplete"] = "nickname"
        self.fields["born_on"].widget.attrs["autocomplete"] = "bday"
        self.fields["katakana"].widget.attrs["lang"] = "ja"
        self.fields["kanji"].widget.attrs["lang"] = "ja"
        self.fields["katakana"].validators = [
            *self.fields["katakana"].validators,
            check_katakana,
        ]

    @property
    def warnings(self) -> dict[str, str]:
        """A remark that stops nobody: visas and tickets use the Latin line of the passport."""
        if is_latin(str(self["passport_name"].value() or "")):
            return {}
        return {
            "passport_name": _(
                "Passports also print the name in Latin letters. If yours does, write that line."
            )
        }

    def clean_passport_name(self) -> str:
        return tidy_name(self.cleaned_data["passport_name"])

    def clean_daily_name(self) -> str:
        return tidy_name(self.cleaned_data["daily_name"])

    def clean_kanji(self) -> str:
        return tidy_name(self.cleaned_data["kanji"])

    def clean_katakana(self) -> str:
        return tidy_katakana(self.cleaned_data["katakana"])


class EmployerForm(StepForm):
    """Where the person works; the overseas local government itself comes with the nomination."""

    step = "employer"

    employed_since = PastDateField(
        label=_("Employed there since"), help_text=_("For example 2015-04-01 or 1 April 2015.")
    )

    class Meta:
        model = Application
        fields = ["employer_department", "employer_position", "employed_since"]
        labels = {"employer_department": _("Department"), "employer_position": _("Position")}
        help_texts = {
            "employer_department": _(
                "For example “Environment Agency, Waste Management Division”."
            ),
            "employer_position": _("As on your business card."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["employer_position"].widget.attrs["autocomplete"] = "organization-title"


class LanguagesForm(StepForm):
    """How well the person speaks; the programme asks for good spoken English or Japanese."""

    step = "languages"

    class Meta:
        model = Application
        fields = ["english_level", "japanese_level", "other_languages"]
        labels = {
            "english_level": _("How well do you speak English?"),
            "japanese_level": _("How well do you speak Japanese?"),
            "other_languages": _("Other languages and certificates"),
        }
        help_texts = {
            "other_languages": _("For example “Thai (mother tongue), JLPT N3 in 2025”."),
        }
        widgets = {
            "english_level": forms.RadioSelect,
            "japanese_level": forms.RadioSelect,
            "other_languages": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("english_level", "japanese_level"):
            self.fields[name].choices = LanguageLevel.choices


class FieldForm(StepForm):
    """What the person wants to learn, and what becomes of it afterwards."""

    step = "field"

    class Meta:
        model = Application
        fields = ["field", "second_field", "statement", "future_use", "previous_stays"]
        labels = {
            "field": _("Field of training"),
            "second_field": _("Second field"),
            "statement": _("What do you want to learn in Japan, and why?"),
            "future_use": _("How will you use the training after your return?"),
            "previous_stays": _("Earlier stays in Japan"),
        }
        help_texts = {
            "second_field": _("If no host offers the first one."),
            "statement": _("Up to 4,000 characters. The host government reads it."),
            "future_use": _("Up to 4,000 characters. Write what your office will do differently."),
            "previous_stays": _("When, where and what for. Leave it empty if you have not been."),
        }
        widgets = {
            "statement": forms.Textarea(attrs={"rows": 8}),
            "future_use": forms.Textarea(attrs={"rows": 6}),
            "previous_stays": forms.Textarea(attrs={"rows": 3}),
        }

    def clean(self):
        cleaned = super().clean()
        second = cleaned.get("second_field")
        if second and second == cleaned.get("field"):
            self.add_error("second_field", _("This is the first field already. Choose another."))
        return cleaned


FORMS: dict[str, type[StepForm]] = {
    form.step: form for form in (PersonForm, EmployerForm, LanguagesForm, FieldForm)
}
STEPS = {
    "person": pgettext_lazy("step of the application", "Person"),
    "employer": pgettext_lazy("step of the application", "Employer"),
    "languages": pgettext_lazy("step of the application", "Languages"),
    "field": pgettext_lazy("step of the application", "Field and purpose"),
    "confirm": pgettext_lazy("step of the application", "Check and submit"),
}
