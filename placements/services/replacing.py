"""A nomination taken back, and another person put in its place."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import PersonalLink, User
from accounts.services import revoke_invitation

from ..models import Nomination, Placement
from ..states import (
    NOMINATION_MOVES,
    NominationState,
)
from .ground import PlacementError, in_our_words, lock_open, move
from .invitations import end_dossier
from .nomination_mails import (
    Change,
    tell_nominators,
    tell_nominee,
)
from .nominations import nominate


@in_our_words()
@transaction.atomic
def withdraw_nomination(
    nomination: Nomination, *, reason: str, by: User | None, link: PersonalLink | None = None
) -> Nomination:
    """Take a nomination back, with the reason, which stays; its application is withdrawn with it
    unless the person is nominated in another way, too. The nominee and who nominated are told.

    Raises PlacementError without a reason, and while the person is proposed or placed somewhere.
    """
    reason = reason.strip()
    if not reason:
        raise PlacementError(_("Write why; it stays in the history."))
    nomination = _lock(nomination)
    others = Nomination.objects.counted().filter(application=nomination.application_id)
    is_last = not others.exclude(pk=nomination.pk).exists()
    placed = Placement.objects.seated().filter(application=nomination.application_id)
    if nomination.host_request_id and not is_last:
        placed = placed.filter(host_request=nomination.host_request_id)
    if (is_last or nomination.host_request_id) and placed.exists():
        raise PlacementError(
            _("This person is proposed or placed. The operator has to take that back first.")
        )
    move(nomination, NominationState.WITHDRAWN, by=by, table=NOMINATION_MOVES, reason=reason)
    if nomination.invitation.accepted_at is None:
        revoke_invitation(nomination.invitation, by=by)
    end_dossier(nomination, by=by, reason=reason)
    tell_nominee(nomination)
    tell_nominators(nomination, Change.WITHDRAWN, but=link or by)
    return nomination


def _lock(nomination: Nomination) -> Nomination:
    """The nomination with its names, once the cycle is locked and open."""
    lock_open(nomination.application.cycle)
    return Nomination.objects.with_people().select_for_update(of=("self",)).get(pk=nomination.pk)


@in_our_words()
@transaction.atomic
def replace_nominee(
    nomination: Nomination,
    *,
    reason: str,
    by: User | None,
    link: PersonalLink | None = None,
    on: date | None = None,
    override: str = "",
    **person: Any,
) -> Nomination:
    """Put another person in the place of a nominee: a new decision, never an edit.

    The nomination is withdrawn with its application, unless the nominee has declined it before; the
    new one says which it replaces, and its history says why. All rules of nominating hold for the
    new person. Raises PlacementError, and both are then as before.
    """
    nomination = _lock(nomination)
    if Nomination.objects.filter(replaces=nomination).exists():
        raise PlacementError(_("Somebody has taken this place already."))
    if nomination.is_open:
        withdraw_nomination(nomination, reason=reason, by=by, link=link)
    elif nomination.state != NominationState.REFUSED:
        raise PlacementError(_("This nomination was withdrawn. Nominate the person anew."))
    values = {
        "opening": nomination.opening,
        "host_request": nomination.host_request,
        "office": nomination.office,
        "agency": nomination.agency,
        "sending_government": nomination.application.sending_government,
        **person,
    }
    return nominate(
        cycle=nomination.application.cycle,
        by=by,
        link=link,
        on=on,
        override=override,
        replaces=nomination,
        **values,
    )
