"""What people do about placements: nominate, confirm, propose, place by hand, decide, announce."""

from .answers import record_answer
from .board import decide, place_by_hand, propose, settle_seats, take_back
from .forwarding import Addressee, forward_opening, remind_bodies
from .forwarding_links import hand_link, take_link_back
from .ground import BoardChangedError, PlacementError
from .invitations import confirm_nomination, invite_again, refuse_nomination
from .nominations import ElsewhereError, nominate, tell_if_elsewhere
from .notices import announce, issue_decided
from .office import comment_nomination, forward_nominations, rank_nominations
from .recruitment import (
    add_opening,
    change_opening,
    close_opening,
    close_what_hosts_left,
    offer_requests,
    publish,
    start_recruitment,
)
from .replacing import replace_nominee, withdraw_nomination
from .statements import ask_statement, give_statement
from .wishes import save_wishes

__all__ = [
    "Addressee",
    "BoardChangedError",
    "ElsewhereError",
    "PlacementError",
    "add_opening",
    "announce",
    "ask_statement",
    "change_opening",
    "close_opening",
    "close_what_hosts_left",
    "comment_nomination",
    "confirm_nomination",
    "decide",
    "forward_nominations",
    "forward_opening",
    "give_statement",
    "hand_link",
    "invite_again",
    "issue_decided",
    "nominate",
    "offer_requests",
    "place_by_hand",
    "propose",
    "publish",
    "rank_nominations",
    "record_answer",
    "refuse_nomination",
    "remind_bodies",
    "replace_nominee",
    "save_wishes",
    "settle_seats",
    "start_recruitment",
    "take_back",
    "take_link_back",
    "tell_if_elsewhere",
    "withdraw_nomination",
]
