"""What is typed about the people of an office: colleagues, successors, take-overs."""

import unicodedata
from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.editing import OnceFormMixin
from accounts.fields import TelephoneField
from accounts.models import Membership, Role
from accounts.names import clean_name
from accounts.plain_text import PlainTextMixin
from accounts.succession import NOTE_MAX
from japan.text import normalise

from .fields import DayField


class OfficeNameField(forms.CharField):
    """A person's name on one line; a wide space may stand between family and given name."""

    def clean(self, value: object) -> str:
        return clean_name(super().clean(value).replace("\u3000", " "))


class OfficeEmailField(forms.EmailField):
    """An address, whatever the width in which it was typed."""

    widget = forms.EmailInput(attrs={"class": "wide", "autocomplete": "off"})

    def to_python(self, value: object) -> str:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).strip().lower()
        return super().to_python(value)


class ColleagueForm(OnceFormMixin, PlainTextMixin, forms.Form):
    """Invite a colleague to a role that one may give."""

    role = forms.ChoiceField(label=_("Role"))
    name = OfficeNameField(label=_("Full name"), max_length=200)
    email = OfficeEmailField(label=_("Office e-mail address"), max_length=254)
    telephone = TelephoneField(
        label=_("Office telephone"),
        required=False,
        help_text=_("Shown where it is said whom to call. They can change it themselves."),
    )
    starts_on = DayField(
        label=_("First day of the role"),
        required=False,
        help_text=_("Leave it empty if the role begins as soon as the invitation is accepted."),
    )

    def __init__(self, *args, roles: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role, Role(role).label) for role in roles]
        if len(roles) == 1:
            self.fields["role"].widget = forms.HiddenInput()
            self.fields["role"].initial = roles[0]

    def clean_starts_on(self) -> date | None:
        return _soon(self.cleaned_data["starts_on"])


class LeavingForm(OnceFormMixin, PlainTextMixin, forms.Form):
    """One's own last day, and who comes after, as far as it is known."""

    role = forms.ChoiceField(label=_("Role that ends"))
    last_day = DayField(label=_("Your last day"), help_text=_("For example 2027-03-31 or R9.3.31."))
    successor_name = OfficeNameField(
        label=_("Name of the successor"),
        max_length=200,
        required=False,
        help_text=_("Leave these three empty while nobody is known yet."),
    )
    successor_email = OfficeEmailField(
        label=_("Office e-mail address of the successor"), max_length=254, required=False
    )
    successor_from = DayField(
        label=_("First day of the successor"),
        required=False,
        help_text=_("If it is empty, the day after your last day."),
    )
    note = forms.CharField(
        label=_("What the next person should know"),
        max_length=NOTE_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("It stands on the hand-over page. The relay and the operator read it, too."),
    )

    def __init__(self, *args, roles: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role, Role(role).label) for role in roles]
        if len(roles) == 1:
            self.fields["role"].widget = forms.HiddenInput()
            self.fields["role"].initial = roles[0]

    def clean_last_day(self) -> date:
        return _soon(self.cleaned_data["last_day"])

    def clean_successor_from(self) -> date | None:
        return _soon(self.cleaned_data["successor_from"])

    def clean(self):
        cleaned = super().clean()
        name, email = cleaned.get("successor_name"), cleaned.get("successor_email")
        is_bad = {"successor_name", "successor_email"} & set(self.errors)
        if not is_bad and bool(name) != bool(email):
            missing = "successor_email" if name else "successor_name"
            self.add_error(missing, _("Enter both the name and the address, or neither."))
        if cleaned.get("successor_from") and not (name or email or is_bad):
            self.add_error("successor_name", _("Enter who begins on that day."))
        return cleaned


def _soon(day: date | None) -> date | None:
    today = timezone.localdate()
    if day is not None and not today <= day <= today + timedelta(days=400):
        raise forms.ValidationError(_("Enter a day between today and a year from now."))
    return day


class GovernmentSearchForm(forms.Form):
    """Find a government by its name or code."""

    q = forms.CharField(
        label=_("Name or code of your local government"),
        max_length=50,
        widget=forms.TextInput(attrs={"class": "wide", "autocomplete": "off"}),
        help_text=_("For example 西条市, さいじょう, Saijo or 382060."),
    )

    def clean_q(self) -> str:
        return normalise(self.cleaned_data["q"].replace("\x00", ""))


class TakeOverForm(OnceFormMixin, PlainTextMixin, forms.Form):
    """“I am the new person in charge, and my predecessor has gone.”"""

    role = forms.ChoiceField(
        label=_("What you are in charge of"),
        choices=[
            (Role.COORDINATOR, _("the answer of our own government")),
            (Role.RELAY, _("the relay of the municipalities' answers")),
        ],
    )
    name = OfficeNameField(label=_("Your name"), max_length=200)
    email = OfficeEmailField(
        label=_("Your office e-mail address"),
        max_length=254,
        help_text=_("If it is confirmed, the invitation goes to this address and to no other."),
    )
    section = forms.CharField(
        label=_("Section"), max_length=200, widget=forms.TextInput(attrs={"class": "wide"})
    )
    telephone = TelephoneField(
        label=_("Office telephone"),
        help_text=_("Whoever confirms it may call you back on the number of your office."),
    )
    note = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example the name of your predecessor."),
    )

    def __init__(self, *args, has_relay: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_relay:
            self.fields["role"].choices = [(Role.COORDINATOR, Role.COORDINATOR.label)]
            self.fields["role"].widget = forms.HiddenInput()
            self.fields["role"].initial = Role.COORDINATOR


class DecideTakeOverForm(PlainTextMixin, forms.Form):
    """Confirm or refuse. Whoever confirms says how they checked it."""

    CONFIRM, REFUSE = "confirm", "refuse"

    identity_check = forms.CharField(
        label=_("How you checked who asks"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "wide", "autocomplete": "off"}),
        help_text=_(
            "Needed to confirm. For example: called back on the office number that we knew before. "
            "An e-mail alone is no check."
        ),
    )
    ends = forms.ModelMultipleChoiceField(
        label=_("Who has gone; their role ends"),
        queryset=Membership.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ends_on = DayField(label=_("Last day of those who have gone"), required=False)
    reason = forms.CharField(
        label=_("Reason for refusing"),
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed to refuse. It is mailed to the address that asked."),
    )
    act = forms.ChoiceField(
        choices=[(CONFIRM, CONFIRM), (REFUSE, REFUSE)],
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose what to do.")),
    )

    def __init__(self, *args, members: list[Membership], **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["ends"]
        field.queryset = Membership.objects.filter(pk__in=[each.pk for each in members])
        field.choices = [(each.pk, f"{each.user.name}（{each.user.email}）") for each in members]
        if not members:
            del self.fields["ends"], self.fields["ends_on"]
        else:
            self.fields["ends_on"].initial = timezone.localdate()

    def clean_ends_on(self) -> date | None:
        return _soon(self.cleaned_data["ends_on"])

    def clean(self):
        cleaned = super().clean()
        needed = {
            self.CONFIRM: ("identity_check", _("Write how you checked who asks.")),
            self.REFUSE: ("reason", _("Write why; the person who asked reads it.")),
        }
        name, fault = needed.get(cleaned.get("act"), ("", ""))
        if name and name not in self.errors and not cleaned.get(name, "").strip():
            self.add_error(name, fault)
        return cleaned
