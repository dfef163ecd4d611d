"""What the register of an office accepts: bodies abroad, their people, the talks with them."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_countries import countries

from accounts.editing import OnceFormMixin, VersionedFormMixin, version_of
from accounts.models import Organisation
from accounts.plain_text import PlainTextMixin
from hosts.forms.fields import DayField
from trainees.models import Agency, Contact, ContactLog, SendingGovernment

from .forms import EXAMPLE


def country_field(codes: list[str]) -> forms.ChoiceField:
    """The countries that the office looks after today, in the order of their names."""
    named = sorted(((code, str(countries.name(code))) for code in codes), key=lambda row: row[1])
    return forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=[("", gettext_lazy("Choose a country")), *named],
        error_messages={
            "invalid_choice": gettext_lazy("Choose a country that your office looks after.")
        },
    )


# Bodies abroad --------------------------------------------------------------------------------


class BodyForm(PlainTextMixin, VersionedFormMixin, OnceFormMixin, forms.ModelForm):
    """What an agency and an overseas local government have in common: names and country."""

    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=200)
    name_ja = forms.CharField(
        label=gettext_lazy("Name in Japanese"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Leave it empty if you do not know it; the English name is used."),
    )

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        own = str(self.instance.country or "")
        self.fields["country"] = country_field(sorted({*codes, own} - {""}))
        if self.instance.pk:
            body = self.instance.organisation
            names = {"name_en": body.name_en, "name_ja": body.name_ja}
            self.initial.update({**names, "country": own})
            self._saved.update({**names, "country": own})
            self._now = f"{self._now}{version_of(body, ['name_en', 'name_ja'])}"[:40]
            self.fields["version"].initial = self.initial["version"] = self._now
        self.order_fields(["kind", "country", "name_en", "name_ja", "name_local", "agency"])

    def save_body(self, kind: str) -> Any:
        """Keep the organisation and its profile."""
        body = self.instance.organisation if self.instance.pk else Organisation(kind=kind)
        body.name_en = self.cleaned_data["name_en"]
        body.name_ja = self.cleaned_data["name_ja"] or body.name_en
        body.save()
        self.instance.organisation = body
        return self.save()


class AgencyForm(BodyForm):
    """A ministry, an association or another body through which local governments are reached."""

    class Meta:
        model = Agency
        fields = ["kind", "country", "name_local"]

    kind_of_body = Organisation.Kind.AGENCY


class GovernmentForm(BodyForm):
    """An overseas local government, and the agency through which it is reached."""

    class Meta:
        model = SendingGovernment
        fields = ["country", "name_local", "agency"]

    kind_of_body = Organisation.Kind.SENDING_GOVERNMENT

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any):
        super().__init__(*args, codes=codes, **kwargs)
        rows = Agency.objects.filter(country__in=codes).select_related("organisation")
        self.fields["agency"].queryset = rows

    def clean(self):
        cleaned = super().clean()
        agency, country = cleaned.get("agency"), cleaned.get("country")
        if agency is not None and country and str(agency.country) != country:
            self.add_error("agency", _("This agency belongs to another country."))
        return cleaned


class ContactForm(PlainTextMixin, VersionedFormMixin, OnceFormMixin, forms.ModelForm):
    """A person to whom one writes or calls, and whether they have left."""

    left_on = DayField(
        label=gettext_lazy("Left on"),
        required=False,
        help_text=gettext_lazy("Empty while the person is there. Who has left gets no mail."),
    )

    class Meta:
        model = Contact
        fields = ["name", "post", "email", "telephone", "language", "note", "left_on"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["left_on"]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        others = Contact.objects.filter(
            organisation=self.instance.organisation, email=email, left_on=None
        ).exclude(pk=self.instance.pk)
        if email and others.exists():
            raise forms.ValidationError(_("This body has a contact with this address already."))
        return email

    def clean_left_on(self) -> date | None:
        day: date | None = self.cleaned_data["left_on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("This day lies in the future."))
        return day


class TalkForm(PlainTextMixin, OnceFormMixin, forms.ModelForm):
    """One talk with a body: when, how, with whom, what was said. What was written stays."""

    happened_on = DayField(label=pgettext_lazy("talk", "On"), help_text=EXAMPLE)

    class Meta:
        model = ContactLog
        fields = ["happened_on", "channel", "contact", "text"]
        widgets = {"channel": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = ContactLog.Channel.choices
        self.fields["contact"].queryset = Contact.objects.filter(organisation=organisation)
        self.fields["contact"].required = False

    def clean_happened_on(self) -> date:
        day: date = self.cleaned_data["happened_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day lies in the future."))
        return day
