"""What the pages of the recruitment accept on the desk."""

import hashlib
import json
from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.editing import OnceFormMixin, VersionedFormMixin
from accounts.plain_text import PlainTextMixin
from files.received import ACCEPT
from hosts.forms.fields import DayField
from hosts.models import HostRequest
from placements.models import MOST_NOMINEES, Opening, Recruitment, RecruitmentText
from placements.offering import Reach
from trainees.models import OverseasOffice

WHOLE = gettext_lazy("Enter a whole number from 1 to 99, or leave it empty.")


class RecruitmentForm(PlainTextMixin, VersionedFormMixin, forms.ModelForm):
    """The text that goes to the offices, and the rule for people who are nominated elsewhere."""

    class Meta:
        model = Recruitment
        fields = ["text_ja", "text_en", "elsewhere"]
        widgets = {
            "text_en": forms.Textarea(attrs={"lang": "en"}),
            "elsewhere": forms.RadioSelect,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["elsewhere"].choices = Recruitment.Elsewhere.choices


class FurtherTextForm(PlainTextMixin, OnceFormMixin, forms.ModelForm):
    """The text in one more language, typed or as a file."""

    upload = forms.FileField(
        label=gettext_lazy("or a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy("A PDF or a picture. The offices can download it."),
        error_messages={"empty": gettext_lazy("There is nothing in this file.")},
    )

    class Meta:
        model = RecruitmentText
        fields = ["language", "text"]
        help_texts = {"language": gettext_lazy("As its readers call it, for example Français.")}

    def __init__(self, *args, recruitment: Recruitment, **kwargs):
        super().__init__(*args, **kwargs)
        self.recruitment = recruitment

    def clean_language(self) -> str:
        language: str = self.cleaned_data["language"]
        if self.recruitment.texts.filter(language__iexact=language).exists():
            raise forms.ValidationError(_("There is a text in this language already."))
        return language

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("text") and not cleaned.get("upload") and "upload" not in self.errors:
            self.add_error("text", _("Type the text, or choose a file."))
        return cleaned


def quota_field(label: str, *, required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=1,
        max_value=MOST_NOMINEES,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], WHOLE),
    )


def seal_of(openings: list[Opening]) -> str:
    """What the table looked like: another table has another seal."""
    rows = sorted([row.host_request_id, row.office_id, row.quota] for row in openings)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:24]


class OfferForm(forms.Form):
    """Requests by offices: the most nominees where a request is offered, empty where it is not."""

    seal = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args,
        requests: list[HostRequest],
        offices: list[Reach],
        openings: list[Opening],
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.requests, self.offices = requests, offices
        known = {(row.host_request_id, row.office_id): row.quota for row in openings}
        self.now = seal_of(openings)
        self.fields["seal"].initial = self.now
        self.names: dict[tuple[int, int], str] = {}
        for request in requests:
            for each in offices:
                name = f"q-{request.pk}-{each.office.pk}"
                label = f"{request}, {each.office}"
                self.names[request.pk, each.office.pk] = name
                self.fields[name] = quota_field(label)
                self.fields[name].widget.attrs["aria-label"] = label
                self.fields[name].initial = known.get((request.pk, each.office.pk))

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("seal") != self.now:
            self.data = self.data.copy()
            self.data["seal"] = self.now
            self.add_error(
                None,
                _(
                    "Somebody else has changed this table since you opened it. Nothing has been "
                    "saved yet. Look through it, then save again to keep yours."
                ),
            )
        return cleaned

    def quotas(self) -> dict[tuple[int, int], int | None]:
        return {pair: self.cleaned_data[name] for pair, name in self.names.items()}

    def rows(self) -> list[dict[str, object]]:
        """Each request with its cell for each office."""
        return [
            {
                "request": request,
                "cells": [
                    {"office": each.office, "field": self[self.names[request.pk, each.office.pk]]}
                    for each in self.offices
                ],
            }
            for request in self.requests
        ]


class OpeningForm(PlainTextMixin, VersionedFormMixin, forms.ModelForm):
    """How many, until when, and what the office should know."""

    quota = quota_field(gettext_lazy("Most nominees"), required=True)
    nominate_by = DayField(
        label=gettext_lazy("Nominate until"),
        required=False,
        help_text=gettext_lazy("Empty: the day of the cycle. The day ends at midnight in Japan."),
    )

    class Meta:
        model = Opening
        fields = ["quota", "nominate_by", "note"]


class AddOpeningForm(PlainTextMixin, OnceFormMixin, forms.Form):
    """One more request for one more office."""

    host_request = forms.ModelChoiceField(
        label=gettext_lazy("Host request"), queryset=HostRequest.objects.none()
    )
    office = forms.ModelChoiceField(
        label=gettext_lazy("Overseas office"), queryset=OverseasOffice.objects.none()
    )
    quota = quota_field(gettext_lazy("Most nominees"), required=True)
    nominate_by = DayField(
        label=gettext_lazy("Nominate until"),
        required=False,
        help_text=gettext_lazy("Empty: the day of the cycle. The day ends at midnight in Japan."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note for the office"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, requests, offices, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["host_request"].queryset = requests
        self.fields["office"].queryset = offices
        self.fields["quota"].initial = 1


class CloseForm(PlainTextMixin, forms.Form):
    """Why an opening is taken back; the office is told."""

    reason = forms.CharField(
        label=pgettext_lazy("opening", "Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The office reads it."),
    )
