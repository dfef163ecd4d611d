"""Forms about people."""

from allauth.account.forms import RequestLoginCodeForm, ResetPasswordForm
from allauth.core import context
from django import forms

from .editing import VersionedFormMixin
from .models import User


class RequestCodeForm(RequestLoginCodeForm):
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


class ResetForm(ResetPasswordForm):
    """A password can be reset by those who have one; trainees have none to reset."""

    def clean_email(self) -> str:
        email = super().clean_email()
        self.users = [user for user in self.users if not user.signs_in_by_code]
        return email


class ProfileForm(VersionedFormMixin, forms.ModelForm):
    """What people may change about themselves; staff may change it, too."""

    class Meta:
        model = User
        fields = ["name", "language"]
