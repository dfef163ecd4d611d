"""What the change log follows here."""

from auditlog.registry import auditlog

from .models import (
    CoHost,
    DemandSurvey,
    HostRequest,
    LocalGovernment,
    SurveyAnswer,
    Tie,
    TrainingProgramme,
    TrainingUnit,
    Treatment,
    WishedCountry,
)

auditlog.register(LocalGovernment, exclude_fields=["search"])
for model in (DemandSurvey, SurveyAnswer, HostRequest, TrainingProgramme, TrainingUnit):
    auditlog.register(model, exclude_fields=["version"])
for model in (Tie, Treatment):
    auditlog.register(model, exclude_fields=["version"])
for model in (WishedCountry, CoHost):
    auditlog.register(model)
