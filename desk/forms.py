"""What the staff's own pages accept."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.editing import OnceFormMixin
from accounts.fields import TelephoneField
from accounts.models import PERSONAL_ROLES, STAFF_ROLES, Language, Organisation, Role, User
from accounts.names import clean_name
from accounts.plain_text import PlainTextMixin
from hosts.models import LocalGovernment
from japan.codes import CodeError, validate_code
from schedule.models import FIRST_YEAR, LAST_YEAR, Programme
from schedule.services import next_fiscal_year
from trainees.names import check_name


class OpenCycleForm(OnceFormMixin, forms.Form):
    """Which programme's cycle, of which fiscal year; the next one is filled in."""

    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.all(), empty_label=None
    )
    fiscal_year = forms.IntegerField(
        label=_("Fiscal year of arrival"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    def __init__(self, *args, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        programmes = list(Programme.objects.all())
        self.fields["programme"].choices = [(each.pk, str(each)) for each in programmes]
        if programmes:
            self.fields["fiscal_year"].initial = next_fiscal_year(programmes[0], on=on)


class InvitationForm(OnceFormMixin, forms.Form):
    """Invite an official. A local government is named by its code, any other body from the list."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(label=_("Full name"), max_length=200)
    telephone = TelephoneField(
        label=_("Office telephone"),
        required=False,
        help_text=_("Shown where it is said whom to call. They can change it themselves."),
    )
    language = forms.ChoiceField(label=_("Language of the mails"), choices=Language)
    role = forms.ChoiceField(label=_("Role"))
    government_code = forms.CharField(
        label=_("Code of the local government"),
        required=False,
        max_length=20,
        help_text=_("Six digits with the check digit, for example 382060 (Saijo City)."),
    )
    organisation = forms.ModelChoiceField(
        label=_("Other organisation"),
        required=False,
        queryset=Organisation.objects.exclude(kind=Organisation.Kind.LOCAL_GOVERNMENT),
    )

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        barred = PERSONAL_ROLES if by.is_superuser else PERSONAL_ROLES | STAFF_ROLES
        self.fields["role"].choices = [
            (role.value, role.label) for role in Role if role not in barred
        ]

    def clean_name(self) -> str:
        """Family and given name may stand apart by a wide space, as Japanese offices type them."""
        name = self.cleaned_data["name"].replace("\u3000", " ")
        check_name(name)
        return clean_name(name)

    def clean_government_code(self) -> LocalGovernment | None:
        text = self.cleaned_data["government_code"]
        if not text:
            return None
        try:
            code = validate_code(text)
        except CodeError as error:
            raise forms.ValidationError(error.args[0]) from error
        government = (
            LocalGovernment.objects.filter(code=code).select_related("organisation").first()
        )
        if government is None:
            raise forms.ValidationError(
                _("There is no local government with the code {code}.").format(code=code)
            )
        return government

    def clean(self):
        cleaned = super().clean()
        government = cleaned.pop("government_code", None)
        organisation = cleaned.get("organisation")
        if "government_code" in self.errors:
            return cleaned
        if bool(government) == bool(organisation):
            self.add_error(
                "government_code",
                _("Name one organisation: a government by its code, or another from the list."),
            )
        elif government:
            cleaned["organisation"] = government.organisation
        return cleaned


class AccessReasonForm(PlainTextMixin, forms.Form):
    """Why something is done to another person's account; it stays in the account's history."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ResetFactorForm(AccessReasonForm):
    """A lost second factor: first it is checked who asks."""

    identity_check = forms.CharField(
        label=_("How you checked who asks"),
        max_length=200,
        help_text=_(
            "For example: called back on the office number that we knew before, and asked for the "
            "name of the superior. An e-mail alone is no check."
        ),
    )
    field_order = ["identity_check", "reason"]
