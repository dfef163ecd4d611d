"""Local governments, the demand survey with its answers, and what a host offers a trainee."""

from .governments import ANSWERING_DIRECTLY, LocalGovernment, LocalGovernmentQuerySet, check_code
from .limits import LONG_TEXT, MAX_TRAINEES
from .programmes import TrainingProgramme, TrainingUnit, TrainingUnitQuerySet
from .requests import (
    CoHost,
    HostRequest,
    HostRequestMove,
    HostRequestQuerySet,
    WishedCountry,
    co_hosts_with_names,
)
from .surveys import (
    TO_RECEIVE,
    DemandSurvey,
    SurveyAnswer,
    SurveyAnswerMove,
    SurveyAnswerQuerySet,
    passing_through,
)
from .ties import Tie, TieQuerySet
from .treatment import Treatment

__all__ = [
    "ANSWERING_DIRECTLY",
    "LONG_TEXT",
    "MAX_TRAINEES",
    "TO_RECEIVE",
    "CoHost",
    "DemandSurvey",
    "HostRequest",
    "HostRequestMove",
    "HostRequestQuerySet",
    "LocalGovernment",
    "LocalGovernmentQuerySet",
    "SurveyAnswer",
    "SurveyAnswerMove",
    "SurveyAnswerQuerySet",
    "Tie",
    "TieQuerySet",
    "TrainingProgramme",
    "TrainingUnit",
    "TrainingUnitQuerySet",
    "Treatment",
    "WishedCountry",
    "check_code",
    "co_hosts_with_names",
    "passing_through",
]
