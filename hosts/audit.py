"""What the change log follows here."""

from auditlog.registry import auditlog

from .models import (
    DemandSurvey,
    HostRequest,
    LocalGovernment,
    SurveyAnswer,
    TrainingProgramme,
    TrainingUnit,
    WishedCountry,
)

auditlog.register(LocalGovernment, exclude_fields=["search"])
for model in (DemandSurvey, SurveyAnswer, HostRequest, TrainingProgramme, TrainingUnit):
    auditlog.register(model, exclude_fields=["version"])
auditlog.register(WishedCountry)
