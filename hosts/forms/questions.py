"""The survey's own questions as fields of a form."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.plain_text import check_plain_text

from ..models import LONG_TEXT, SurveyAnswer, SurveyQuestion
from ..questions import Kind, Reply, shown_among, words_of
from .fields import DayField
from .parts import PartForm

FAR = 10**12
RADIOS = 7  # more choices than these stand in a list that opens


class WholeNumberField(forms.CharField):
    """A whole number as offices type it: in any width, with commas or without."""

    def __init__(self, *, least: int | None = None, most: int | None = None, **kwargs):
        self.least = -FAR if least is None else least
        self.most = FAR if most is None else most
        self.fault = _range_words(least, most)
        attrs = {"class": "middle", "inputmode": "numeric", "autocomplete": "off"}
        super().__init__(max_length=50, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value):
        typed = super().clean(value)
        if not typed:
            return ""
        plain = re.sub(r"[\s,、，]", "", unicodedata.normalize("NFKC", typed)).replace("−", "-")
        if not re.fullmatch(r"[+-]?[0-9]{1,13}", plain):
            raise forms.ValidationError(self.fault, code="invalid")
        number = int(plain)
        if not self.least <= number <= self.most:
            raise forms.ValidationError(self.fault, code="range")
        return str(number)


def _range_words(least: int | None, most: int | None) -> object:
    if least is not None and most is not None:
        text = gettext_lazy("Enter a whole number between {least} and {most}.")
    elif least is not None:
        text = gettext_lazy("Enter a whole number, {least} or more.")
    elif most is not None:
        text = gettext_lazy("Enter a whole number, {most} or less.")
    else:
        text = gettext_lazy("Enter a whole number.")
    return format_lazy(text, least=least, most=most)


def field_for(question: SurveyQuestion) -> forms.Field:
    """The field in which this question is answered."""
    common: dict = {
        "label": question.label,
        "help_text": question.help,
        "required": question.is_needed,
        "error_messages": {"required": gettext_lazy("Answer this question.")},
    }
    if question.kind == Kind.NUMBER:
        return WholeNumberField(least=question.least, most=question.most, **common)
    if question.kind == Kind.DATE:
        return DayField(**common)
    if question.kind == Kind.CHOICE:
        choices = list(question.offered)
        if len(choices) > RADIOS:
            return forms.ChoiceField(choices=[("", "―"), *choices], **common)
        if not question.is_needed:
            choices.append(("", _("No reply")))
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        max_length=LONG_TEXT, widget=area, validators=[check_plain_text], **common
    )


class RepliesBase(PartForm, forms.ModelForm):
    """Replies of one answer. What is hidden is neither needed nor kept from what others see."""

    replies: Sequence[Reply] = ()

    class Meta:
        model = SurveyAnswer
        fields: list[str] = []

    def __init__(self, *args, initial: dict | None = None, **kwargs):
        saved = {reply.question.field_name: _initial(reply) for reply in self.replies}
        super().__init__(*args, initial={**saved, **(initial or {})}, **kwargs)

    def clean(self) -> dict[str, object]:
        """A fault in a question that is not shown is none."""
        cleaned = super().clean()
        questions = [reply.question for reply in self.replies]
        values = {each.pk: self._value(each) for each in questions}
        seen = shown_among(questions, values)
        for question in questions:
            if question.pk not in seen and question.field_name in self._errors:
                del self._errors[question.field_name]
                cleaned.pop(question.field_name, None)
        return cleaned

    def values(self) -> dict[SurveyQuestion, str]:
        """What is to be kept; a hidden question with a fault keeps its reply of before."""
        questions = [reply.question for reply in self.replies]
        return {
            question: self._value(question)
            for question in questions
            if question.field_name in self.cleaned_data
        }

    def _value(self, question: SurveyQuestion) -> str:
        value = self.cleaned_data.get(question.field_name)
        if isinstance(value, date):
            return value.isoformat()
        return str(value or "").strip()

    def rows(self) -> list[dict[str, object]]:
        """Each question with its field and, where it has one, its condition."""
        by_key = {reply.question.pk: reply.question for reply in self.replies}
        return [
            {
                "field": self[reply.question.field_name],
                "condition": condition_of(reply.question, by_key.get(reply.question.shown_if_id)),
            }
            for reply in self.replies
        ]


def condition_of(question: SurveyQuestion, earlier: SurveyQuestion | None) -> dict[str, str] | None:
    """When a question is shown, for the script of the page and for those who have none."""
    if earlier is None:
        return None
    if question.shown_if_value:
        text = _("Only if you answered “{reply}” to “{question}”.")
        words = text.format(
            reply=words_of(earlier, question.shown_if_value), question=earlier.label
        )
    else:
        words = _("Only if you have answered “{question}”.").format(question=earlier.label)
    return {"name": earlier.field_name, "value": question.shown_if_value, "words": words}


def replies_form(replies: Sequence[Reply]) -> type[RepliesBase]:
    """The form of these questions: its class knows the fields, as a draft needs them."""
    fields = {reply.question.field_name: field_for(reply.question) for reply in replies}
    return type("RepliesForm", (RepliesBase,), {**fields, "replies": list(replies)})


def _initial(reply: Reply) -> object:
    return reply.day or reply.value
