"""What this app keeps of people: the signatory and the contact of a programme."""

from files.privacy import NOTHING_PERSONAL, DataClass, Keep, Rule, declare

from .models import (
    CalendarFeed,
    Cycle,
    CycleMove,
    Deadline,
    DeadlineTemplate,
    Phase,
    PhaseTemplate,
    Programme,
)

OFFICE = Rule(DataClass.BUSINESS, Keep.FOR_EVER)
NAMES = {"name_ja": NOTHING_PERSONAL, "name_en": NOTHING_PERSONAL}

declare(
    Programme,
    rest=NOTHING_PERSONAL,
    **NAMES,
    code=NOTHING_PERSONAL,
    sender_title_ja=OFFICE,
    sender_title_en=OFFICE,
    sender_name_ja=OFFICE,
    sender_name_en=OFFICE,
    seal_note=NOTHING_PERSONAL,
    contact_unit_ja=OFFICE,
    contact_unit_en=OFFICE,
    contact_telephone=OFFICE,
    contact_email=OFFICE,
    contact_hours_ja=NOTHING_PERSONAL,
    contact_hours_en=NOTHING_PERSONAL,
    letter_series=NOTHING_PERSONAL,
    reference_format_ja=NOTHING_PERSONAL,
    reference_format_en=NOTHING_PERSONAL,
    trainee_title_ja=NOTHING_PERSONAL,
    orientation_place_ja=NOTHING_PERSONAL,
    orientation_place_en=NOTHING_PERSONAL,
    next_step_ja=NOTHING_PERSONAL,
    next_step_en=NOTHING_PERSONAL,
    group_training_place_ja=NOTHING_PERSONAL,
    group_training_place_en=NOTHING_PERSONAL,
)
declare(PhaseTemplate, rest=NOTHING_PERSONAL)
declare(DeadlineTemplate, rest=NOTHING_PERSONAL, code=NOTHING_PERSONAL, **NAMES)
declare(Cycle, rest=NOTHING_PERSONAL)
declare(
    CycleMove,
    rest=NOTHING_PERSONAL,
    by=OFFICE,
    reason=OFFICE,
    from_state=NOTHING_PERSONAL,
    to_state=NOTHING_PERSONAL,
)
declare(Phase, rest=NOTHING_PERSONAL)
declare(Deadline, rest=NOTHING_PERSONAL, code=NOTHING_PERSONAL, **NAMES)
declare(
    CalendarFeed,
    rest=Rule(DataClass.NONE, Keep.WITH_OFFICE),
    user=Rule(DataClass.PERSONAL, Keep.WITH_OFFICE),
    token_hash=Rule(DataClass.SECRET, Keep.WITH_OFFICE),
)
