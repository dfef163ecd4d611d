"""What people do about placements: nominate, confirm, propose, place by hand, decide."""

from .board import decide, place_by_hand, propose, settle_seats, take_back
from .ground import BoardChangedError, PlacementError
from .nominations import confirm_nomination, invite_again, nominate, refuse_nomination

__all__ = [
    "BoardChangedError",
    "PlacementError",
    "confirm_nomination",
    "decide",
    "invite_again",
    "nominate",
    "place_by_hand",
    "propose",
    "refuse_nomination",
    "settle_seats",
    "take_back",
]
