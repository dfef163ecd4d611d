"""What writes itself into the audit trail: changes, sign-ins, credentials, moves of letters."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from auditlog.context import auditlog_value
from auditlog.models import LogEntry
from auditlog.signals import post_log
from django.contrib.auth import signals as auth_signals
from django.db import models
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from notices.models import LetterMove

from .access import AccessEvent
from .addresses import client_address
from .models import Membership, User
from .trail import Act, AuditRecord, fingerprint_of, record

ACTS = {
    LogEntry.Action.CREATE: Act.CREATE,
    LogEntry.Action.UPDATE: Act.UPDATE,
    LogEntry.Action.DELETE: Act.DELETE,
    LogEntry.Action.ACCESS: Act.READ,
}
PERMISSION_COLUMNS = {"is_active", "is_demo"}
TOLD_BY_SIGNALS = {AccessEvent.Kind.FACTOR_ADDED, AccessEvent.Kind.FACTOR_REMOVED}
OPENS_OR_CLOSES = {
    AccessEvent.Kind.CLOSED,
    AccessEvent.Kind.REOPENED,
    AccessEvent.Kind.SESSIONS_ENDED,
}


def record_for(
    request: HttpRequest, act: Act, row: models.Model, *, fields: tuple[str, ...] = (), digest=""
) -> AuditRecord:
    """Write what the person of this request has opened, downloaded, exported or imported."""
    return record(
        act,
        actor_id=request.user.pk,
        row=row,
        fields=fields,
        digest=digest,
        address=client_address(request),
    )


@receiver(post_log)
def _on_change(sender: Any, log_entry: LogEntry | None, instance: Any, **kwargs: Any) -> None:
    """Each entry of the change log has its record, with the fingerprint of its values."""
    if log_entry is None:
        return
    changes = log_entry.changes or {}
    act = ACTS[log_entry.action]
    if isinstance(instance, Membership) or _opens_or_closes(instance, act, changes):
        act = Act.PERMISSION
    record(
        act,
        actor_id=log_entry.actor_id,
        row=instance,
        fields=changes,
        digest=fingerprint_of(changes) if changes else "",
        entry_id=log_entry.pk,
        address=log_entry.remote_addr or "",
    )


def _opens_or_closes(instance: Any, act: Act, changes: dict) -> bool:
    """Whether a change lets a person in or shuts them out."""
    is_change = isinstance(instance, User) and act == Act.UPDATE
    return is_change and bool(PERMISSION_COLUMNS & set(changes))


@receiver(post_save, sender=LetterMove)
def _on_letter(sender: Any, instance: LetterMove, created: bool, **kwargs: Any) -> None:
    """A step of a letter; the worker's have no person."""
    if created:
        who = auditlog_value.get({})
        actor = who.get("actor")
        record(
            Act.UPDATE,
            actor_id=actor.pk if actor else None,
            row=instance.letter,
            fields=["state"],
            address=who.get("remote_addr") or "",
        )


@receiver(post_save, sender=AccessEvent)
def _on_access(sender: Any, instance: AccessEvent, created: bool, **kwargs: Any) -> None:
    """What somebody did to a person's ways in; the reason stands in the event."""
    if created and instance.kind not in TOLD_BY_SIGNALS:
        record(
            Act.PERMISSION if instance.kind in OPENS_OR_CLOSES else Act.CREDENTIAL,
            actor_id=instance.by_id,
            row=instance.user,
            fields=[instance.kind],
            address=auditlog_value.get({}).get("remote_addr") or "",
        )


@receiver(auth_signals.user_logged_in)
def _on_sign_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record(Act.SIGN_IN, actor_id=user.pk, row=user, address=client_address(request))


@receiver(auth_signals.user_logged_out)
def _on_sign_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record(Act.SIGN_OUT, actor_id=user.pk, row=user, address=client_address(request))


@receiver(auth_signals.user_login_failed)
def _on_refusal(credentials: dict, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Whose account was tried; for an unknown one the record has no row. The address typed is not
    kept: it may be a password in the wrong field.
    """
    email = str(credentials.get("email") or credentials.get("username") or "").lower()
    account = User.objects.filter(email=email).first()
    record(Act.SIGN_IN_FAILED, actor_id=None, row=account, address=client_address(request))


def _credential(what: str):
    def on_change(request: HttpRequest, user: User, **kwargs: Any) -> None:
        record(
            Act.CREDENTIAL,
            actor_id=request.user.pk if request.user.is_authenticated else None,
            row=user,
            fields=[what],
            address=client_address(request),
        )

    return on_change


for signal, what in {
    account_signals.password_set: "password set",
    account_signals.password_changed: "password changed",
    account_signals.password_reset: "password reset",
    account_signals.email_changed: "address changed",
    mfa_signals.authenticator_added: "second factor added",
    mfa_signals.authenticator_removed: "second factor removed",
    mfa_signals.authenticator_reset: "second factor renewed",
}.items():
    signal.connect(_credential(what), weak=False, dispatch_uid=f"trail: {what}")
