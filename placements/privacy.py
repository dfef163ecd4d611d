"""What this app keeps of people: who was proposed and placed, why, and by whom."""

from files.privacy import NOTHING_PERSONAL, DataClass, Keep, Rule, declare

from .models import (
    Forwarding,
    MatchRun,
    Nomination,
    NominationMove,
    Opening,
    Placement,
    PlacementMove,
    PlacementNotice,
    Recruitment,
    RecruitmentText,
    RequestWish,
)

SELECTION = Rule(DataClass.PERSONAL, Keep.AFTER_CYCLE_5Y)
STATES = {"from_state": NOTHING_PERSONAL, "to_state": NOTHING_PERSONAL}

OFFICE = Rule(DataClass.BUSINESS, Keep.AFTER_CYCLE_5Y)

declare(Recruitment, rest=NOTHING_PERSONAL, text_en=NOTHING_PERSONAL, text_ja=NOTHING_PERSONAL)
declare(RecruitmentText, rest=NOTHING_PERSONAL, language=NOTHING_PERSONAL, text=NOTHING_PERSONAL)
declare(Opening, rest=NOTHING_PERSONAL, note=OFFICE, closed_by=OFFICE, closed_reason=OFFICE)
declare(
    Forwarding,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(["message", "answer_note", "forwarded_by", "contact", "recorded_by"], OFFICE),
)
declare(
    Nomination,
    rest=SELECTION,
    nominator=OFFICE,
    comment=SELECTION,
    office_comment=SELECTION,
)
declare(RequestWish, rest=SELECTION, reason=SELECTION)
declare(NominationMove, rest=SELECTION, reason=SELECTION, **STATES)
declare(MatchRun, rest=SELECTION, input=SELECTION, output=SELECTION, made_with=NOTHING_PERSONAL)
declare(Placement, rest=SELECTION, reason=SELECTION)
declare(PlacementMove, rest=SELECTION, reason=SELECTION, **STATES)
declare(PlacementNotice, rest=SELECTION)
