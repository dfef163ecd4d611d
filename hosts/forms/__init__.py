"""What the pages of hosts and relay officers accept."""

from .answers import NoDemandForm, RelayFilterForm, RelayForm, StartForm
from .approval import CompareForm, SealsForm
from .parts import PartForm
from .questions import RepliesBase, replies_form
from .requests import STEP_FORMS, STEPS, DemandForm, PeriodForm, ProgrammeForm
from .units import UnitForm

__all__ = [
    "STEPS",
    "STEP_FORMS",
    "CompareForm",
    "DemandForm",
    "NoDemandForm",
    "PartForm",
    "PeriodForm",
    "ProgrammeForm",
    "RelayFilterForm",
    "RelayForm",
    "RepliesBase",
    "SealsForm",
    "StartForm",
    "UnitForm",
    "replies_form",
]
