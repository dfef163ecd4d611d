"""The pages of host coordinators and relay officers."""

from .answers import answer, no_demand
from .approval import approval, approval_print, relay_approval, relay_approval_print
from .home import home
from .letters import (
    relay_letter,
    relay_letter_correct,
    relay_letter_discard,
    relay_letter_file,
    relay_letter_finish,
    relay_letter_preview,
    relay_letters,
)
from .questions import questions, questions_autosave
from .relay import relay, relay_act
from .requests import (
    request_autosave,
    request_detail,
    request_discard,
    request_start,
    request_step,
)
from .returning import relay_forward, relay_return
from .rounds import (
    relay_answer_remark,
    relay_operator,
    relay_order,
    relay_remark,
    relay_round,
)
from .units import unit, unit_add, unit_delete
from .versions import versions

__all__ = [
    "answer",
    "approval",
    "approval_print",
    "home",
    "no_demand",
    "questions",
    "questions_autosave",
    "relay",
    "relay_act",
    "relay_answer_remark",
    "relay_approval",
    "relay_approval_print",
    "relay_forward",
    "relay_letter",
    "relay_letter_correct",
    "relay_letter_discard",
    "relay_letter_file",
    "relay_letter_finish",
    "relay_letter_preview",
    "relay_letters",
    "relay_operator",
    "relay_order",
    "relay_remark",
    "relay_return",
    "relay_round",
    "request_autosave",
    "request_detail",
    "request_discard",
    "request_start",
    "request_step",
    "unit",
    "unit_add",
    "unit_delete",
    "versions",
]
