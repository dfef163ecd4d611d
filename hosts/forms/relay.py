"""What relay officers type: their date, their opinion, comments, what goes on together."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.editing import OnceFormMixin, VersionedFormMixin, as_read
from accounts.plain_text import PlainTextMixin

from ..comments import NO_DEMAND, QUESTIONS, UNITS, Said
from ..entering import CHANNELS, NOTE_LENGTH
from ..models import LONG_TEXT, HostRequest, RelayRound, SurveyAnswer
from ..questions import Reply
from .fields import DayField
from .requests import STEP_FORMS

LAST_PLACE = 999


class OwnRoundForm(PlainTextMixin, VersionedFormMixin, forms.ModelForm):
    """A form of a round. One that nobody has written into counts as new: it may have been begun
    beside an open page, and there is nothing in it to overwrite.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.version == 1:
            self._now = self.fields["version"].initial = ""


class RoundForm(OwnRoundForm):
    """The relay's own date for its municipalities, and what it says to them."""

    own_due_on = DayField(
        label=_("Own deadline for the municipalities"),
        required=False,
        help_text=_(
            "Empty: the date of the survey counts. "
            "For example 2026-11-20, 2026年11月20日 or 令和8年11月20日."
        ),
    )

    class Meta:
        model = RelayRound
        fields = ["own_due_on", "text_ja"]
        help_texts = {
            "text_ja": _("It stands on the home page of your municipalities and in the mail.")
        }
        widgets = {"text_ja": forms.Textarea(attrs={"rows": 5, "lang": "ja"})}

    def __init__(self, *args, last: date | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.last = last

    def clean_own_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["own_due_on"]
        if day is None or day == self.initial.get("own_due_on"):
            return day
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is past. Choose today or a later day."))
        if self.last and day > self.last:
            raise forms.ValidationError(
                _("The survey itself ends on {day}. Choose that day or an earlier one.").format(
                    day=self.last
                )
            )
        return day


class RoundRemarkForm(OwnRoundForm):
    """What the relay says of all its answers together."""

    class Meta:
        model = RelayRound
        fields = ["remark"]
        widgets = {"remark": forms.Textarea(attrs={"rows": 5})}
        help_texts = {"remark": _("The operator reads it. The municipalities do not.")}


class RemarkForm(PlainTextMixin, VersionedFormMixin, forms.ModelForm):
    """What the relay says of one answer (副申)."""

    class Meta:
        model = SurveyAnswer
        fields = ["relay_remark"]
        labels = {"relay_remark": _("Remark of the relay")}
        widgets = {"relay_remark": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"relay_remark": _("The operator reads it. The municipality does not.")}


class PlaceField(forms.IntegerField):
    """A place in the order, typed in any width; empty for none."""

    widget = forms.TextInput(attrs={"class": "short", "inputmode": "numeric"})

    def __init__(self, **kwargs):
        between = _("Enter a number between 1 and 999, or leave it empty.")
        faults = dict.fromkeys(["invalid", "min_value", "max_value"], between)
        super().__init__(
            min_value=1,
            max_value=LAST_PLACE,
            required=False,
            error_messages=faults,
            show_hidden_initial=True,
            **kwargs,
        )

    def to_python(self, value: object) -> int | None:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value[:50]).strip()
        return super().to_python(value)


class PrioritiesForm(forms.Form):
    """The order of all answers on one page; numbers may leave gaps.

    Each place travels with the one that was shown, so that a colleague's change is neither undone
    by a page that was opened before nor overwritten unseen.
    """

    def __init__(self, *args, answers: Iterable[SurveyAnswer], **kwargs):
        super().__init__(*args, **kwargs)
        self.answers = list(answers)
        for answer in self.answers:
            self.fields[self._name(answer)] = PlaceField(
                label=answer.government.short_name, initial=answer.relay_priority
            )

    @staticmethod
    def _name(answer: SurveyAnswer) -> str:
        return f"place-{answer.public_id}"

    @property
    def rows(self) -> list[tuple[SurveyAnswer, BoundField, str]]:
        """Each answer with the field of its place and the place that was shown."""
        fields = [(answer, self[self._name(answer)]) for answer in self.answers]
        return [(answer, field, field.as_hidden(only_initial=True)) for answer, field in fields]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        self._tell_stale()
        first: dict[int, SurveyAnswer] = {}
        for answer in self.answers:
            place = cleaned.get(self._name(answer))
            if place is not None and place in first:
                self.add_error(
                    self._name(answer),
                    _("{government} has this place already.").format(
                        government=first[place].government.short_name
                    ),
                )
            elif place is not None:
                first[place] = answer
        return cleaned

    def _tell_stale(self) -> None:
        """A place that a colleague changed meanwhile is shown before it is overwritten."""
        for answer in self.answers:
            name = self._name(answer)
            bound = self[name]
            shown = self.data.get(bound.html_initial_name) or ""
            now = "" if answer.relay_priority is None else str(answer.relay_priority)
            if name in self.changed_data and shown != now:
                self.data = self.data.copy()
                self.data[bound.html_initial_name] = now
                self.add_error(
                    name,
                    _(
                        "A colleague has changed this place to {place}. Save again to keep yours."
                    ).format(place=now or "―"),
                )

    def wished(self) -> dict[int, int | None]:
        """Only what was changed on this page: a colleague's other places stay."""
        return {
            answer.pk: self.cleaned_data[self._name(answer)]
            for answer in self.answers
            if self._name(answer) in self.changed_data
        }


