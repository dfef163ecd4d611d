"""What the change log follows here."""

from auditlog.registry import auditlog
from django.db.models import Model

from .models import (
    CoHost,
    Contribution,
    DemandSurvey,
    FieldComment,
    HostRequest,
    LocalGovernment,
    ProgrammeVersion,
    RelayLetter,
    RelayRound,
    SurveyAnswer,
    SurveyQuestion,
    SurveyReply,
    Tie,
    TrainingProgramme,
    TrainingUnit,
    Treatment,
    UnitInstructor,
    WishedCountry,
)

auditlog.register(LocalGovernment, exclude_fields=["search"])
edited: list[type[Model]] = [
    *(DemandSurvey, SurveyAnswer, SurveyQuestion, HostRequest, TrainingProgramme, TrainingUnit),
    *(Contribution, RelayRound, RelayLetter, Tie, Treatment),
]
added: list[type[Model]] = [
    *(SurveyReply, FieldComment, UnitInstructor, ProgrammeVersion, WishedCountry, CoHost),
]
for model in edited:
    auditlog.register(model, exclude_fields=["version"])
for model in added:
    auditlog.register(model)
