"""What the pages of hosts and relay officers accept."""

from .answers import NoDemandForm, RelayFilterForm, RelayForm, StartForm
from .contributions import ContributionForm
from .parts import PartForm
from .programmes import ProgrammeForm
from .questions import RepliesBase, replies_form
from .requests import STEP_FORMS, STEPS, DemandForm, PeriodForm
from .units import InstructorRows, UnitForm

__all__ = [
    "STEPS",
    "STEP_FORMS",
    "ContributionForm",
    "DemandForm",
    "InstructorRows",
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
