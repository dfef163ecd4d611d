"""The form of the wished requests, for the section of the dossier and where it is opened again."""

import hashlib
import json

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.editing import differences
from accounts.plain_text import PlainTextMixin
from hosts.models import HostRequest

from .models import RequestWish
from .wishes import MOST_WISHES

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
            label=gettext_lazy("Why this request"),
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
