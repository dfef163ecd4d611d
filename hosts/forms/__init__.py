"""What the pages of hosts and relay officers accept."""

from .answers import CopyForm, NoDemandForm, RelayFilterForm, RelayForm, StartForm
from .approval import CompareForm, SealsForm
from .conditions import ConditionsForm
from .contributions import ContributionForm
from .letters import CorrectLetterForm, FinishLetterForm, RelayLetterForm, StartLetterForm
from .parts import PartForm
from .people import (
    ColleagueForm,
    DecideTakeOverForm,
    GovernmentSearchForm,
    LeavingForm,
    TakeOverForm,
)
from .places import PlaceForm
from .programmes import ProgrammeForm
from .questions import RepliesBase, replies_form
from .relay import (
    EntryForm,
    ManyForm,
    PrioritiesForm,
    RemarkForm,
    ReturnForm,
    RoundForm,
    RoundRemarkForm,
    field_labels,
)
from .requests import STEP_FORMS, STEPS, DemandForm, PeriodForm
from .treatment import TreatmentForm
from .units import InstructorRows, UnitForm

__all__ = [
    "STEPS",
    "STEP_FORMS",
    "ColleagueForm",
    "CompareForm",
    "ConditionsForm",
    "ContributionForm",
    "CopyForm",
    "CorrectLetterForm",
    "DecideTakeOverForm",
    "DemandForm",
    "EntryForm",
    "FinishLetterForm",
    "GovernmentSearchForm",
    "InstructorRows",
    "LeavingForm",
    "ManyForm",
    "NoDemandForm",
    "PartForm",
    "PeriodForm",
    "PlaceForm",
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
    "TakeOverForm",
    "TreatmentForm",
    "UnitForm",
    "field_labels",
    "replies_form",
]
