"""The pages of host coordinators and relay officers."""

from .answers import answer, no_demand
from .home import home
from .relay import relay, relay_act
from .requests import (
    request_autosave,
    request_detail,
    request_discard,
    request_start,
    request_step,
)
from .units import unit, unit_add, unit_delete
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
    "home",
    "no_demand",
    "relay",
    "relay_act",
    "relay_workbook",
    "relay_workbook_file",
    "request_autosave",
    "request_detail",
    "request_discard",
    "request_start",
    "request_step",
    "unit",
    "unit_add",
    "unit_delete",
    "workbook",
    "workbook_faults",
    "workbook_file",
    "workbook_waiting",
]