class ManyForm(OnceFormMixin, forms.Form):
    """Which answers go on together."""

    answers = forms.ModelMultipleChoiceField(
        label=_("Answers to forward"),
        queryset=SurveyAnswer.objects.none(),
        to_field_name="public_id",
        error_messages={
            "required": _("Choose at least one answer."),
            "invalid_list": _("Choose at least one answer."),
            "invalid_choice": _("One of the chosen answers does not exist. Choose again."),
            "invalid_pk_value": _("One of the chosen answers does not exist. Choose again."),
        },
    )

    def __init__(self, *args, answers: QuerySet[SurveyAnswer], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["answers"].queryset = answers


class ReturnRow(NamedTuple):
    """One field of the answer on the page of a return: its name, its value, its comment."""

    label: object
    value: str
    comment: BoundField


class ReturnForm(PlainTextMixin, forms.Form):
    """Several comments at once, each to its field, and one to the whole."""

    reason = forms.CharField(
        label=_("Comment on the whole answer"),
        help_text=_("The mail to the government carries it. Names of people do not belong here."),
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args,
        answer: SurveyAnswer,
        requests: Iterable[HostRequest],
        row_of: Callable[[HostRequest, str], object],
        replies: Iterable[Reply] = (),
        **kwargs,
    ):
        self.places: dict[str, tuple[HostRequest | None, str, str]] = {}
        self._values: dict[str, str] = {}
        added: dict[str, forms.Field] = {}
        for request in requests:
            for step, name, label, value in _fields_of(request, row_of):
                key = f"at-{request.public_id.hex}-{step}-{name}"
                self.places[key] = (request, step, name)
                self._values[key] = value
                added[key] = _comment_field(label)
        if answer.has_demand is False:
            key = "-".join(["at", *NO_DEMAND])
            self.places[key] = (None, *NO_DEMAND)
            self._values[key] = answer.no_demand_reason
            added[key] = _comment_field(_("Reason for no demand"))
        for reply in replies:
            step = step_of_replies(answer)
            key = f"at-{step}-{reply.question.field_name}"
            self.places[key] = (None, step, reply.question.field_name)
            self._values[key] = reply.words
            added[key] = _comment_field(reply.question.label)
        self.base_fields = {**type(self).base_fields, **added}
        super().__init__(*args, **kwargs)

    @property
    def parts(self) -> list[tuple[HostRequest | None, list[ReturnRow], list[ReturnRow]]]:
        """The fields of each request, in the order of its form: those that say something, or have a
        comment already, and those that were left empty.
        """
        found: dict[HostRequest | None, tuple[list[ReturnRow], list[ReturnRow]]] = {}
        for key, (request, _step, _name) in self.places.items():
            row = ReturnRow(self.fields[key].label, self._values[key], self[key])
            filled, empty = found.setdefault(request, ([], []))
            is_empty = not row.value and not row.comment.value() and not row.comment.errors
            (empty if is_empty else filled).append(row)
        return [(request, *rows) for request, rows in found.items()]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        said = [cleaned.get("reason"), *(cleaned.get(key) for key in self.places)]
        if not self.errors and not any((text or "").strip() for text in said):
            self.add_error("reason", _("Write what is to be corrected; the government reads it."))
        return cleaned

    def said(self) -> list[Said]:
        """The comments to fields, as they are kept."""
        return [
            Said(request, step, name, text)
            for key, (request, step, name) in self.places.items()
            if (text := self.cleaned_data[key].strip())
        ]


def _comment_field(label: object) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _fields_of(
    request: HostRequest, row_of: Callable[[HostRequest, str], object]
) -> Iterable[tuple[str, str, object, str]]:
    """Step, field, label and value of everything that the government filled in."""
    for step, form_class in STEP_FORMS.items():
        form = form_class(instance=row_of(request, step))
        for bound in form.visible_fields():
            yield step, bound.name, bound.label, _value_of(form.instance, bound)
    units = request.training_programme.units.all()
    yield "programme", UNITS, _("Training units"), "\n".join(unit.name_ja for unit in units)


def _value_of(row: object, bound: BoundField) -> str:
    """What the field says; the row behind a choice of rows is there already."""
    if isinstance(bound.field, forms.ModelChoiceField):
        return str(getattr(row, bound.name, None) or "")
    return as_read(bound.field, bound.field.prepare_value(bound.value()))


def step_of_replies(answer: SurveyAnswer) -> str:
    """Where the survey's own questions are answered: “no demand” has them on its own page."""
    return NO_DEMAND[0] if answer.has_demand is False else QUESTIONS


def field_labels(replies: Iterable[Reply] = ()) -> Mapping[tuple[str, str], object]:
    """What the fields are called, by step and name, the survey's own questions too."""
    labels = {
        (step, name): field.label
        for step, form_class in STEP_FORMS.items()
        for name, field in form_class.base_fields.items()
    }
    labels["programme", UNITS] = _("Training units")
    labels[NO_DEMAND] = _("Reason for no demand")
    for reply in replies:
        for step in (QUESTIONS, NO_DEMAND[0]):
            labels[step, reply.question.field_name] = reply.question.label
    return labels


class EntryForm(PlainTextMixin, forms.Form):
    """How an answer came that is entered for a government without access."""

    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[(channel.value, channel.label) for channel in CHANNELS],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Choose how the answer came.")
        ),
    )
    received_on = DayField(
        label=_("Received on"),
        help_text=_("For example 2026-11-20, 2026年11月20日 or 令和8年11月20日."),
    )
    note = forms.CharField(
        label=_("From whom and how"),
        max_length=NOTE_LENGTH,
        help_text=_("For example: the planning division, by telephone. The government reads it."),
    )

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The day of receipt lies in the future."))
        return day
