"""Local governments, the demand survey with its answers, and what a host offers a trainee."""

from .governments import (
    ANSWERING_DIRECTLY,
    MOST_SUCCESSIONS,
    LocalGovernment,
    LocalGovernmentQuerySet,
    check_code,
)
from .limits import LONG_TEXT, MAX_TRAINEES
from .programmes import TrainingProgramme, TrainingUnit, TrainingUnitQuerySet
from .requests import HostRequest, HostRequestMove, HostRequestQuerySet, WishedCountry
from .surveys import (
    TO_RECEIVE,
    DemandSurvey,
    SurveyAnswer,
    SurveyAnswerMove,
    SurveyAnswerQuerySet,
    passing_through,
)
from .workbooks import WORKBOOK_LIFE, WorkbookUpload, WorkbookUploadQuerySet

__all__ = [
    "ANSWERING_DIRECTLY",
    "LONG_TEXT",
    "MAX_TRAINEES",
    "MOST_SUCCESSIONS",
    "TO_RECEIVE",
    "WORKBOOK_LIFE",
    "DemandSurvey",
    "HostRequest",
    "HostRequestMove",
    "HostRequestQuerySet",
    "LocalGovernment",
    "LocalGovernmentQuerySet",
    "SurveyAnswer",
    "SurveyAnswerMove",
    "SurveyAnswerQuerySet",
    "TrainingProgramme",
    "TrainingUnit",
    "TrainingUnitQuerySet",
    "WishedCountry",
    "WorkbookUpload",
    "WorkbookUploadQuerySet",
    "check_code",
    "passing_through",
]
