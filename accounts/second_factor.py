"""Which sessions have shown the second factor, and which end when it changes.

A session carries the mark since it passed the factor, or set it up itself. allauth asks for the
factor at sign-in only: a session that was there before the factor would never meet it.
"""

from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest

from .models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
SESSION_KEY = "second_factor_of"


def has_second_factor(user: User) -> bool:
    """Whether the account has an authenticator app or a passkey; recovery codes alone are none."""
    return is_mfa_enabled(user, list(FACTORS))


def mark_passed(session: SessionBase, user: User) -> None:
    """This session has shown the second factor of this person."""
    session[SESSION_KEY] = user.pk


def has_passed(session: SessionBase, user: User) -> bool:
    """Whether this session has shown the second factor of this person."""
    return session.get(SESSION_KEY) == user.pk


@receiver(authentication_step_completed)
def _on_step(request: HttpRequest, user: User, method: str, **kwargs: Any) -> None:
    """A code of the app, a passkey or a recovery code was accepted."""
    if method == "mfa":
        mark_passed(request.session, user)


@receiver(authenticator_added)
def _on_added(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Who sets up the factor holds it; the session goes on under a new key, the old one is dead."""
    if authenticator.type not in FACTORS:
        return
    mark_passed(request.session, user)
    old_key = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old_key).update(session_key=request.session.session_key)


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def _on_changed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A change of the factor ends every other session of the person, on the server."""
    others = UserSession.objects.filter(user=user)
    for session in others.exclude(session_key=request.session.session_key):
        session.end()
