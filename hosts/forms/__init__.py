"""What the pages of hosts and relay officers accept."""

from .answers import NoDemandForm, RelayFilterForm, RelayForm, StartForm
from .approval import CompareForm, SealsForm
from .parts import PartForm
from .people import (
    ColleagueForm,
    DecideTakeOverForm,
    GovernmentSearchForm,
    LeavingForm,
    TakeOverForm,
)
from .requests import STEP_FORMS, STEPS, DemandForm, PeriodForm, ProgrammeForm
from .units import UnitForm

__all__ = [
    "STEPS",
    "STEP_FORMS",
    "ColleagueForm",
    "CompareForm",
    "DecideTakeOverForm",
    "DemandForm",
    "GovernmentSearchForm",
    "LeavingForm",
    "NoDemandForm",
    "PartForm",
    "PeriodForm",
    "ProgrammeForm",
    "RelayFilterForm",
    "RelayForm",
    "SealsForm",
    "StartForm",
    "TakeOverForm",
    "UnitForm",
]
