"""What joins people and places: recruitment, nominations, wishes, proposals of the solver,
placements and their notices.
"""

from .nominations import Nomination, NominationMove, RequestWish
from .placements import MatchRun, Placement, PlacementMove, PlacementNotice
from .recruitment import (
    MOST_NOMINEES,
    Forwarding,
    Opening,
    Recruitment,
    RecruitmentText,
)

__all__ = [
    "MOST_NOMINEES",
    "Forwarding",
    "MatchRun",
    "Nomination",
    "NominationMove",
    "Opening",
    "Placement",
    "PlacementMove",
    "PlacementNotice",
    "Recruitment",
    "RecruitmentText",
    "RequestWish",
]
