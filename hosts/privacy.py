"""What this app keeps of people: officials who answer and who teach."""

from files.privacy import NOTHING_PERSONAL, DataClass, Keep, Rule, declare

from .models import (
    CoHost,
    DemandSurvey,
    HostRequest,
    HostRequestMove,
    LocalGovernment,
    SurveyAnswer,
    SurveyAnswerMove,
    Tie,
    TrainingProgramme,
    TrainingUnit,
    Treatment,
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
    **dict.fromkeys(
        [
            *("length_reason", "conditions_ja", "conditions_en", "own_selection_reason"),
            *("gender_reason", "qualifications_ja", "qualifications_en", "other_languages"),
            *("remarks_ja", "remarks_en", "field_other_ja", "field_other_en"),
        ],
        OFFICE,
    ),
    # What is asked of whoever may come, not what anybody is.
    **dict.fromkeys(
        ["gender", "age_from", "age_until", "experience_years"],
        NOTHING_PERSONAL,
    ),
)
declare(WishedCountry, rest=NOTHING_PERSONAL, country=NOTHING_PERSONAL)
declare(CoHost, rest=NOTHING_PERSONAL, part_ja=OFFICE)
declare(
    Tie,
    rest=NOTHING_PERSONAL,
    country=NOTHING_PERSONAL,
    **dict.fromkeys(["partner_ja", "partner_en", "state_or_region"], NOTHING_PERSONAL),
    note=OFFICE,
)
declare(
    Treatment,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(
        [
            *("lodging_area_ja", "lodging_area_en", "insurance_ja", "insurance_en"),
            *("met_by_ja", "met_by_en", "met_at_ja", "met_at_en", "other_ja", "other_en"),
        ],
        OFFICE,
    ),
)
declare(
    TrainingProgramme,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(["theme_ja", "theme_en", "aim_ja", "aim_en"], OFFICE),
)
declare(
    TrainingUnit,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(
        ["name_ja", "name_en", "site_name", "postal_code", "address", "instructor"], OFFICE
    ),
    instructor_years=OFFICE,
)
for moves in (SurveyAnswerMove, HostRequestMove):
    declare(
        moves,
        rest=NOTHING_PERSONAL,
        by=OFFICE,
        reason=OFFICE,
        from_state=NOTHING_PERSONAL,
        to_state=NOTHING_PERSONAL,
    )
