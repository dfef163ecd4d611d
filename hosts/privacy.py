"""What this app keeps of people: officials who answer and who teach."""

from files.privacy import NOTHING_PERSONAL, DataClass, Keep, Rule, declare

from .models import (
    AnswerEvent,
    AnswerVersion,
    CoHost,
    Contribution,
    DemandSurvey,
    FieldComment,
    HostRequest,
    HostRequestMove,
    LocalGovernment,
    ProgrammeVersion,
    RelayLetter,
    RelayLetterMove,
    RelayRound,
    RemindedAnswer,
    SurveyAnswer,
    SurveyAnswerMove,
    SurveyQuestion,
    SurveyReminder,
    SurveyReply,
    Tie,
    TrainingProgramme,
    TrainingUnit,
    Treatment,
    UnitInstructor,
    WishedCountry,
    WorkbookUpload,
)

OFFICE = Rule(DataClass.BUSINESS, Keep.AFTER_CYCLE_5Y)
UPLOADED = Rule(DataClass.BUSINESS, Keep.UNTIL_USED)

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
    **dict.fromkeys(
        [
            *("submitted_by", "no_demand_reason", "entered_by", "entered_note"),
            *("extension_reason", "relay_remark"),
        ],
        OFFICE,
    ),
)
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
declare(
    WorkbookUpload,
    rest=Rule(DataClass.NONE, Keep.UNTIL_USED),
    part=Rule(DataClass.NONE, Keep.UNTIL_USED),
    **dict.fromkeys(["user", "name", "content"], UPLOADED),
)
