"""What this app keeps of people: candidates, and what they wrote about themselves."""

from files.privacy import NOTHING_PERSONAL, DataClass, Keep, Rule, declare

from .models import (
    Agency,
    Application,
    ApplicationMove,
    Career,
    Consent,
    ConsentText,
    Contact,
    ContactLog,
    Document,
    DocumentKind,
    DocumentMove,
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
    ReopeningMove,
    SenderStatement,
    SendingGovernment,
    StayInJapan,
    Trainee,
    VisaRefusal,
    Waiver,
)

# Who was not placed is forgotten first; what a stay needs longer, the apps above keep themselves.
PERSON = Rule(DataClass.PERSONAL, Keep.AFTER_CYCLE_1Y)
CARE = Rule(DataClass.SPECIAL_CARE, Keep.AFTER_CYCLE_1Y)
OFFICE = Rule(DataClass.BUSINESS, Keep.AFTER_CYCLE_5Y)
CONTACT = Rule(DataClass.BUSINESS, Keep.WITH_OFFICE)

declare(
    OverseasOffice,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(["code", "time_zone", "telephone", "hours_ja", "hours_en"], NOTHING_PERSONAL),
    email=Rule(DataClass.BUSINESS, Keep.FOR_EVER),
)
declare(OfficeCountry, rest=NOTHING_PERSONAL, country=NOTHING_PERSONAL)
declare(Agency, rest=NOTHING_PERSONAL, country=NOTHING_PERSONAL, name_local=NOTHING_PERSONAL)
declare(
    SendingGovernment,
    rest=NOTHING_PERSONAL,
    country=NOTHING_PERSONAL,
    name_local=NOTHING_PERSONAL,
)
declare(
    Contact,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(["name", "post", "email", "telephone", "note"], CONTACT),
)
declare(ContactLog, rest=NOTHING_PERSONAL, text=CONTACT, by=OFFICE)
declare(
    Trainee,
    rest=PERSON,
    **dict.fromkeys(
        [
            "email",
            "passport_name",
            "mrz_name",
            "letter_name",
            "katakana",
            "kanji",
            "native_name",
            "former_names",
            "daily_name",
            "nationality",
            "residence",
            "passport_number",
            "passport_index",
        ],
        PERSON,
    ),
    id=NOTHING_PERSONAL,
    version=NOTHING_PERSONAL,
)
declare(NotTheSame, rest=PERSON, reason=PERSON, id=NOTHING_PERSONAL)
declare(
    PersonMerge,
    rest=PERSON,
    **dict.fromkeys(["moved", "reason", "undone_reason"], PERSON),
    id=NOTHING_PERSONAL,
)
declare(
    Application,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(
        [
            "trainee",
            "employer_department",
            "employer_position",
            "employed_since",
            "employer_duties",
            "is_national_official",
            "national_reason",
            "telephone",
            "address",
            "comes_alone",
            "emergency_name",
            "emergency_relation",
            "emergency_telephone",
            "emergency_email",
            "emergency_languages",
            "english_level",
            "japanese_level",
            "other_languages",
            "field",
            "second_field",
            "statement",
            "future_use",
            "previous_stays",
            "never_in_japan",
            "never_refused",
            "declines_needs",
            "declines_health",
            "available_from",
            "available_until",
            "person",
        ],
        PERSON,
    ),
    dietary_needs=CARE,
    religious_needs=CARE,
)
declare(
    ApplicationMove,
    rest=NOTHING_PERSONAL,
    by=OFFICE,
    reason=PERSON,
    from_state=NOTHING_PERSONAL,
    to_state=NOTHING_PERSONAL,
)
LINES = {"id": NOTHING_PERSONAL, "version": NOTHING_PERSONAL, "order": NOTHING_PERSONAL}
declare(FamilyMember, rest=PERSON, name=PERSON, **LINES)
declare(
    Education,
    rest=PERSON,
    **dict.fromkeys(["school", "country", "subject", "degree"], PERSON),
    **LINES,
)
declare(Career, rest=PERSON, **dict.fromkeys(["employer", "position", "duties"], PERSON), **LINES)
declare(LanguageSkill, rest=PERSON, language=PERSON, evidence=PERSON, **LINES)
declare(StayInJapan, rest=PERSON, **dict.fromkeys(["purpose", "status", "place"], PERSON), **LINES)
declare(VisaRefusal, rest=PERSON, **dict.fromkeys(["country", "what", "reason"], PERSON), **LINES)
declare(HealthDeclaration, rest=CARE, answers=CARE, id=NOTHING_PERSONAL, version=NOTHING_PERSONAL)
declare(
    SenderStatement,
    rest=PERSON,
    recommendation=PERSON,
    given_by=OFFICE,
    given_post=OFFICE,
    entered_by=OFFICE,
    id=NOTHING_PERSONAL,
)
declare(ConsentText, rest=NOTHING_PERSONAL, text_ja=NOTHING_PERSONAL, text_en=NOTHING_PERSONAL)
declare(Consent, rest=PERSON, id=NOTHING_PERSONAL)
declare(
    DocumentKind,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(
        ["code", "name_ja", "name_en", "help_ja", "help_en"],
        NOTHING_PERSONAL,
    ),
)
declare(
    DocumentRule,
    rest=NOTHING_PERSONAL,
    **dict.fromkeys(["nationalities", "residences", "source"], NOTHING_PERSONAL),
)
declare(Document, rest=PERSON, cut=PERSON, refusal=PERSON, id=NOTHING_PERSONAL)
declare(
    DocumentMove,
    rest=NOTHING_PERSONAL,
    by=OFFICE,
    reason=PERSON,
    from_state=NOTHING_PERSONAL,
    to_state=NOTHING_PERSONAL,
)
declare(
    DossierVersion,
    rest=NOTHING_PERSONAL,
    data=CARE,
    files=PERSON,
    sha256=NOTHING_PERSONAL,
    reason=PERSON,
    made_by=PERSON,
)
declare(
    Reopening,
    rest=NOTHING_PERSONAL,
    fields=NOTHING_PERSONAL,
    reason=PERSON,
    proposed=CARE,
    opened_by=OFFICE,
    decided_by=OFFICE,
    decision_reason=PERSON,
)
declare(
    ReopeningMove,
    rest=NOTHING_PERSONAL,
    by=OFFICE,
    reason=PERSON,
    from_state=NOTHING_PERSONAL,
    to_state=NOTHING_PERSONAL,
)
declare(
    Waiver,
    rest=NOTHING_PERSONAL,
    rule=NOTHING_PERSONAL,
    reason=PERSON,
    by=OFFICE,
    ended_by=OFFICE,
)
