"""What the change log follows here; of encrypted columns it keeps nothing."""

from auditlog.registry import auditlog

from files.encrypted import encrypted_fields

from .models import (
    Agency,
    Application,
    Career,
    Consent,
    ConsentText,
    Contact,
    ContactLog,
    Document,
    DocumentKind,
    DocumentRule,
    DossierVersion,
    Education,
    FamilyMember,
    HealthDeclaration,
    LanguageSkill,
    NotTheSame,
    OfficeCountry,
    OverseasOffice,
    PersonMerge,
    Reopening,
    SenderStatement,
    SendingGovernment,
    StayInJapan,
    Trainee,
    VisaRefusal,
    Waiver,
)

for model in (
    OverseasOffice,
    OfficeCountry,
    Agency,
    SendingGovernment,
    Contact,
    ContactLog,
    ConsentText,
    Consent,
    DocumentKind,
    DocumentRule,
    Document,
    NotTheSame,
    PersonMerge,
    SenderStatement,
    Waiver,
):
    auditlog.register(model)
for edited in (
    Application,
    Career,
    Education,
    FamilyMember,
    HealthDeclaration,
    LanguageSkill,
    StayInJapan,
    Trainee,
    VisaRefusal,
):
    hidden = [field.name for field in encrypted_fields(edited)]
    auditlog.register(edited, exclude_fields=["version", "passport_index", *hidden])
for kept in (DossierVersion, Reopening):
    auditlog.register(kept, exclude_fields=[field.name for field in encrypted_fields(kept)])
