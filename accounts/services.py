"""What people do about people: invite, accept, change roles."""

import secrets
from datetime import date

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notices.mails import queue_mail

from .access import AccessEvent, CodeSheet
from .models import PERSONAL_ROLES, Invitation, Membership, Organisation, Role, User
from .names import clean_name, clean_number
from .succession import MembershipEvent

Kind = MembershipEvent.Kind


class AccountError(Exception):
    """A rule about people was broken. The message is written for the user."""


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    role: str,
    by: User | None,
    language: str,
    organisation: Organisation | None = None,
    starts_on: date | None = None,
    telephone: str = "",
    template: str = "invitation",
    context: dict[str, object] | None = None,
) -> Invitation:
    """Invite one address to one role; an earlier unused invitation to the same role ends.

    The role begins when the invitation is accepted, with `starts_on` not before that day. Raises
    AccountError for a role without its organisation and for a name or number that is none.
    """
    email = email.strip().lower()
    try:
        name, telephone = clean_name(name), clean_number(telephone)
    except ValidationError as error:
        raise AccountError(error.message) from error
    if (organisation is None) != (role in PERSONAL_ROLES):
        raise AccountError(_("This role needs an organisation."))
    now = timezone.now()
    same = Invitation.objects.filter(email=email, role=role, organisation=organisation)
    same.filter(accepted_at=None, revoked_at=None).update(revoked_at=now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email,
        name=name,
        telephone=telephone,
        role=role,
        organisation=organisation,
        language=language,
        starts_on=starts_on,
        invited_by=by,
        token_hash=Invitation.hash_of(token),
    )
    note_membership(invitation, Kind.INVITED, name=name, on=starts_on, by=by)
    with translation.override(language):
        address = settings.SITE_URL + reverse("accounts:invitation", args=[token])
        role_name = str(Role(role).label)
    queue_mail(
        key=f"invitation:{invitation.public_id}",
        purpose="invitation",
        to=email,
        to_name=name,
        language=language,
        template=template,
        context={
            "name": name,
            "role": role_name,
            "organisation": organisation.name_in(language) if organisation else "",
            "address": address,
            "expires_at": invitation.expires_at,
            "starts_on": starts_on,
            **(context or {}),
        },
        related=f"accounts.Invitation:{invitation.pk}",
        forget_body=True,
    )
    return invitation


def find_invitation(token: str) -> Invitation | None:
    """The invitation behind a link, whatever its state."""
    return Invitation.objects.filter(token_hash=Invitation.hash_of(token)).first()


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: User | None = None) -> User:
    """Spend the invitation and give its role; a person without an account gets one.

    `by` is the signed-in person or the one who has just set a password; without it only a trainee
    may be made, since trainees sign in by a code sent to the invited address. A role that the
    person had before is in force again from today. Raises AccountError if the invitation was used,
    has expired or belongs to another address.
    """
    invitation = lock_usable(invitation)
    user = by or User.objects.filter(email=invitation.email).first()
    if user is None:
        if invitation.role not in PERSONAL_ROLES:
            raise AccountError(_("Choose a password first."))
        user = User.objects.create_user(
            invitation.email, name=invitation.name, language=invitation.language
        )
    if user.email != invitation.email:
        raise AccountError(
            _("This invitation is for another address. Sign out, then open the link again.")
        )
    others = EmailAddress.objects.exclude(user=user)
    if others.filter(email__iexact=user.email, verified=True).exists():
        raise AccountError(_("This address belongs to another account. Use that one."))
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    if invitation.telephone and not user.telephone:  # what people say of themselves stays
        user.telephone = invitation.telephone
        user.save(update_fields=["telephone"])
    _give_role(user, invitation)
    invitation.accepted_at = timezone.now()
    invitation.accepted_by = user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    return user


def lock_usable(invitation: Invitation) -> Invitation:
    """The invitation, locked: of two who accept at once the second is refused by AccountError."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not invitation.is_usable():
        raise AccountError(_("This invitation was used or has expired. Ask for a new one."))
    return invitation


def _give_role(user: User, invitation: Invitation) -> None:
    """The membership in force from today, or from the day that the invitation names: a new one, or
    an earlier one that begins again. One that is in force keeps its days.
    """
    today = timezone.localdate()
    starts_on = max(today, invitation.starts_on or today)
    membership, is_new = Membership.objects.select_for_update().get_or_create(
        user=user,
        organisation=invitation.organisation,
        role=invitation.role,
        defaults={"starts_on": starts_on},
    )
    if not is_new:
        if Membership.objects.in_force(today).filter(pk=membership.pk).exists():
            return
        membership.starts_on, membership.ends_on = starts_on, None
        membership.save(update_fields=["starts_on", "ends_on"])
    note_membership(membership, Kind.BEGUN, name=user.name, on=starts_on, by=user)


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User | None = None) -> None:
    """Make the link useless; one that was accepted stays as it is."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at:
        raise AccountError(_("This invitation was accepted already. End the membership instead."))
    if invitation.revoked_at is None:
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
        note_membership(invitation, Kind.UNINVITED, name=invitation.name, on=None, by=by)


