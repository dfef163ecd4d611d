"""What this app keeps of people: who was proposed and placed, why, and by whom."""

from files.privacy import NOTHING_PERSONAL, DataClass, Keep, Rule, declare

from .models import (
    MatchRun,
    Nomination,
    NominationMove,
    Placement,
    PlacementMove,
    PlacementNotice,
)

SELECTION = Rule(DataClass.PERSONAL, Keep.AFTER_CYCLE_5Y)
STATES = {"from_state": NOTHING_PERSONAL, "to_state": NOTHING_PERSONAL}

declare(Nomination, rest=SELECTION)
declare(NominationMove, rest=SELECTION, reason=SELECTION, **STATES)
declare(MatchRun, rest=SELECTION, input=SELECTION, output=SELECTION, made_with=NOTHING_PERSONAL)
declare(Placement, rest=SELECTION, reason=SELECTION)
declare(PlacementMove, rest=SELECTION, reason=SELECTION, **STATES)
declare(PlacementNotice, rest=SELECTION)
