"""The predecessor has gone: somebody asks, the office above or the operator answers."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Invitation, Membership, Organisation, Role, User
from accounts.moves import make_move
from accounts.succession import (
    TAKE_OVER_MOVES,
    TakeOver,
    TakeOverQuerySet,
    TakeOverState,
)
from notices.mails import queue_or_refuse

from ..models import LocalGovernment
from ..services import HostError, people_of
from .mails import staff, tell_of
from .offices import end_role, invite_to

TAKE_OVERS_MAX = 20  # of one office that wait


def confirmer_of(government: LocalGovernment, role: str) -> Organisation | None:
    """Whose officers say whether a newcomer is whom they claim to be: the usual relay's for a
    municipality that has one with somebody in it, else nobody but the operator.
    """
    relay = government.usual_relay if role == Role.COORDINATOR else None
    if relay is None or not people_of(relay.organisation_id, Role.RELAY):
        return None
    return relay.organisation


def withdrawal_token(key: uuid.UUID) -> str:
    """What withdraws the request that this form has sent; the same form sent twice has one."""
    return salted_hmac("hosts.take_over.withdrawal", key.bytes, algorithm="sha256").hexdigest()


@transaction.atomic
def ask_take_over(
    government: LocalGovernment, *, role: str, email: str, withdrawal: str = "", **values
) -> None:
    """Write down that somebody says to be the new person in charge, and tell who confirms it.

    It answers nothing: whether the office has anybody, knows the address or was asked the same
    before is not for a stranger. The address that was typed gets no mail. Whoever holds the token
    `withdrawal`, of which only the hash is kept, can take the request back.
    """
    now = timezone.now()
    expire_take_overs(TakeOver.objects.filter(organisation=government.organisation))
    waiting = TakeOver.objects.waiting(now).filter(organisation=government.organisation)
    if waiting.count() >= TAKE_OVERS_MAX:
        return
    try:
        with transaction.atomic():
            asked = TakeOver.objects.create(
                organisation=government.organisation,
                role=role,
                email=email.strip().lower(),
                confirmer=confirmer_of(government, role),
                withdrawal_hash=_hash_of(withdrawal),
                **values,
            )
    except IntegrityError:  # asked before, and it still waits
        return
    for user in confirmers_of(asked):
        tell_of(user, "take_over_asked", asked, government, address=page_of(asked, user))
    for user in people_of(government.organisation_id, role):
        tell_of(user, "take_over_known", asked, government)


def confirmers_of(take_over: TakeOver) -> list[User]:
    """Who is asked to confirm it; the staff may always do so, too."""
    if take_over.confirmer_id:
        officers = people_of(take_over.confirmer_id, Role.RELAY)
        if officers:
            return [user for user in officers if user.email != take_over.email]
    return [user for user in staff() if user.email != take_over.email]


def can_confirm(user: User, take_over: TakeOver) -> bool:
    """Officers of the office above and the staff; nobody confirms their own."""
    if user.email == take_over.email:
        return False
    if user.is_staff:
        return True
    return take_over.confirmer_id in user.organisation_ids(Role.RELAY)


def page_of(take_over: TakeOver, user: User) -> str:
    """Where this person decides; staff do so on their desk."""
    name = "desk:take_over" if user.is_staff else "hosts:take_over_decide"
    with translation.override(user.language):
        return settings.SITE_URL + reverse(name, args=[take_over.public_id])


@transaction.atomic
def confirm_take_over(
    take_over: TakeOver,
    *,
    by: User,
    identity_check: str,
    ends: Iterable[Membership] = (),
    ends_on: date | None = None,
) -> Invitation:
    """Invite the newcomer and, where chosen, end the roles of those who have gone.

    Raises HostError for one's own request and for one that was answered or has expired.
    """
    government = _lock_take_over(take_over, by=by)
    if not identity_check.strip():
        raise HostError(_("Write how you checked who asks."))
    invitation = invite_to(
        government, role=take_over.role, name=take_over.name, email=take_over.email, by=by
    )
    _move(
        take_over,
        TakeOverState.CONFIRMED,
        by=by,
        reason=identity_check,
        invitation=invitation,
    )
    last_day = ends_on or timezone.localdate()
    for membership in ends:
        locked = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
        if (locked.organisation_id, locked.role) != (take_over.organisation_id, take_over.role):
            raise HostError(_("This role belongs to another office."))
        if locked.ends_on is None or locked.ends_on > last_day:
            end_role(locked, on=last_day, by=by, reason=_("Taken over by a successor."))
            tell_of(locked.user, "role_ends", take_over, government, last_day=last_day)
    return invitation


@transaction.atomic
def refuse_take_over(take_over: TakeOver, *, by: User, reason: str) -> None:
    """Say no, with the reason, which goes to the address that asked.

    Raises HostError without a reason, for one's own request and for one that was answered.
    """
    if not reason.strip():
        raise HostError(_("Write why; the person who asked reads it."))
    government = _lock_take_over(take_over, by=by)
    _move(take_over, TakeOverState.REFUSED, by=by, reason=reason)
    queue_or_refuse(
        refuse=HostError,
        key=f"take-over-refused:{take_over.public_id}",
        to=take_over.email,
        to_name=take_over.name,
        language=take_over.language,
        template="take_over_refused",
        context={"government": government.full_name_in(take_over.language), "reason": reason},
        related=f"accounts.TakeOver:{take_over.pk}",
    )


@transaction.atomic
def withdraw_take_over(token: str) -> None:
    """Take back the request that waits under this token, and tell who was asked to confirm it.

    It answers nothing, as the asking does: a token of no request changes nothing, nor does one
    whose request was answered, withdrawn or has expired.
    """
    hashed = _hash_of(token)
    waiting = TakeOver.objects.waiting(timezone.now()).select_for_update(of=("self",))
    found = waiting.filter(withdrawal_hash=hashed).first() if hashed else None
    if found is None:
        return
    government = _government_of(found)
    _move(found, TakeOverState.WITHDRAWN, by=None)
    for user in confirmers_of(found):
        tell_of(user, "take_over_withdrawn", found, government, asked_at=found.asked_at)


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest() if token else ""


@transaction.atomic
def expire_take_overs(rows: TakeOverQuerySet | None = None) -> int:
    """Close what nobody has answered in thirty days; daily, and whenever somebody asks anew."""
    found = (TakeOver.objects.all() if rows is None else rows).run_out(timezone.now())
    expired = list(found.select_for_update(of=("self",)).order_by("pk"))
    for take_over in expired:
        _move(take_over, TakeOverState.EXPIRED, by=None)
    return len(expired)


def _lock_take_over(take_over: TakeOver, *, by: User) -> LocalGovernment:
    """Lock the request, so that of two who decide at once the second is told; its government."""
    locked = TakeOver.objects.select_for_update(of=("self",)).get(pk=take_over.pk)
    if not can_confirm(by, locked):
        raise HostError(_("Somebody else has to decide this request."))
    if not locked.is_waiting:
        raise HostError(_("This request was answered already, or has expired."))
    return _government_of(locked)


def _government_of(take_over: TakeOver) -> LocalGovernment:
    return LocalGovernment.objects.select_related("organisation", "prefecture__organisation").get(
        organisation=take_over.organisation_id
    )


def _move(take_over: TakeOver, to: str, *, by: User | None, reason: str = "", **changes) -> None:
    """What was answered cannot be withdrawn any more: the token goes with the move."""
    changes["withdrawal_hash"] = ""
    make_move(
        take_over, to, by=by, table=TAKE_OVER_MOVES, refuse=HostError, reason=reason, **changes
    )
