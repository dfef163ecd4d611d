"""Overseas offices, agencies and sending governments; trainees with their names; applications with
all that belongs to a dossier.
"""

from .applications import (
    Application,
    ApplicationMove,
    ApplicationQuerySet,
    submitted_to_offices,
)
from .consents import Consent, ConsentKind, ConsentText
from .documents import Document, DocumentKind, DocumentMove, DocumentRule
from .dossier import (
    LINES_MOST,
    Career,
    Education,
    FamilyMember,
    HealthDeclaration,
    LanguageSkill,
    SenderStatement,
    StayInJapan,
    VisaRefusal,
)
from .limits import LONG_TEXT, NAME_LENGTH, SHORT_TEXT
from .offices import (
    Agency,
    Contact,
    ContactLog,
    OfficeCountry,
    OverseasOffice,
    SendingGovernment,
)
from .people import (
    COUNTRIES_OF_PERSON,
    DAYS_OF_PERSON,
    PERSON_FIELDS,
    NotTheSame,
    PersonMerge,
    Salutation,
    Sex,
    Trainee,
)
from .versions import DossierVersion, Reopening, ReopeningMove, Waiver

__all__ = [
    "COUNTRIES_OF_PERSON",
    "DAYS_OF_PERSON",
    "LINES_MOST",
    "LONG_TEXT",
    "NAME_LENGTH",
    "PERSON_FIELDS",
    "SHORT_TEXT",
    "Agency",
    "Application",
    "ApplicationMove",
    "ApplicationQuerySet",
    "Career",
    "Consent",
    "ConsentKind",
    "ConsentText",
    "Contact",
    "ContactLog",
    "Document",
    "DocumentKind",
    "DocumentMove",
    "DocumentRule",
    "DossierVersion",
    "Education",
    "FamilyMember",
    "HealthDeclaration",
    "LanguageSkill",
    "NotTheSame",
    "OfficeCountry",
    "OverseasOffice",
    "PersonMerge",
    "Reopening",
    "ReopeningMove",
    "Salutation",
    "SenderStatement",
    "SendingGovernment",
    "Sex",
    "StayInJapan",
    "Trainee",
    "VisaRefusal",
    "Waiver",
    "submitted_to_offices",
]
