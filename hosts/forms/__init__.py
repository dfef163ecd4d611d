"""What the pages of hosts and relay officers accept."""

from .answers import NoDemandForm, RelayFilterForm, RelayForm, StartForm
from .approval import CompareForm, SealsForm
from .conditions import ConditionsForm
from .letters import CorrectLetterForm, FinishLetterForm, RelayLetterForm, StartLetterForm
from .parts import PartForm
from .questions import RepliesBase, replies_form
from .relay import (
    ManyForm,
    PrioritiesForm,
    RemarkForm,
    ReturnForm,
    RoundForm,
    RoundRemarkForm,
    field_labels,
)
from .requests import STEP_FORMS, STEPS, DemandForm, PeriodForm, ProgrammeForm
from .treatment import TreatmentForm
from .units import UnitForm

__all__ = [
    "STEPS",
    "STEP_FORMS",
    "CompareForm",
    "ConditionsForm",
    "CorrectLetterForm",
    "DemandForm",
    "FinishLetterForm",
    "ManyForm",
    "NoDemandForm",
    "PartForm",
    "PeriodForm",
    "PrioritiesForm",
    "ProgrammeForm",
    "RelayFilterForm",
    "RelayForm",
    "RelayLetterForm",
    "RemarkForm",
    "RepliesBase",
    "ReturnForm",
    "RoundForm",
    "RoundRemarkForm",
    "SealsForm",
    "StartForm",
    "StartLetterForm",
    "TreatmentForm",
    "UnitForm",
    "field_labels",
    "replies_form",
]
