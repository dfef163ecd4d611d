"""What the pages of hosts and relay officers accept."""

from .answers import NoDemandForm, RelayFilterForm, RelayForm, StartForm
from .parts import PartForm
from .questions import RepliesBase, replies_form
from .requests import STEP_FORMS, STEPS, DemandForm, PeriodForm, ProgrammeForm
from .units import UnitForm

__all__ = [
    "STEPS",
    "STEP_FORMS",
    "DemandForm",
    "NoDemandForm",
    "PartForm",
    "PeriodForm",
    "ProgrammeForm",
    "RelayFilterForm",
    "RelayForm",
    "RepliesBase",
    "StartForm",
    "UnitForm",
    "replies_form",
]
