"""The sheets of the survey's workbook. A further column of a model is one further line here."""

from ..parts import Part
from .answers import Answers, Replies, Ties
from .programmes import Contributions, Instructors, Programmes, Units
from .requests import CoHosts, Conditions, Requests, Treatments, Wishes

PARTS: tuple[Part, ...] = (
    Answers(),
    Replies(),
    Ties(),
    Requests(),
    Wishes(),
    CoHosts(),
    Conditions(),
    Treatments(),
    Programmes(),
    Units(),
    Instructors(),
    Contributions(),
)
BY_NAME = {part.name: part for part in PARTS}
