"""What the pages of an overseas office accept of openings and nominations."""

import hashlib
import json
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.editing import OnceFormMixin, VersionedFormMixin
from accounts.models import Language, Organisation
from accounts.plain_text import PlainTextMixin
from hosts.forms.fields import DayField
from trainees.models import Agency, Contact, ContactLog, SendingGovernment, Trainee
from trainees.names import check_name, tidy_name

from ..cases.forms import AddressField
from ..models import Forwarding, Nomination, Opening
from ..services import PlacementError
from ..services.forwarding import Addressee, can_be_mailed, check_answer_day

EXAMPLE = gettext_lazy("For example 2026-12-04 or 4 December 2026.")


# Handing on -----------------------------------------------------------------------------------


class ForwardForm(PlainTextMixin, OnceFormMixin, forms.Form):
    """To whom an opening is handed on, who there gets it, until when they answer."""

    bodies = forms.MultipleChoiceField(
        label=gettext_lazy("To whom"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one body."),
            "invalid_choice": gettext_lazy("Choose bodies of this list only."),
        },
    )
    answer_by = DayField(label=gettext_lazy("Answer until"), help_text=EXAMPLE)
    with_link = forms.BooleanField(
        label=gettext_lazy("Send each of them a personal link by mail"),
        required=False,
        help_text=gettext_lazy(
            "The contact answers and nominates on a page of the portal, without an account. "
            "Without a link no mail is sent: you write yourself, and the portal notes it."
        ),
    )
    message = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("It stands with the request, in the language of your readers."),
    )

    def __init__(
        self,
        *args: Any,
        opening: Opening,
        organisations: list[Organisation],
        contacts: list[Contact],
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.opening = opening
        self.organisations = {str(body.public_id): body for body in organisations}
        self.fields["bodies"].choices = [(key, row.name) for key, row in self.organisations.items()]
        of_body: dict[int, list[Contact]] = {}
        for contact in contacts:
            of_body.setdefault(contact.organisation_id, []).append(contact)
        self.contact_names: dict[str, str] = {}
        for key, body in self.organisations.items():
            found = of_body.get(body.pk, [])
            if not found:
                continue
            name = self.contact_names[key] = f"contact-{body.pk}"
            self.fields[name] = forms.TypedChoiceField(
                label=body.name,
                required=False,
                choices=[
                    *((str(each.public_id), _named(each)) for each in found),
                    ("", gettext_lazy("nobody named")),
                ],
                coerce={str(each.public_id): each for each in found}.get,
                empty_value=None,
            )
            self.fields[name].initial = str(found[0].public_id)
            self.fields[name].widget.attrs["aria-label"] = _("Contact of {body}").format(
                body=body.name
            )

    def clean_answer_by(self) -> date:
        """A day that cannot be is told at its field, in the words of the service."""
        day: date = self.cleaned_data["answer_by"]
        try:
            check_answer_day(self.opening, day, timezone.localdate())
        except PlacementError as error:
            raise forms.ValidationError(str(error)) from error
        return day

    def addressees(self) -> list[Addressee]:
        return [
            Addressee(
                self.organisations[key], self.cleaned_data.get(self.contact_names.get(key, ""))
            )
            for key in self.cleaned_data["bodies"]
        ]


def _named(contact: Contact) -> str:
    return f"{contact.name} <{contact.email}>" if contact.email else contact.name


class AnswerForm(PlainTextMixin, OnceFormMixin, forms.ModelForm):
    """What a body has answered outside the portal."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"), choices=Forwarding.Answer.choices, widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How it came"),
        choices=[*ContactLog.Channel.choices, ("", gettext_lazy("not kept in the log of talks"))],
        widget=forms.RadioSelect,
        required=False,
    )
    happened_on = DayField(label=gettext_lazy("Came on"), help_text=EXAMPLE)

    class Meta:
        model = Forwarding
        fields = ["answer_note"]
        widgets = {"answer_note": forms.Textarea(attrs={"rows": 3})}
        labels = {"answer_note": gettext_lazy("What was said")}

    field_order = ["answer", "channel", "happened_on", "answer_note"]

    def clean_happened_on(self) -> date:
        day: date = self.cleaned_data["happened_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day lies in the future."))
        return day


class LinkForm(PlainTextMixin, OnceFormMixin, forms.Form):
    """Who at the body gets a personal link, with a word of one's own in the mail."""

    contact = forms.ModelChoiceField(
        label=pgettext_lazy("abroad", "Contact"),
        queryset=Contact.objects.none(),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose who gets the link.")},
    )
    message = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stands in the mail, in the language of your reader."),
    )

    def __init__(self, *args: Any, forwarding: Forwarding, **kwargs: Any):
        super().__init__(*args, **kwargs)
        rows = Contact.objects.filter(organisation=forwarding.organisation, left_on=None)
        field = self.fields["contact"]
        field.queryset = rows.exclude(email="").order_by("name", "pk")
        field.label_from_instance = _named
        field.initial = forwarding.contact_id


