"""The pages of host coordinators and relay officers."""

from .answers import answer, answer_copy, no_demand
from .approval import approval, approval_print, relay_approval, relay_approval_print
from .entry import relay_entry, relay_entry_end
from .hand_over import hand_over, history
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
from .people import (
    invitation_again,
    invitation_back,
    people,
    people_invite,
    people_leave,
    people_stay,
)
from .programmes import (
    programme,
    programme_texts,
    programme_texts_autosave,
    programme_versions,
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
from .take_overs import take_over, take_over_decide, take_over_sent, take_over_withdraw
from .ties import tie, tie_add, tie_document, tie_end, tie_remove, ties
from .units import (
    contribution,
    contribution_add,
    contribution_add_autosave,
    contribution_autosave,
    contribution_delete,
    contribution_move,
    unit,
    unit_add,
    unit_add_autosave,
    unit_autosave,
    unit_delete,
    unit_move,
)
from .versions import versions
from .workbook import (
    relay_workbook,
    relay_workbook_file,
    workbook,
    workbook_faults,
    workbook_file,
    workbook_waiting,
)

__all__ = [
    "answer",
    "answer_copy",
    "approval",
    "approval_print",
    "contribution",
    "contribution_add",
    "contribution_add_autosave",
    "contribution_autosave",
    "contribution_delete",
    "contribution_move",
    "hand_over",
    "history",
    "home",
    "invitation_again",
    "invitation_back",
    "no_demand",
    "people",
    "people_invite",
    "people_leave",
    "people_stay",
    "programme",
    "programme_texts",
    "programme_texts_autosave",
    "programme_versions",
    "questions",
    "questions_autosave",
    "relay",
    "relay_act",
    "relay_answer_remark",
    "relay_approval",
    "relay_approval_print",
    "relay_entry",
    "relay_entry_end",
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
    "relay_workbook",
    "relay_workbook_file",
    "request_autosave",
    "request_detail",
    "request_discard",
    "request_start",
    "request_step",
    "take_over",
    "take_over_decide",
    "take_over_sent",
    "take_over_withdraw",
    "tie",
    "tie_add",
    "tie_document",
    "tie_end",
    "tie_remove",
    "ties",
    "unit",
    "unit_add",
    "unit_add_autosave",
    "unit_autosave",
    "unit_delete",
    "unit_move",
    "versions",
    "workbook",
    "workbook_faults",
    "workbook_file",
    "workbook_waiting",
]
