"""What people do about people: invite, accept, change roles."""

import secrets
from datetime import date

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notices.mails import queue_mail

from .models import PERSONAL_ROLES, Invitation, Membership, Organisation, Role, User
from .names import clean_name


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
    template: str = "invitation",
    context: dict[str, object] | None = None,
) -> Invitation:
    """Invite one address to one role; an earlier unused invitation to the same role ends.

    Raises AccountError for a role without its organisation and for a name that is no name.
    """
    email = email.strip().lower()
    try:
        name = clean_name(name)
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
        role=role,
        organisation=organisation,
        language=language,
        invited_by=by,
        token_hash=Invitation.hash_of(token),
    )
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
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not invitation.is_usable():
        raise AccountError(_("This invitation was used or has expired. Ask for a new one."))
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
    _give_role(user, invitation)
    invitation.accepted_at = timezone.now()
    invitation.accepted_by = user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    return user


def _give_role(user: User, invitation: Invitation) -> None:
    """The membership in force today: a new one, or an earlier one that begins again."""
    today = timezone.localdate()
    membership, is_new = Membership.objects.select_for_update().get_or_create(
        user=user, organisation=invitation.organisation, role=invitation.role
    )
    if is_new or Membership.objects.in_force(today).filter(pk=membership.pk).exists():
        return
    membership.starts_on, membership.ends_on = today, None
    membership.save(update_fields=["starts_on", "ends_on"])


@transaction.atomic
def revoke_invitation(invitation: Invitation) -> None:
    """Make the link useless; one that was accepted stays as it is."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at:
        raise AccountError(_("This invitation was accepted already. End the membership instead."))
    invitation.revoked_at = invitation.revoked_at or timezone.now()
    invitation.save(update_fields=["revoked_at"])


def end_membership(membership: Membership, *, on: date) -> None:
    """The role ends on this day; the person's next request after it is refused.

    Raises AccountError for a day before the membership begins.
    """
    if membership.starts_on and on < membership.starts_on:
        raise AccountError(_("A membership cannot end before the day on which it begins."))
    membership.ends_on = on
    membership.save(update_fields=["ends_on"])
