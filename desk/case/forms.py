"""What the pages of one application accept."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.plain_text import PlainTextMixin
from trainees.forms import PastDateField
from trainees.models import SHORT_TEXT, Trainee
from trainees.reopening.fields import Reopenable


class DayField(PastDateField):
    """A day to come, typed as people type days."""

    def validate(self, value: date | None) -> None:
        forms.DateField.validate(self, value)


class WaiveForm(PlainTextMixin, forms.Form):
    """Why a rule is waived for one person."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays with the application for ever, also when the waiver ends."),
    )


class WithdrawForm(PlainTextMixin, forms.Form):
    """Why an application is withdrawn for its person."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who said it, when and how. It stays in the history."),
    )


class ReopenForm(PlainTextMixin, forms.Form):
    """Which fields are opened for the person, why, and until when."""

    fields_opened = forms.MultipleChoiceField(
        label=_("Fields"), widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("What is to be corrected, and why"),
        max_length=SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads it, in the mail and on the page."),
    )
    open_until = DayField(
        label=_("Open until"),
        help_text=_("The end of that day in Japan, for example 2026-12-15."),
    )

    field_order = ["reason", "open_until", "fields_opened"]

    def __init__(self, *args, fields: list[Reopenable], **kwargs):
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for each in fields:
            groups.setdefault(each.group, []).append((each.code, each.label))
        self.groups = list(groups.items())
        self.fields["fields_opened"].choices = self.groups

    @property
    def chosen(self) -> list[str]:
        """What is ticked on the page."""
        return list(self["fields_opened"].value() or [])


class DecideForm(PlainTextMixin, forms.Form):
    """What becomes of a proposed change; a refusal and an early end need a reason."""

    class Decision:
        APPROVE, REFUSE, END = "approve", "refuse", "end"

    seen = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (Decision.APPROVE, pgettext_lazy("change", "approve: it counts from now on")),
            (Decision.REFUSE, pgettext_lazy("change", "refuse: what was submitted stays")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason for a refusal"),
        required=False,
        max_length=SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads it."),
    )

    def clean(self):
        cleaned = super().clean()
        is_refused = cleaned.get("decision") == self.Decision.REFUSE
        if is_refused and not cleaned.get("reason", "").strip() and "reason" not in self.errors:
            self.add_error("reason", _("Write the reason; the person reads it."))
        return cleaned


class EndForm(PlainTextMixin, forms.Form):
    """Why fields are closed again before their day."""

    reason = forms.CharField(
        label=_("Reason"), max_length=SHORT_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )


class MergeForm(PlainTextMixin, forms.Form):
    """Which of two records is kept, and why they are one person."""

    kept = forms.ChoiceField(label=_("Record that is kept"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why this is one person"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you compared. It stays with the record."),
    )

    def __init__(self, *args, first: Trainee, second: Trainee, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kept"].choices = [
            ("first", _("the left one: {name}").format(name=first.passport_name)),
            ("second", _("the right one: {name}").format(name=second.passport_name)),
        ]


class ApartForm(PlainTextMixin, forms.Form):
    """Why two records are two people."""

    reason = forms.CharField(
        label=_("Why these are two people"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class UndoForm(PlainTextMixin, forms.Form):
    """Why a joining is taken back."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
