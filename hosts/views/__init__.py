"""The pages of host coordinators and relay officers."""

from .answers import answer, no_demand
from .home import home
from .programmes import programme, programme_texts, programme_versions
from .questions import questions, questions_autosave
from .relay import relay, relay_act
from .requests import (
    request_autosave,
    request_detail,
    request_discard,
    request_start,
    request_step,
)
from .units import (
    contribution,
    contribution_add,
    contribution_delete,
    contribution_move,
    unit,
    unit_add,
    unit_delete,
    unit_move,
)

__all__ = [
    "answer",
    "contribution",
    "contribution_add",
    "contribution_delete",
    "contribution_move",
    "home",
    "no_demand",
    "programme",
    "programme_texts",
    "programme_versions",
    "questions",
    "questions_autosave",
    "relay",
    "relay_act",
    "request_autosave",
    "request_detail",
    "request_discard",
    "request_start",
    "request_step",
    "unit",
    "unit_add",
    "unit_delete",
    "unit_move",
]
