"""What the pages of the selection accept."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.editing import OnceFormMixin
from accounts.plain_text import PlainTextMixin
from hosts.models import HostRequest
from schedule.models import Cycle
from schedule.vocabulary import Route
from trainees.models import Application, SendingGovernment

from .models import Opening
from .nominee_form import NomineeFields
from .queries import applications_of, requests_of


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
