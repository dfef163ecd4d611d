"""What the pages of the selection accept."""

import hashlib
import json

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.editing import OnceFormMixin, differences
from accounts.plain_text import PlainTextMixin
from hosts.models import HostRequest
from schedule.models import Cycle
from schedule.vocabulary import Route
from trainees.models import Application, SendingGovernment

from .models import Opening, RequestWish
from .nominee_form import NomineeFields
from .queries import applications_of, requests_of
from .wishes import MOST_WISHES


class NominationForm(OnceFormMixin, NomineeFields):
    """Propose a person for a cycle."""

    sending_government = forms.ModelChoiceField(
        label=_("Overseas local government that employs them"),
        queryset=SendingGovernment.objects.select_related("organisation"),
    )
    host_request = forms.ModelChoiceField(
        label=_("Request of the host"),
        queryset=HostRequest.objects.none(),
        required=False,
        help_text=_("Only where a host has selected this person itself."),
    )

    opening = forms.ModelChoiceField(
        label=_("Request through an overseas office"),
        queryset=Opening.objects.none(),
        required=False,
        help_text=_("Where an office has told you of this person for a request of its list."),
    )
    override = forms.CharField(
        label=_("Reason for nominating after the last day or from another country"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only where a rule stands against it; the reason stays in the history."),
    )

    def __init__(self, *args, cycle: Cycle, **kwargs):
        super().__init__(*args, **kwargs)
        own = requests_of(cycle).filter(route=Route.OWN_SELECTION)
        self.fields["host_request"].queryset = own
        openings = Opening.objects.in_force().filter(host_request__answer__survey__cycle=cycle)
        self.fields["opening"].queryset = openings.select_related(
            "office__organisation",
            "host_request__answer__government__organisation",
            "host_request__answer__government__prefecture__organisation",
            "host_request__answer__survey__cycle__programme",
        ).order_by("office__code", "host_request__answer__government__code", "pk")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("opening") and cleaned.get("host_request"):
            self.add_error("opening", _("Choose one of the two requests, or neither."))
        return cleaned


class ProposeForm(OnceFormMixin, forms.Form):
    """The button that lets the solver propose."""


class DecideForm(OnceFormMixin, forms.Form):
    """The button that decides what its sheet names."""


class PlaceForm(PlainTextMixin, OnceFormMixin, forms.Form):
    """Place one person by hand. Both sides come from the cycle of the page."""

    application = forms.ModelChoiceField(
        label=_("Application"), queryset=Application.objects.none()
    )
    host_request = forms.ModelChoiceField(
        label=_("Host request"), queryset=HostRequest.objects.none()
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays with the placement."),
    )

    def __init__(self, *args, cycle: Cycle, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["application"].queryset = applications_of(cycle)
        self.fields["host_request"].queryset = requests_of(cycle)


class ReasonForm(PlainTextMixin, forms.Form):
    """The reason for taking something back."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


PLACES = range(1, MOST_WISHES + 1)


def version_of_wishes(wishes: list[RequestWish]) -> str:
    """What the page looked like: other wishes have another version."""
    rows = [[wish.host_request_id, wish.reason] for wish in wishes]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:24]


def _places() -> dict[str, forms.Field]:
    """A request and its reason for each place in the order."""
    fields: dict[str, forms.Field] = {}
    for place in PLACES:
        fields[f"request_{place}"] = forms.ChoiceField(required=False)
        fields[f"reason_{place}"] = forms.CharField(
            label=_("Why this request"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
    return fields


class WishesForm(PlainTextMixin, forms.Form):
    """Up to five requests in order, each with a reason."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, requests: list[HostRequest], wishes: list[RequestWish], **kwargs):
        initial = {"version": version_of_wishes(wishes)}
        for wish in wishes:
            initial[f"request_{wish.rank}"] = str(wish.host_request.public_id)
            initial[f"reason_{wish.rank}"] = wish.reason
        typed = kwargs.pop("initial", None) or {}
        super().__init__(*args, initial={**initial, **typed}, **kwargs)
        self.now, self.stale, self.saved = initial["version"], False, initial
        self.requests = {str(row.public_id): row for row in requests}
        for wish in wishes:  # one that was closed since stays until it is taken out
            self.requests.setdefault(str(wish.host_request.public_id), wish.host_request)
        choices = [("", _("No wish")), *((key, str(row)) for key, row in self.requests.items())]
        for place in PLACES:
            field = self.fields[f"request_{place}"]
            field.choices = choices
            field.label = _("Wish {n}").format(n=place)
            field.error_messages["invalid_choice"] = _("This request is not open to you.")

    def clean(self):
        cleaned = super().clean()
        seen: set[str] = set()
        for place in PLACES:
            key, reason = cleaned.get(f"request_{place}"), cleaned.get(f"reason_{place}")
            if key and key in seen:
                self.add_error(f"request_{place}", _("Each request can be chosen only once."))
            if key:
                seen.add(key)
            elif reason and f"request_{place}" not in self.errors:
                self.add_error(f"request_{place}", _("Choose the request that you explain."))
        if cleaned.get("version") != self.now:
            self.stale = True
            self.data = self.data.copy()
            self.data["version"] = self.now
            self.add_error(
                None,
                _(
                    "This page was changed on another device since you opened it. Nothing has been "
                    "saved yet. Compare the two versions below, then save again to keep yours."
                ),
            )
        return cleaned

    def conflicts(self) -> list[dict[str, object]]:
        return differences(self, self.saved)

    def chosen(self) -> list[tuple[HostRequest, str]]:
        """The wishes in their order; a place that was left out closes up."""
        return [
            (self.requests[key], self.cleaned_data[f"reason_{place}"])
            for place in PLACES
            if (key := self.cleaned_data[f"request_{place}"])
        ]

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"request_{place}"], self[f"reason_{place}"]) for place in PLACES]


WishesForm.base_fields.update(_places())
