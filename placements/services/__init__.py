"""What people do about placements: nominate, confirm, propose, place by hand, decide, announce."""

from .board import decide, place_by_hand, propose, settle_seats, take_back
from .ground import BoardChangedError, PlacementError
from .nominations import confirm_nomination, invite_again, nominate, refuse_nomination
from .notices import announce, issue_decided

__all__ = [
    "BoardChangedError",
    "PlacementError",
    "announce",
    "confirm_nomination",
    "decide",
    "invite_again",
    "issue_decided",
    "nominate",
    "place_by_hand",
    "propose",
    "refuse_nomination",
    "settle_seats",
    "take_back",
]
