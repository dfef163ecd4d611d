"""What this app keeps of people: candidates, and what they wrote about themselves."""

from files.privacy import NOTHING_PERSONAL, DataClass, Keep, Rule, declare

from .models import (
    Application,
    ApplicationMove,
    OfficeCountry,
    OverseasOffice,
    SendingGovernment,
    Trainee,
)

# Who was not placed is forgotten first; what a stay needs longer, the apps above keep themselves.
PERSON = Rule(DataClass.PERSONAL, Keep.AFTER_CYCLE_1Y)
OFFICE = Rule(DataClass.BUSINESS, Keep.AFTER_CYCLE_5Y)

declare(OverseasOffice, rest=NOTHING_PERSONAL, code=NOTHING_PERSONAL)
declare(OfficeCountry, rest=NOTHING_PERSONAL, country=NOTHING_PERSONAL)
declare(
    SendingGovernment,
    rest=NOTHING_PERSONAL,
    country=NOTHING_PERSONAL,
    name_local=NOTHING_PERSONAL,
)
declare(
    Trainee,
    rest=PERSON,
    **dict.fromkeys(
        ["email", "passport_name", "katakana", "kanji", "daily_name", "nationality"], PERSON
    ),
    id=NOTHING_PERSONAL,
    version=NOTHING_PERSONAL,
)
declare(
    Application,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(
        [
            "trainee",
            "employer_department",
            "employer_position",
            "employed_since",
            "english_level",
            "japanese_level",
            "other_languages",
            "field",
            "second_field",
            "statement",
            "future_use",
            "previous_stays",
            "person",
        ],
        PERSON,
    ),
)
declare(
    ApplicationMove,
    rest=NOTHING_PERSONAL,
    by=OFFICE,
    reason=PERSON,
    from_state=NOTHING_PERSONAL,
    to_state=NOTHING_PERSONAL,
)
