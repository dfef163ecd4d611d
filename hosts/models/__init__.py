"""Local governments, the demand survey with its answers, and what a host offers a trainee."""

from .governments import ANSWERING_DIRECTLY, LocalGovernment, LocalGovernmentQuerySet, check_code
from .limits import LONG_TEXT, MAX_TRAINEES
from .programmes import TrainingProgramme, TrainingUnit, TrainingUnitQuerySet
from .reminders import RemindedAnswer, SurveyReminder
from .requests import HostRequest, HostRequestMove, HostRequestQuerySet, WishedCountry
from .surveys import (
    IS_UNDER_WAY,
    TO_RECEIVE,
    DemandSurvey,
    SurveyAnswer,
    SurveyAnswerMove,
    SurveyAnswerQuerySet,
    passing_through,
)
from .versions import AnswerEvent, AnswerVersion, AnswerVersionQuerySet

__all__ = [
    "ANSWERING_DIRECTLY",
    "IS_UNDER_WAY",
    "LONG_TEXT",
    "MAX_TRAINEES",
    "TO_RECEIVE",
    "AnswerEvent",
    "AnswerVersion",
    "AnswerVersionQuerySet",
    "DemandSurvey",
    "HostRequest",
    "HostRequestMove",
    "HostRequestQuerySet",
    "LocalGovernment",
    "LocalGovernmentQuerySet",
    "RemindedAnswer",
    "SurveyAnswer",
    "SurveyAnswerMove",
    "SurveyAnswerQuerySet",
    "SurveyReminder",
    "TrainingProgramme",
    "TrainingUnit",
    "TrainingUnitQuerySet",
    "WishedCountry",
    "check_code",
    "passing_through",
]
