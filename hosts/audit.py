"""What the change log follows here."""

from auditlog.registry import auditlog

from .models import (
    Contribution,
    DemandSurvey,
    HostRequest,
    LocalGovernment,
    ProgrammeVersion,
    SurveyAnswer,
    TrainingProgramme,
    TrainingUnit,
    UnitInstructor,
    WishedCountry,
)

auditlog.register(LocalGovernment, exclude_fields=["search"])
for model in (
    DemandSurvey,
    SurveyAnswer,
    HostRequest,
    TrainingProgramme,
    TrainingUnit,
    Contribution,
):
    auditlog.register(model, exclude_fields=["version"])
auditlog.register(WishedCountry)
auditlog.register(UnitInstructor)
auditlog.register(ProgrammeVersion)
