"""Which sessions have shown the second factor, and which end when it changes.

A session carries the mark since it passed the factor, or set it up itself. allauth asks for the
factor at sign-in only: a session that was there before the factor would never meet it.
"""

from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import F
from django.dispatch import receiver
from django.http import HttpRequest

from .access import AccessEvent, CodeSheet
from .models import User
from .sheets import may_be_factor

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
SESSION_KEY = "second_factor_of"


def has_app_or_key(user: User) -> bool:
    """Whether the account has an authenticator app or a passkey."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def has_factor_sheet(user: User) -> bool:
    """Whether the person chose a printed sheet as the second factor itself."""
    sheets = CodeSheet.objects.filter(user_id=user.pk, confirmed_at__isnull=False)
    return sheets.filter(is_factor=True).exists()


def is_asked_at_sign_in(user: User) -> bool:
    """Whether the password alone does not open this account, whatever its roles."""
    return has_app_or_key(user) or has_factor_sheet(user)


def has_second_factor(user: User) -> bool:
    """Whether the account has a factor that is enough for its roles; a sheet that was printed as a
    way back in is none.
    """
    return has_app_or_key(user) or (may_be_factor(user) and has_factor_sheet(user))


def mark_passed(session: SessionBase, user: User) -> None:
    """This session has shown the second factor of this person."""
    session[SESSION_KEY] = user.pk


def has_passed(session: SessionBase, user: User) -> bool:
    """Whether this session has shown the second factor of this person."""
    return session.get(SESSION_KEY) == user.pk


def go_on_under_a_new_key(request: HttpRequest) -> None:
    """The session keeps what it knows; its old key is dead."""
    old_key = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old_key).update(session_key=request.session.session_key)


def end_other_sessions(request: HttpRequest, user: User) -> None:
    """Every other session of the person ends, on the server; this one goes on under a new key."""
    old_key = request.session.session_key
    User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)
    user.refresh_from_db(fields=["session_round"])
    request.user.session_round = user.session_round  # type: ignore[union-attr]
    update_session_auth_hash(request, user)
    UserSession.objects.filter(session_key=old_key).update(session_key=request.session.session_key)
    others = UserSession.objects.filter(user=user)
    for session in others.exclude(session_key=request.session.session_key):
        session.end()


def take_sheet_as_factor(request: HttpRequest, user: User) -> None:
    """Who has typed a code of the new sheet holds it, as with any other factor."""
    mark_passed(request.session, user)
    end_other_sessions(request, user)


@receiver(authentication_step_completed)
def _on_step(request: HttpRequest, user: User, method: str, **kwargs: Any) -> None:
    """A code of the app, a passkey or a printed code was accepted."""
    if method == "mfa":
        mark_passed(request.session, user)


@receiver(authenticator_added)
def _on_added(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Who sets up the factor holds it; every other session ends."""
    mark_passed(request.session, user)
    AccessEvent.objects.create(
        user=user, by=user, kind=AccessEvent.Kind.FACTOR_ADDED, detail=authenticator.type
    )
    end_other_sessions(request, user)


@receiver([authenticator_removed, authenticator_reset])
def _on_removed(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """A change of the factor ends every other session; codes that were a way back to it end with
    it.
    """
    AccessEvent.objects.create(
        user=user, by=user, kind=AccessEvent.Kind.FACTOR_REMOVED, detail=authenticator.type
    )
    if not has_app_or_key(user):
        CodeSheet.objects.filter(user=user, is_factor=False).delete()
    end_other_sessions(request, user)
