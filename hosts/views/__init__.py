"""The pages of host coordinators and relay officers."""

from .answers import answer, no_demand
from .home import home
from .questions import questions, questions_autosave
from .relay import relay, relay_act
from .requests import (
    request_autosave,
    request_detail,
    request_discard,
    request_start,
    request_step,
)
from .units import unit, unit_add, unit_delete

__all__ = [
    "answer",
    "home",
    "no_demand",
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
]
