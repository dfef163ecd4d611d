"""What the change log follows here."""

from auditlog.registry import auditlog

from .models import (
    DemandSurvey,
    FieldComment,
    HostRequest,
    LocalGovernment,
    RelayLetter,
    RelayRound,
    SurveyAnswer,
    SurveyQuestion,
    SurveyReply,
    TrainingProgramme,
    TrainingUnit,
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
auditlog.register(WishedCountry)
auditlog.register(SurveyReply)
auditlog.register(RelayRound, exclude_fields=["version"])
auditlog.register(RelayLetter, exclude_fields=["version"])
auditlog.register(FieldComment)
