"""What this app keeps of people: officials who answer and who teach."""

from files.privacy import NOTHING_PERSONAL, DataClass, Keep, Rule, declare

from .models import (
    AnswerEvent,
    AnswerVersion,
    DemandSurvey,
    HostRequest,
    HostRequestMove,
    LocalGovernment,
    RemindedAnswer,
    SurveyAnswer,
    SurveyAnswerMove,
    SurveyReminder,
    TrainingProgramme,
    TrainingUnit,
    WishedCountry,
)

OFFICE = Rule(DataClass.BUSINESS, Keep.AFTER_CYCLE_5Y)

declare(
    LocalGovernment,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(["code", "name", "kana", "romaji", "search"], NOTHING_PERSONAL),
)
declare(
    DemandSurvey,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(["name_ja", "name_en", "text_ja", "text_en"], NOTHING_PERSONAL),
    **dict.fromkeys(["opened_by", "closed_by"], OFFICE),
)
declare(
    SurveyAnswer,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(
        [
            "submitted_by",
            "no_demand_reason",
            "entered_by",
            "entered_note",
            "extension_reason",
            "relay_remark",
        ],
        OFFICE,
    ),
)
declare(
    HostRequest,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(["length_reason", "conditions_ja", "conditions_en"], OFFICE),
)
declare(WishedCountry, rest=NOTHING_PERSONAL, country=NOTHING_PERSONAL)
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
declare(
    AnswerVersion,
    rest=NOTHING_PERSONAL,
    contents=OFFICE,
    reason=OFFICE,
    by=OFFICE,
    sha256=NOTHING_PERSONAL,
)
declare(AnswerEvent, rest=NOTHING_PERSONAL, reason=OFFICE, by=OFFICE)
declare(
    SurveyReminder,
    rest=NOTHING_PERSONAL,
    by=OFFICE,
    chosen=OFFICE,
    text_ja=NOTHING_PERSONAL,
    text_en=NOTHING_PERSONAL,
)
declare(RemindedAnswer, rest=NOTHING_PERSONAL)
