"""Local governments, the demand survey with its answers, and what a host offers a trainee."""

from .governments import ANSWERING_DIRECTLY, LocalGovernment, LocalGovernmentQuerySet, check_code
from .limits import LONG_TEXT, MAX_TRAINEES
from .programmes import ProgrammeVersion, TrainingProgramme
from .requests import HostRequest, HostRequestMove, HostRequestQuerySet, WishedCountry
from .surveys import (
    TO_RECEIVE,
    DemandSurvey,
    SurveyAnswer,
    SurveyAnswerMove,
    SurveyAnswerQuerySet,
    passing_through,
)
from .units import Contribution, TrainingUnit, TrainingUnitQuerySet, UnitInstructor

__all__ = [
    "ANSWERING_DIRECTLY",
    "LONG_TEXT",
    "MAX_TRAINEES",
    "TO_RECEIVE",
    "Contribution",
    "DemandSurvey",
    "HostRequest",
    "HostRequestMove",
    "HostRequestQuerySet",
    "LocalGovernment",
    "LocalGovernmentQuerySet",
    "ProgrammeVersion",
    "SurveyAnswer",
    "SurveyAnswerMove",
    "SurveyAnswerQuerySet",
    "TrainingProgramme",
    "TrainingUnit",
    "TrainingUnitQuerySet",
    "UnitInstructor",
    "WishedCountry",
    "check_code",
    "passing_through",
]
