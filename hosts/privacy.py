"""What this app keeps of people: officials who answer and who teach."""

from files.privacy import NOTHING_PERSONAL, DataClass, Keep, Rule, declare

from .models import (
    DemandSurvey,
    FieldComment,
    HostRequest,
    HostRequestMove,
    LocalGovernment,
    RelayLetter,
    RelayLetterMove,
    RelayRound,
    SurveyAnswer,
    SurveyAnswerMove,
    SurveyQuestion,
    SurveyReply,
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
)
declare(
    SurveyQuestion,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(
        ["label_ja", "label_en", "help_ja", "help_en", "choices", "shown_if_value"],
        NOTHING_PERSONAL,
    ),
)
declare(SurveyReply, rest=NOTHING_PERSONAL, value=OFFICE)
declare(
    SurveyAnswer,
    rest=NOTHING_PERSONAL,
    submitted_by=OFFICE,
    no_demand_reason=OFFICE,
    relay_remark=OFFICE,
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
declare(RelayRound, rest=NOTHING_PERSONAL, text_ja=OFFICE, remark=OFFICE)
declare(
    RelayLetter,
    rest=NOTHING_PERSONAL,
    finalised_by=OFFICE,
    sha256=NOTHING_PERSONAL,
    **dict.fromkeys(
        ["number", "addressee", "sender", "subject", "body", "items", "contact"], OFFICE
    ),
)
declare(RelayLetter.answers.through, rest=NOTHING_PERSONAL)
declare(
    FieldComment,
    rest=NOTHING_PERSONAL,
    step=NOTHING_PERSONAL,
    field=NOTHING_PERSONAL,
    text=OFFICE,
    by=OFFICE,
)
for moves in (SurveyAnswerMove, HostRequestMove, RelayLetterMove):
    declare(
        moves,
        rest=NOTHING_PERSONAL,
        by=OFFICE,
        reason=OFFICE,
        from_state=NOTHING_PERSONAL,
        to_state=NOTHING_PERSONAL,
    )
