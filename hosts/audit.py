"""What the change log follows here."""

from auditlog.registry import auditlog

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
for model in (
    DemandSurvey,
    SurveyAnswer,
    SurveyQuestion,
    HostRequest,
    TrainingProgramme,
    TrainingUnit,
    Contribution,
):
    auditlog.register(model, exclude_fields=["version"])
for model in (SurveyReply, FieldComment, UnitInstructor, ProgrammeVersion):
    auditlog.register(model)
for model in (RelayRound, RelayLetter, Tie, Treatment):
    auditlog.register(model, exclude_fields=["version"])
for model in (WishedCountry, CoHost):
    auditlog.register(model)
