"""What the check of a workbook found out: what is to be written, and what is submitted."""

from dataclasses import dataclass, field
from typing import Any

from files.sheets.kinds import Line

from ..models import SurveyAnswer
from .parts import Key, Part


@dataclass
class Save:
    """One row as it was (None where it is new) and as it is going to be."""

    part: Part
    key: Key
    before: Any
    now: Any


@dataclass
class Renewal:
    """A list that is written anew as a whole."""

    part: Part
    key: Key
    before: list[Any]
    now: list[Any]


@dataclass
class Submission:
    """An answer that the workbook says is the answer of its government."""

    line: Line
    wants: str
    reason: str


@dataclass
class Work:
    """Everything that the check found out, for the writing."""

    answers: dict[str, SurveyAnswer] = field(default_factory=dict)
    now: dict[str, dict[Key, Any]] = field(default_factory=dict)
    owners: dict[str, list[tuple[Key, Any]]] = field(default_factory=dict)
    saves: list[Save] = field(default_factory=list)
    gone: list[Save] = field(default_factory=list)
    submissions: dict[str, Submission] = field(default_factory=dict)
    renewed: list[Renewal] = field(default_factory=list)
    unsound: set[str] = field(default_factory=set)  # codes of governments with a fault
