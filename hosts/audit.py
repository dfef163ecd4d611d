"""What the change log follows here."""

from auditlog.registry import auditlog

from .models import (
    CoHost,
    DemandSurvey,
    FieldComment,
    HostRequest,
    LocalGovernment,
    RelayLetter,
    RelayRound,
    SurveyAnswer,
    SurveyQuestion,
    SurveyReply,
    Tie,
    TrainingProgramme,
    TrainingUnit,
    Treatment,
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
):
    auditlog.register(model, exclude_fields=["version"])
auditlog.register(SurveyReply)
auditlog.register(FieldComment)
for model in (RelayRound, RelayLetter, Tie, Treatment):
    auditlog.register(model, exclude_fields=["version"])
for model in (WishedCountry, CoHost):
    auditlog.register(model)
