"""What people do about placements: nominate, confirm, propose, place by hand, decide, announce."""

from .board import decide, place_by_hand, propose, settle_seats, take_back
from .ground import BoardChangedError, PlacementError
from .nominations import (
    ElsewhereError,
    confirm_nomination,
    invite_again,
    nominate,
    refuse_nomination,
    replace_nominee,
    withdraw_nomination,
)
from .notices import announce, issue_decided
from .statements import ask_statement, give_statement

__all__ = [
    "BoardChangedError",
    "ElsewhereError",
    "PlacementError",
    "announce",
    "ask_statement",
    "confirm_nomination",
    "decide",
    "give_statement",
    "invite_again",
    "issue_decided",
    "nominate",
    "place_by_hand",
    "propose",
    "refuse_nomination",
    "replace_nominee",
    "settle_seats",
    "take_back",
    "withdraw_nomination",
]
