"""How allauth works here: by invitation only, mail through the outbox, second factor without a
second password.
"""

import time
import unicodedata
import uuid

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from notices.doorbell import ring_for_mails, ring_on_commit
from notices.mails import queue_mail

from .models import Invitation, User
from .second_factor import is_asked_at_sign_in
from .services import AccountError, accept_invitation, lock_usable
from .sheets import sheet_of

TO_STRANGERS = "account/email/unknown_account"
MADE_FOR_STRANGERS, NOBODY = "account/email/login_code", "nobody@example.org"
JUST_SIGNED_IN_SECONDS = 300
FIRST_IN_LINE = 0
AT_SIGN_IN = {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}  # what sign-in asks about


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open only to the holder of an invitation, and only for its address."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "cannot_remove_primary_email": _("The address that you use cannot be removed."),
        "duplicate_email": _("This e-mail address belongs to your account already."),
        "email_password_mismatch": _("The e-mail address or the password is not correct."),
        "unverified_primary_email": _("Confirm the e-mail address first."),
    }

    def _invitation(self, request) -> Invitation | None:
        pk = request.session.get("invitation") if request else None
        invitation = Invitation.objects.filter(pk=pk).first() if pk else None
        return invitation if invitation and invitation.is_usable() else None

    def is_open_for_signup(self, request) -> bool:
        return self._invitation(request) is not None

    def clean_email(self, email: str) -> str:
        email = super().clean_email(email).lower()
        invitation = self._invitation(self.request)
        if invitation and email != invitation.email:
            raise ValidationError(_("Use the address that the invitation was sent to."))
        return email

    def save_user(self, request, user: User, form, commit: bool = True) -> User:
        invitation = self._invitation(request)
        if invitation is None:  # it was used by somebody else while this form was read
            request.session.pop("invitation", None)
            raise ImmediateHttpResponse(redirect("accounts:accept"))
        user = super().save_user(request, user, form, commit=False)
        user.email = user.email.lower()
        user.name = invitation.name
        user.language = invitation.language
        if commit:
            try:
                with transaction.atomic():
                    lock_usable(invitation)
                    user.save()
                    accept_invitation(invitation, by=user)
                    # The sign-up makes it itself, from the verified address kept in the session.
                    EmailAddress.objects.filter(user=user).delete()
            except AccountError:  # somebody else was faster with the same link
                request.session.pop("invitation", None)
                raise ImmediateHttpResponse(redirect("accounts:accept")) from None
            request.session.pop("invitation", None)
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Codes and notices of sign-in are rows of the outbox, first in line; the body is
        forgotten once sent. A stranger gets none, but the answer to them takes as long: the same
        mail is made and taken back.
        """
        if template_prefix != TO_STRANGERS:
            self._queue(template_prefix, email, context)
            return
        with transaction.atomic():
            context = {**context, "code": self.generate_login_code()}
            self._queue(MADE_FOR_STRANGERS, NOBODY, context)
            transaction.set_rollback(True)
        ring_on_commit(ring_for_mails)

    def _queue(self, template_prefix: str, email: str, context: dict) -> None:
        user = context.get("user") or User.objects.filter(email=email.lower()).first()
        language = user.language if user else translation.get_language()
        purpose = template_prefix.rsplit("/", 1)[-1]
        with translation.override(language):
            message = self.render_mail(
                template_prefix,
                email,
                {"request": self.request, "email": email, "user": user, **context},
            )
        queue_mail(
            key=f"account:{purpose}:{uuid.uuid4()}",
            purpose=purpose,
            to=email,
            to_name=user.name if user else "",
            language=language,
            subject=message.subject,
            body=message.body,
            priority=FIRST_IN_LINE,
            related=f"accounts.User:{user.pk}" if user else "accounts.adapter",
            forget_body=True,
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The portal's own address, whatever host the request named."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", key)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address behind the web servers that we know; a header that is shorter than their
        number did not pass them and counts for nothing.
        """
        try:
            return super().get_client_ip(request)
        except ImproperlyConfigured:
            return request.META["REMOTE_ADDR"]

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """Failures count for the account, however the address is spelt and whatever host the
        request named: allauth would count anew for each port in the header.
        """
        typed = credentials.get("email", "")
        return unicodedata.normalize("NFKC", typed).casefold().strip()

    def count_failure_from_address(self, request: HttpRequest) -> ratelimit.RateLimitUsage:
        """Count an attempt for the address it comes from; roll it back when it succeeds. Raises
        ValidationError when there were too many.
        """
        usage = ratelimit.consume(request, app="allauth.account", action="failed_from_address")
        if usage is None:
            raise self.validation_error("too_many_login_attempts")
        return usage

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        self._from_address = self.count_failure_from_address(request)
        super().pre_authenticate(request, **credentials)

    def _rollback_login_failed_rl_usage(self) -> None:
        self._from_address.rollback()
        super()._rollback_login_failed_rl_usage()

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Signed in a moment ago and no second factor yet: enrol without a second password
        prompt.
        """
        request = context.request
        if app == "allauth.mfa" and not is_mfa_enabled(request.user):
            began_at = request.session.get("began_at", time.time())
            if time.time() - began_at < JUST_SIGNED_IN_SECONDS:
                return False
        return super().is_reauthentication_required(app=app, **kwargs)


class SecondFactorAdapter(DefaultMFAAdapter):
    """The authenticator app shows the programme's name and the person's address."""

    def _get_site_name(self) -> str:
        return "LGOTP"

    def is_mfa_enabled(self, user: User, types: list[str] | None = None) -> bool:
        """A printed sheet counts where sign-in asks for any factor, and where codes are asked for
        by name; never for an app or a key.
        """
        if user.is_anonymous:
            return False
        if types is None or set(types) == AT_SIGN_IN:
            return is_asked_at_sign_in(user)
        if Authenticator.Type.RECOVERY_CODES in types and sheet_of(user):
            return True
        return super().is_mfa_enabled(user, types)
