"""What this app keeps of people: officials who answer and who teach."""

from files.privacy import NOTHING_PERSONAL, DataClass, Keep, Rule, declare

from .models import (
    DemandSurvey,
    HostRequest,
    HostRequestMove,
    LocalGovernment,
    SurveyAnswer,
    SurveyAnswerMove,
    TrainingProgramme,
    TrainingUnit,
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
    WorkbookUpload,
    rest=Rule(DataClass.NONE, Keep.UNTIL_USED),
    part=Rule(DataClass.NONE, Keep.UNTIL_USED),
    **dict.fromkeys(["user", "name", "content"], UPLOADED),
)
