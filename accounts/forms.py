"""Forms about people."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    AddEmailForm,
    ConfirmLoginCodeForm,
    LoginForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    SignupForm,
)
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from django import forms
from django.utils.translation import gettext_lazy as _

from .editing import VersionedFormMixin
from .models import PERSONAL_ROLES, User
from .sheets import use_code


class _OurWordsMixin:
    """The field of the address has the name that it has on every other page."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in {"login", "email"} & set(self.fields):
            self.fields[name].label = _("E-mail address")
            self.fields[name].widget.attrs.pop("placeholder", None)


class SignInForm(_OurWordsMixin, LoginForm):
    """Address and password."""


class OpenAccountForm(_OurWordsMixin, SignupForm):
    """The invited address and a password."""


class NewAddressForm(_OurWordsMixin, AddEmailForm):
    """The address that takes the place of the present one once it is confirmed."""


class RequestCodeForm(_OurWordsMixin, RequestLoginCodeForm):
    """Codes are for those who have no password; to everyone else the page answers as to a
    stranger.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        request = context.request
        if request and request.method == "GET":  # the page after an accepted invitation names it
            self.fields["email"].initial = request.GET.get("email", "")[:254]

    def clean_email(self) -> str:
        email = super().clean_email()
        if self._user and not self._user.signs_in_by_code:
            self._user = None
        return email


class ResetForm(_OurWordsMixin, ResetPasswordForm):
    """A password can be reset by those who have one; trainees have none to reset."""

    def clean_email(self) -> str:
        email = super().clean_email()
        self.users = [user for user in self.users if not user.signs_in_by_code]
        return email


class ConfirmCodeForm(ConfirmLoginCodeForm):
    """A wrong login code counts as a failed sign-in of the address it came from."""

    def clean_code(self) -> str:
        attempt = get_adapter().count_failure_from_address(context.request)
        code = super().clean_code()
        attempt.rollback()
        return code


class _PrintedCodeMixin:
    """A code of the app or of the printed sheet; failures count for person and address."""

    authenticator: Authenticator | None

    def clean_code(self) -> str:
        attempt = get_adapter().count_failure_from_address(context.request)
        lift = check_rate_limit(self.user)
        code = self.cleaned_data["code"]
        self.authenticator = self._app_of(code)
        if self.authenticator is None and use_code(self.user, code) is None:
            raise get_mfa_adapter().validation_error("incorrect_code")
        attempt.rollback()
        lift()
        return code

    def _app_of(self, code: str) -> Authenticator | None:
        found = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP).first()
        if found is None or not found.wrap().validate_code(code):
            return None
        found.user = self.user
        return found

    def save(self) -> None:
        if self.authenticator:
            super().save()
        else:
            record_authentication(context.request, self.user, "mfa", type="code_sheet", **self.how)


class SecondFactorForm(_PrintedCodeMixin, AuthenticateForm):
    """The second factor at sign-in."""

    how: dict[str, bool] = {}


class SecondFactorAgainForm(_PrintedCodeMixin, ReauthenticateForm):
    """The second factor before a step that concerns the safety of the account."""

    how = {"reauthenticated": True}


class AppForm(ActivateTOTPForm):
    """The code that sets up the app is used with it, so that it opens nothing a second time."""

    def clean_code(self) -> str:
        code = super().clean_code()
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code


class SheetCodeForm(forms.Form):
    """A code from the paper shows that the sheet was printed or written down."""

    code = forms.CharField(
        label=_("A code from the sheet"),
        max_length=40,
        help_text=_("For example number 1. It is used up with this step; cross it out."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class LinkCodeForm(forms.Form):
    """The code that was mailed to the address of a personal link."""

    code = forms.CharField(
        label=_("Code from the e-mail"),
        max_length=40,
        help_text=_("Eight digits. The hyphen may be left out."),
        widget=forms.TextInput(
            attrs={"class": "middle", "inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
    )


class ProfileForm(VersionedFormMixin, forms.ModelForm):
    """What people may change about themselves; staff may change it, too."""

    class Meta:
        model = User
        fields = ["name", "telephone", "language"]
        labels = {"name": _("Full name")}
        widgets = {
            "telephone": forms.TextInput(
                attrs={"class": "middle", "inputmode": "tel", "autocomplete": "tel"}
            )
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.roles - PERSONAL_ROLES:
            del self.fields["telephone"]  # trainees and alumni have no office to be called at
