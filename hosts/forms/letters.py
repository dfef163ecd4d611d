"""The covering letters of a relay, as its officer types them."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.editing import OnceFormMixin, VersionedFormMixin
from accounts.plain_text import PlainTextMixin

from ..models import RelayLetter, SurveyAnswer
from .fields import DayField


class RelayLetterForm(PlainTextMixin, VersionedFormMixin, forms.ModelForm):
    """A draft may be saved half filled; what is missing is said before it is made final."""

    dated_on = DayField(
        label=_("Date of the letter"),
        required=False,
        help_text=_("For example 2027-05-17, 2027年5月17日 or 令和9年5月17日."),
    )
    answers = forms.ModelMultipleChoiceField(
        queryset=SurveyAnswer.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("One of the chosen answers does not exist. Choose again."),
            "invalid_pk_value": _("One of the chosen answers does not exist. Choose again."),
        },
    )

    class Meta:
        model = RelayLetter
        fields = [
            "number",
            "dated_on",
            "addressee",
            "sender",
            "subject",
            "body",
            "items",
            "contact",
            "answers",
        ]
        help_texts = {
            "number": _("As your own register gives it, for example 7国際第123号."),
            "addressee": _("One line each; 様 is added to the last."),
            "body": _("Each line becomes a paragraph."),
            "items": _(
                "One line each, for example 「１　提出期限　令和8年11月24日」. "
                "Empty: no 記 is printed."
            ),
            "contact": _("Division, name, telephone and e-mail, one line each."),
        }
        widgets = {
            "addressee": forms.Textarea(attrs={"rows": 3, "lang": "ja"}),
            "body": forms.Textarea(attrs={"rows": 6, "lang": "ja"}),
            "items": forms.Textarea(attrs={"rows": 5, "lang": "ja"}),
            "contact": forms.Textarea(attrs={"rows": 4, "lang": "ja"}),
        }

    def __init__(self, *args, instance: RelayLetter, possible: list[SurveyAnswer], **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        is_down = instance.direction == RelayLetter.Direction.DOWN
        field = self.fields["answers"]
        field.label = _("Addressees") if is_down else _("Enclosed answers")
        field.queryset = SurveyAnswer.objects.filter(
            pk__in=[answer.pk for answer in possible]
        ).select_related("government__organisation", "government__prefecture__organisation")
        field.choices = [(answer.pk, answer.government.short_name) for answer in possible]

    def clean_number(self) -> str:
        return self.cleaned_data["number"].strip()

    def clean_dated_on(self) -> date | None:
        day: date | None = self.cleaned_data["dated_on"]
        year = self.instance.round.survey.cycle.fiscal_year
        if day and not year - 2 <= day.year <= year + 1:
            raise forms.ValidationError(
                _("Enter a day between {first} and {last}.").format(
                    first=date(year - 2, 1, 1), last=date(year + 1, 12, 31)
                )
            )
        return day


class StartLetterForm(OnceFormMixin, forms.Form):
    """The button that begins a letter, down or up."""

    direction = forms.ChoiceField(
        choices=RelayLetter.Direction, widget=forms.HiddenInput, required=True
    )


class CorrectLetterForm(OnceFormMixin, forms.Form):
    """The button that begins the correction of a final letter."""


class FinishLetterForm(forms.Form):
    """The button that makes a letter final, with the version that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)
