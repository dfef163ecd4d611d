"""What is done with a whole survey answer."""

from collections.abc import Callable

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.editing import OnceFormMixin
from accounts.plain_text import PlainTextMixin

from ..models import LONG_TEXT, SurveyAnswer
from ..services import HostError
from ..states import AnswerState


class StartForm(OnceFormMixin, forms.Form):
    """The button that begins a request."""


class CopyForm(forms.Form):
    """Which answer of another year is copied."""

    source = forms.ModelChoiceField(
        queryset=SurveyAnswer.objects.none(),
        to_field_name="public_id",
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("This answer cannot be copied. Nothing was changed.")
        ),
    )

    def __init__(self, *args, sources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources


class NoDemandForm(PlainTextMixin, forms.ModelForm):
    """The government wants no trainee; why is for it to say or not."""

    class Meta:
        model = SurveyAnswer
        fields = ["no_demand_kind", "no_demand_reason"]
        labels = {
            "no_demand_kind": _("Usual reasons"),
            "no_demand_reason": _("In your own words"),
        }
        widgets = {
            "no_demand_kind": forms.RadioSelect,
            "no_demand_reason": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "no_demand_kind": _("You need not choose one. The reasons are counted, without names."),
            "no_demand_reason": _("It helps to plan the next years. It is not published."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["no_demand_kind"].choices = [
            ("", _("I would rather not say")),
            *SurveyAnswer.NoDemandKind.choices,
        ]


class RelayForm(PlainTextMixin, forms.Form):
    """What a relay officer does with one answer. A return says what is to be corrected."""

    FORWARD, HOLD, RETURN = "forward", "hold", "return"

    comment = forms.CharField(
        label=_("Comment for the government"),
        help_text=_(
            "Needed to return it: what is to be corrected. Needed to hold it: why. "
            "It stands in the history, which the government reads too."
        ),
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    act = forms.ChoiceField(
        choices=[(FORWARD, FORWARD), (HOLD, HOLD), (RETURN, RETURN)],
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Choose what is to be done with the answer.")
        ),
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        is_silent = not (cleaned.get("comment") or "").strip() and "comment" not in self.errors
        if cleaned.get("act") == self.HOLD and is_silent:
            self.add_error("comment", _("Write why the answer is held."))
        return cleaned

    def act_on(self, services: dict[str, Callable], answer: SurveyAnswer, by: object) -> bool:
        """Do what was chosen; False with the reason at the comment where it is refused."""
        try:
            services[self.cleaned_data["act"]](
                answer, reason=self.cleaned_data["comment"].strip(), by=by
            )
        except HostError as error:
            is_return = self.cleaned_data["act"] == self.RETURN
            self.add_error("comment" if is_return else None, str(error))
        return not self.errors


class RelayFilterForm(forms.Form):
    """Which answers of the prefecture are shown."""

    q = forms.CharField(label=_("Name or code"), max_length=50, required=False, help_text="")
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", pgettext_lazy("survey answer", "all")), *AnswerState.choices],
        required=False,
    )