class RemindForm(PlainTextMixin, OnceFormMixin, forms.Form):
    """Which of the waiting bodies get a mail, and a word of one's own in it."""

    bodies = forms.MultipleChoiceField(
        label=gettext_lazy("To whom"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one body.")},
    )
    text = forms.CharField(
        label=gettext_lazy("A word of your own"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, forwardings: list[Forwarding], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.reachable = {str(row.public_id): row for row in forwardings if can_be_mailed(row)}
        self.fields["bodies"].choices = [
            (key, f"{row.organisation.name} – {_named(row.contact)}" if row.contact else "")
            for key, row in self.reachable.items()
        ]
        self.fields["bodies"].initial = list(self.reachable)

    def chosen(self) -> list[Forwarding]:
        return [self.reachable[key] for key in self.cleaned_data["bodies"]]


# Nominations ----------------------------------------------------------------------------------


class OfficeNominationForm(PlainTextMixin, OnceFormMixin, forms.Form):
    """Nominate a person for an opening; they are invited by e-mail and complete the rest."""

    email = AddressField(
        max_length=254,
        label=gettext_lazy("E-mail address of the nominee"),
        help_text=gettext_lazy("The invitation goes to this address and works for no other."),
    )
    passport_name = forms.CharField(
        label=gettext_lazy("Name as in the passport"),
        max_length=200,
        help_text=gettext_lazy("In the order of the passport. A single name is enough."),
    )
    nationality = Trainee._meta.get_field("nationality").formfield(
        label=gettext_lazy("Nationality")
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the invitation"),
        choices=Language,
        initial=Language.ENGLISH,
    )
    sending_government = forms.ModelChoiceField(
        label=gettext_lazy("Overseas local government that employs them"),
        queryset=SendingGovernment.objects.none(),
        help_text=gettext_lazy("Is it not in the list? Enter it in the register first."),
    )
    agency = forms.ModelChoiceField(
        label=gettext_lazy("Through which agency"),
        queryset=Agency.objects.none(),
        required=False,
    )
    nominator = forms.CharField(
        label=gettext_lazy("Who nominates (name and post)"), max_length=200, required=False
    )
    comment = forms.CharField(
        label=gettext_lazy("Remark of who nominates"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["sending_government"].queryset = SendingGovernment.objects.filter(
            country__in=codes
        ).select_related("organisation")
        self.fields["agency"].queryset = Agency.objects.filter(country__in=codes).select_related(
            "organisation"
        )

    def clean_passport_name(self) -> str:
        name = tidy_name(self.cleaned_data["passport_name"])
        check_name(name)
        return name


class OfficeCommentForm(PlainTextMixin, VersionedFormMixin, forms.ModelForm):
    """What the office says of its nominee; the operator and the reviewers read it."""

    class Meta:
        model = Nomination
        fields = ["office_comment"]
        widgets = {"office_comment": forms.Textarea(attrs={"rows": 5})}
        labels = {"office_comment": gettext_lazy("Remark of the office")}


class OrderForm(forms.Form):
    """The place of each nomination in the order of the office; 1 is the first choice."""

    seal = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, nominations: list[Nomination], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.nominations = nominations
        known = sorted([each.pk, each.office_rank] for each in nominations)
        self.now = hashlib.sha256(json.dumps(known).encode()).hexdigest()[:24]
        self.fields["seal"].initial = self.now
        between = _("Enter a number from 1 to {n}.").format(n=len(nominations))
        for place, each in enumerate(nominations, start=1):
            self.fields[each.public_id.hex] = forms.IntegerField(
                label=each.application.trainee.passport_name,
                min_value=1,
                max_value=len(nominations),
                initial=each.office_rank or place,
                widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
                error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], between),
            )

    def clean(self):
        cleaned = super().clean()
        if cleaned.pop("seal", "") != self.now:
            self.data = self.data.copy()
            self.data[self.add_prefix("seal")] = self.now
            self.add_error(
                None,
                _(
                    "Somebody else has changed this table since you opened it. Nothing has been "
                    "saved yet. Look through it, then save again to keep yours."
                ),
            )
        seen: dict[int, str] = {}
        for name, place in list(cleaned.items()):
            if place in seen:
                self.add_error(name, _("This place is taken twice."))
            seen[place] = name
        return cleaned

    def in_order(self) -> list[Nomination]:
        return sorted(self.nominations, key=lambda each: self.cleaned_data[each.public_id.hex])

    def rows(self) -> list[dict[str, object]]:
        return [
            {"nomination": each, "field": self[each.public_id.hex]} for each in self.nominations
        ]


class ForwardNominationsForm(PlainTextMixin, OnceFormMixin, forms.Form):
    """The reason for what is forwarded although something is missing, or by staff."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stays with the nomination."),
    )
