"""Who acts for a government, who follows whom, and how one who came too late takes over.

Who may let somebody in, decided once (P-rules of access):

* A coordinator or a relay officer invites colleagues to the own office and the own role, without
  waiting for anybody: they know their colleagues best, and could show them every page anyway. The
  relay and the operator are told by mail at once, with the name and the address, and it stays in
  the history and in the audit trail.
* The officers of the usual relay, and the staff, may invite coordinators of a municipality, too.
* Everybody who is not invited asks for a take-over, which gives no right at all until the relay
  (the staff where there is none) has confirmed it. Nobody confirms the own request.
"""

from .colleagues import (
    invite_colleague,
    open_invitations,
    renew_invitation,
    roles_to_give,
    take_back_invitation,
)
from .leaving import announce_leaving, is_last, own_memberships, take_back_leaving
from .mails import watchers_of
from .take_overs import (
    ask_take_over,
    can_confirm,
    confirm_take_over,
    confirmers_of,
    expire_take_overs,
    refuse_take_over,
    withdraw_take_over,
    withdrawal_token,
)

__all__ = [
    "announce_leaving",
    "ask_take_over",
    "can_confirm",
    "confirm_take_over",
    "confirmers_of",
    "expire_take_overs",
    "invite_colleague",
    "is_last",
    "open_invitations",
    "own_memberships",
    "refuse_take_over",
    "renew_invitation",
    "roles_to_give",
    "take_back_invitation",
    "take_back_leaving",
    "watchers_of",
    "withdraw_take_over",
    "withdrawal_token",
]