@transaction.atomic
def end_membership(
    membership: Membership, *, on: date, by: User | None = None, reason: str = ""
) -> None:
    """The role ends on this day; the person's next request after it is refused.

    Raises AccountError for a day before the membership begins.
    """
    if membership.starts_on and on < membership.starts_on:
        raise AccountError(_("A membership cannot end before the day on which it begins."))
    membership.ends_on = on
    membership.save(update_fields=["ends_on"])
    name = membership.user.name
    note_membership(membership, Kind.ENDS, name=name, on=on, by=by, reason=reason)


@transaction.atomic
def keep_membership(membership: Membership, *, by: User) -> None:
    """The role goes on after all: its last day is taken back before it has passed.

    Raises AccountError for a role that has ended, which begins again by invitation only.
    """
    if membership.ends_on and membership.ends_on < timezone.localdate():
        raise AccountError(_("This role has ended. Ask for a new invitation."))
    membership.ends_on = None
    membership.save(update_fields=["ends_on"])
    note_membership(membership, Kind.STAYS, name=membership.user.name, on=None, by=by)


def note_membership(
    subject: Membership | Invitation,
    kind: str,
    *,
    name: str,
    on: date | None,
    by: User | None,
    reason: str = "",
) -> None:
    """Write into an office's history what happened to a role in it; one's own roles have none."""
    if subject.organisation_id is not None:
        MembershipEvent.objects.create(
            organisation_id=subject.organisation_id,
            role=subject.role,
            kind=kind,
            name=name,
            on=on,
            by=by,
            reason=reason,
        )


# Access -----------------------------------------------------------------------------------------


@transaction.atomic
def end_all_sessions(user: User, *, by: User, reason: str = "") -> None:
    """Sign a person out everywhere: the next request of every open session is refused."""
    _forbid_own(user, by)
    _end_sessions(user)
    _record(user, AccessEvent.Kind.SESSIONS_ENDED, by, reason)


@transaction.atomic
def close_account(user: User, *, by: User, reason: str) -> None:
    """Nobody signs in to this account any more, and every open session ends; its rows stay."""
    _forbid_own(user, by)
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise AccountError(_("This account is closed already."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    _end_sessions(user)
    _record(user, AccessEvent.Kind.CLOSED, by, reason)


@transaction.atomic
def reopen_account(user: User, *, by: User, reason: str) -> None:
    """The person may sign in again; sessions of before stay dead."""
    _forbid_own(user, by)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        raise AccountError(_("This account is open already."))
    user.is_active = True
    user.save(update_fields=["is_active"])
    _record(user, AccessEvent.Kind.REOPENED, by, reason)


@transaction.atomic
def reset_second_factor(user: User, *, by: User, identity_check: str, reason: str) -> None:
    """Take every second factor from a person who has lost theirs, after a second person has checked
    who asks; the person is told by mail and sets up a new one at the next sign-in.
    """
    _forbid_own(user, by)
    user = User.objects.select_for_update().get(pk=user.pk)
    factors, _rows = Authenticator.objects.filter(user=user).delete()
    sheets, _rows = CodeSheet.objects.filter(user=user).delete()
    if not factors and not sheets:
        raise AccountError(_("This person has no second factor."))
    _end_sessions(user)
    event = _record(user, AccessEvent.Kind.FACTOR_RESET, by, reason, detail=identity_check)
    queue_mail(
        key=f"second-factor-reset:{event.pk}",
        purpose="second_factor_reset",
        to=user.email,
        to_name=user.name,
        language=user.language,
        template="second_factor_reset",
        context={"at": event.at},
        related=f"accounts.AccessEvent:{event.pk}",
    )


def _forbid_own(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise AccountError(_("Another administrator must do this for your account."))


def _end_sessions(user: User) -> None:
    User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)
    for session in UserSession.objects.filter(user=user):
        session.end()


def _record(user: User, kind: str, by: User, reason: str, detail: str = "") -> AccessEvent:
    return AccessEvent.objects.create(user=user, kind=kind, by=by, reason=reason, detail=detail)
