"""The sections about the application: contact, employment, education, languages, Japan, purpose."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.names import clean_number
from schedule.vocabulary import LanguageLevel

from ..models import Application
from .base import AnyDateField, PastDateField, StepForm


class YesOrNo(forms.TypedChoiceField):
    """A question without a first answer."""

    def __init__(self, *args, yes: object, no: object, **kwargs):
        super().__init__(
            *args,
            choices=[("yes", yes), ("no", no)],
            coerce=lambda value: value == "yes",
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
            **kwargs,
        )

    def prepare_value(self, value: object) -> object:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class ContactForm(StepForm):
    """How the person is reached, who comes along, and whom to call in an emergency."""

    step = "contact"
    names = ("emergency_name",)

    comes_alone = YesOrNo(
        label=_("Do you come without your family?"),
        yes=pgettext_lazy("answer", "yes"),
        no=_("no, somebody wishes to come along"),
        help_text=_("The programme pays for the trainee alone; tell us early who comes along."),
    )

    class Meta:
        model = Application
        fields = [
            "telephone",
            "address",
            "comes_alone",
            "emergency_name",
            "emergency_relation",
            "emergency_telephone",
            "emergency_email",
            "emergency_languages",
        ]
        labels = {
            "telephone": _("Your telephone number"),
            "address": _("Your address"),
            "emergency_name": _("Name of the emergency contact"),
            "emergency_relation": _("Relation to you"),
            "emergency_telephone": _("Telephone number of the emergency contact"),
            "emergency_email": _("E-mail address of the emergency contact"),
            "emergency_languages": _("Languages this person speaks"),
        }
        help_texts = {
            "telephone": _("With the country code, for example +62 22 1234 5678."),
            "emergency_relation": _("For example brother, wife, colleague."),
        }
        widgets = {
            "address": forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
            "telephone": forms.TextInput(
                attrs={"class": "middle", "inputmode": "tel", "autocomplete": "tel"}
            ),
            "emergency_telephone": forms.TextInput(attrs={"class": "middle", "inputmode": "tel"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("telephone", "emergency_telephone"):
            self.fields[name].validators = []  # `_number` names a number from abroad

    def clean_telephone(self) -> str:
        return self._number("telephone")

    def clean_emergency_telephone(self) -> str:
        return self._number("emergency_telephone")

    def _number(self, name: str) -> str:
        """The number in one width; what cannot be dialled is answered with one from abroad."""
        try:
            return clean_number(self.cleaned_data[name])
        except ValidationError as error:
            raise ValidationError(
                _("Enter one telephone number with the country code, for example +62 22 1234 5678.")
            ) from error


class EmployerForm(StepForm):
    """Where the person works; the overseas local government itself comes with the nomination."""

    step = "employer"

    employed_since = PastDateField(
        label=_("Employed there since"), help_text=_("For example 2015-04-01 or 1 April 2015.")
    )

    class Meta:
        model = Application
        fields = [
            "employer_department",
            "employer_position",
            "employed_since",
            "employer_duties",
            "is_national_official",
            "national_reason",
        ]
        labels = {
            "employer_department": _("Department"),
            "employer_position": _("Position"),
            "employer_duties": _("Your duties"),
            "is_national_official": _("I am an official of the national government"),
            "national_reason": _("Why an official of the national government"),
        }
        help_texts = {
            "employer_department": _(
                "For example “Environment Agency, Waste Management Division”."
            ),
            "employer_position": _("As on your business card."),
            "employer_duties": _("What you do at work, in two or three sentences."),
            "is_national_official": _(
                "The programme is for officials of local governments. An exception needs a reason."
            ),
            "national_reason": _("What you do for local governments."),
        }
        widgets = {
            "employer_duties": forms.Textarea(attrs={"rows": 4}),
            "national_reason": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["employer_position"].widget.attrs["autocomplete"] = "organization-title"

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        says_why = (cleaned.get("national_reason") or "").strip()
        if self.complete and cleaned.get("is_national_official") and not says_why:
            self.add_error("national_reason", NO_REASON)
        return cleaned


NO_REASON = _("Write why an official of the national government is nominated.")


class EducationForm(StepForm):
    """Schools and earlier posts are lines; nothing else is asked."""

    step = "education"

    class Meta:
        model = Application
        fields: list[str] = []


class LanguagesForm(StepForm):
    """How well the person speaks; the programme asks for good spoken English or Japanese."""

    step = "languages"

    class Meta:
        model = Application
        fields = ["english_level", "japanese_level", "other_languages"]
        labels = {
            "english_level": _("How well do you speak English?"),
            "japanese_level": _("How well do you speak Japanese?"),
            "other_languages": _("Remarks on your languages"),
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


class JapanForm(StepForm):
    """Earlier stays in Japan and earlier refusals of a visa; "none" is an answer."""

    step = "japan"

    class Meta:
        model = Application
        fields = ["never_in_japan", "never_refused", "previous_stays"]
        labels = {
            "never_in_japan": _("I have never been in Japan"),
            "never_refused": _("No country has ever refused me a visa or entry"),
            "previous_stays": _("Remarks on earlier stays"),
        }
        help_texts = {
            "never_refused": _(
                "A refusal does not exclude you; the procedures in Japan ask for it."
            ),
            "previous_stays": _("What the lines do not say. You can leave it empty."),
        }
        widgets = {"previous_stays": forms.Textarea(attrs={"rows": 3})}


class FieldForm(StepForm):
    """What the person wants to learn, when they can come, and what becomes of it afterwards."""

    step = "field"

    available_from = AnyDateField(
        label=_("I can come from"), help_text=_("For example 2027-05-10 or 10 May 2027.")
    )
    available_until = AnyDateField(label=_("I can stay until"))

    class Meta:
        model = Application
        fields = [
            "field",
            "second_field",
            "statement",
            "future_use",
            "available_from",
            "available_until",
        ]
        labels = {
            "field": _("Field of training"),
            "second_field": _("Second field"),
            "statement": _("What do you want to learn in Japan, and why?"),
            "future_use": _("How will you use the training after your return?"),
        }
        help_texts = {
            "second_field": _("If no host offers the first one."),
            "statement": _("Up to 4,000 characters. The host government reads it."),
            "future_use": _("Up to 4,000 characters. Write what your office will do differently."),
        }
        widgets = {
            "statement": forms.Textarea(attrs={"rows": 8}),
            "future_use": forms.Textarea(attrs={"rows": 6}),
        }

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        second = cleaned.get("second_field")
        if second and second == cleaned.get("field"):
            self.add_error("second_field", _("This is the first field already. Choose another."))
        begins, ends = cleaned.get("available_from"), cleaned.get("available_until")
        if begins and ends and ends <= begins:
            self.add_error("available_until", _("This day lies before the first one."))
        return cleaned
