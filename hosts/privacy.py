"""What this app keeps of people: officials who answer and who teach."""

from files.privacy import NOTHING_PERSONAL, DataClass, Keep, Rule, declare

from .models import (
    Contribution,
    DemandSurvey,
    HostRequest,
    HostRequestMove,
    LocalGovernment,
    ProgrammeVersion,
    SurveyAnswer,
    SurveyAnswerMove,
    TrainingProgramme,
    TrainingUnit,
    UnitInstructor,
    WishedCountry,
)

OFFICE = Rule(DataClass.BUSINESS, Keep.AFTER_CYCLE_5Y)

declare(
    LocalGovernment,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(["code", "name", "kana", "romaji", "search"], NOTHING_PERSONAL),
)
declare(DemandSurvey, rest=NOTHING_PERSONAL, name_ja=NOTHING_PERSONAL, name_en=NOTHING_PERSONAL)
declare(SurveyAnswer, rest=NOTHING_PERSONAL, submitted_by=OFFICE, no_demand_reason=OFFICE)
declare(
    HostRequest,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(["length_reason", "conditions_ja", "conditions_en"], OFFICE),
)
declare(WishedCountry, rest=NOTHING_PERSONAL, country=NOTHING_PERSONAL)
declare(
    TrainingProgramme,
    rest=NOTHING_PERSONAL,
    days_off=NOTHING_PERSONAL,
    **dict.fromkeys(
        ["theme_ja", "theme_en", "aim_ja", "aim_en", "support_ja", "support_en"], OFFICE
    ),
)
declare(
    TrainingUnit,
    rest=NOTHING_PERSONAL,
    days=NOTHING_PERSONAL,
    **dict.fromkeys(
        [
            *("name_ja", "name_en", "contents_ja", "contents_en", "site_name", "site_name_en"),
            *("postal_code", "address", "contact_name", "contact_telephone", "contact_email"),
        ],
        OFFICE,
    ),
)
declare(
    UnitInstructor,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(["name", "post_ja", "post_en", "years", "is_full_time"], OFFICE),
)
declare(
    Contribution,
    rest=NOTHING_PERSONAL,
    days=NOTHING_PERSONAL,
    **dict.fromkeys(["what_ja", "what_en", "aim_ja", "aim_en", "place_ja", "place_en"], OFFICE),
)
# Names and contacts of instructors stand in it as they were sent.
declare(ProgrammeVersion, rest=NOTHING_PERSONAL, contents=OFFICE, reason=OFFICE, by=OFFICE)
for moves in (SurveyAnswerMove, HostRequestMove):
    declare(
        moves,
        rest=NOTHING_PERSONAL,
        by=OFFICE,
        reason=OFFICE,
        from_state=NOTHING_PERSONAL,
        to_state=NOTHING_PERSONAL,
    )
