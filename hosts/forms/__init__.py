"""What the pages of hosts and relay officers accept."""

from .answers import NoDemandForm, RelayFilterForm, RelayForm, StartForm
from .conditions import ConditionsForm
from .parts import PartForm
from .questions import RepliesBase, replies_form
from .requests import STEP_FORMS, STEPS, DemandForm, PeriodForm, ProgrammeForm
from .treatment import TreatmentForm
from .units import UnitForm

__all__ = [
    "STEPS",
    "STEP_FORMS",
    "ConditionsForm",
    "DemandForm",
    "NoDemandForm",
    "PartForm",
    "PeriodForm",
    "ProgrammeForm",
    "RelayFilterForm",
    "RelayForm",
    "RepliesBase",
    "StartForm",
    "TreatmentForm",
    "UnitForm",
    "replies_form",
]
