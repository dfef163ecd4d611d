"""Local governments, the demand survey with its answers, and what a host offers a trainee."""

from .governments import (
    ANSWERING_DIRECTLY,
    MOST_SUCCESSIONS,
    LocalGovernment,
    LocalGovernmentQuerySet,
    check_code,
)
from .limits import LONG_TEXT, MAX_TRAINEES
from .programmes import ProgrammeVersion, TrainingProgramme
from .questions import (
    SurveyQuestion,
    SurveyQuestionQuerySet,
    SurveyReply,
    SurveyReplyQuerySet,
)
from .relays import (
    FieldComment,
    FieldCommentQuerySet,
    RelayLetter,
    RelayLetterMove,
    RelayLetterQuerySet,
    RelayRound,
    RelayRoundQuerySet,
)
from .reminders import RemindedAnswer, SurveyReminder
from .requests import (
    CoHost,
    HostRequest,
    HostRequestMove,
    HostRequestQuerySet,
    WishedCountry,
)
from .surveys import (
    IS_UNDER_WAY,
    TO_RECEIVE,
    DemandSurvey,
    SurveyAnswer,
    SurveyAnswerMove,
    SurveyAnswerQuerySet,
    passing_through,
)
from .ties import Tie, TieQuerySet
from .treatment import Treatment
from .units import Contribution, TrainingUnit, TrainingUnitQuerySet, UnitInstructor
from .versions import AnswerEvent, AnswerVersion, AnswerVersionQuerySet
from .workbooks import WORKBOOK_LIFE, WorkbookUpload, WorkbookUploadQuerySet

__all__ = [
    "ANSWERING_DIRECTLY",
    "IS_UNDER_WAY",
    "LONG_TEXT",
    "MAX_TRAINEES",
    "MOST_SUCCESSIONS",
    "TO_RECEIVE",
    "WORKBOOK_LIFE",
    "AnswerEvent",
    "AnswerVersion",
    "AnswerVersionQuerySet",
    "CoHost",
    "Contribution",
    "DemandSurvey",
    "FieldComment",
    "FieldCommentQuerySet",
    "HostRequest",
    "HostRequestMove",
    "HostRequestQuerySet",
    "LocalGovernment",
    "LocalGovernmentQuerySet",
    "ProgrammeVersion",
    "RelayLetter",
    "RelayLetterMove",
    "RelayLetterQuerySet",
    "RelayRound",
    "RelayRoundQuerySet",
    "RemindedAnswer",
    "SurveyAnswer",
    "SurveyAnswerMove",
    "SurveyAnswerQuerySet",
    "SurveyQuestion",
    "SurveyQuestionQuerySet",
    "SurveyReminder",
    "SurveyReply",
    "SurveyReplyQuerySet",
    "Tie",
    "TieQuerySet",
    "TrainingProgramme",
    "TrainingUnit",
    "TrainingUnitQuerySet",
    "Treatment",
    "UnitInstructor",
    "WishedCountry",
    "WorkbookUpload",
    "WorkbookUploadQuerySet",
    "check_code",
    "passing_through",
]
