"""What the demonstration's nominees answered: passports, families, schools, consents. Everything
follows from the person's address, so that the same demonstration says the same.
"""

import random
from datetime import date, timedelta

from django.utils import timezone

from japan.readings import suggest_katakana
from trainees.consents import consents_of, texts_in_force
from trainees.health import DETAILS, QUESTIONS
from trainees.machine_line import suggest_line
from trainees.models import (
    Application,
    Career,
    Consent,
    ConsentKind,
    Education,
    FamilyMember,
    HealthDeclaration,
    LanguageSkill,
    StayInJapan,
    Trainee,
)

from .records import at_ten

# Of each country: the language and a script of its own, a university, a city, the country code.
COUNTRIES = {
    "ID": ("Indonesian", "Universitas Padjadjaran", "Bandung", "+62 22"),
    "VN": ("Vietnamese", "Hue University of Sciences", "Hue", "+84 234"),
    "TH": ("Thai", "Chiang Mai University", "Chiang Mai", "+66 53"),
    "JO": ("Arabic", "University of Jordan", "Amman", "+962 6"),
    "CN": ("Chinese", "浙江大学", "Hangzhou", "+86 571"),
    "PH": ("Filipino", "University of the Philippines Cebu", "Cebu", "+63 32"),
    "JM": ("English", "University of the West Indies", "Kingston", "+1 876"),
    "LK": ("Sinhala", "University of Peradeniya", "Kandy", "+94 81"),
    "MN": ("Mongolian", "National University of Mongolia", "Ulaanbaatar", "+976 11"),
    "NP": ("Nepali", "Tribhuvan University", "Pokhara", "+977 61"),
    "BR": ("Portuguese", "Universidade Federal do Paraná", "Curitiba", "+55 41"),
    "EG": ("Arabic", "Alexandria University", "Alexandria", "+20 3"),
}
DUTIES = [
    "I plan the work of my section and answer citizens who write to us.",
    "I inspect the sites of our contractors and check their reports.",
    "I prepare the budget of my section and train new colleagues.",
]
DIETS = ["", "No pork and no alcohol.", "I eat no beef.", "I am a vegetarian; eggs are fine."]
BELIEFS = ["", "A quiet place for prayer at noon.", ""]
NATIVE = {
    "KHALED MOHAMMAD ABDULRAHMAN AL-ZOUBI": "خالد محمد عبد الرحمن الزعبي",
    "YOUSSEF HASSAN EL-SAYED": "يوسف حسن السيد",
    "SOMCHAI RATTANAPHONGPHAN": "สมชาย รัตนพงศ์พันธ์",
    "PIMCHANOK WONGSAWAT": "พิมพ์ชนก วงศ์สวัสดิ์",
    "BAT-ERDENE": "Бат-Эрдэнэ",
    "OYUNCHIMEG": "Оюунчимэг",
    "SITA KUMARI GURUNG": "सीता कुमारी गुरुङ",
}


def complete_person(person: Trainee) -> None:
    """Everything that the sections “Names” and “Person” ask."""
    dice = random.Random(f"person {person.email}")  # noqa: S311 - no secret
    country = str(person.nationality)
    person.mrz_name = suggest_line(person.passport_name)
    person.katakana = person.katakana or suggest_katakana(person.passport_name, country)
    person.native_name = NATIVE.get(person.passport_name, "")
    person.sex = "F" if person.salutation == "ms" else "M"
    person.residence = country
    person.passport_number = f"{country}{dice.randint(1000000, 9999999)}"
    person.passport_expires_on = date(2029, 1, 1) + timedelta(days=dice.randint(0, 2500))
    person.index_passport()


def promise_passport(person: Trainee, on: date) -> None:
    """Somebody whose passport is not there yet."""
    person.passport_number = person.passport_index = ""
    person.passport_expires_on = None
    person.passport_promised_on = on + timedelta(days=21)


def answers_of(application: Application) -> dict[str, object]:
    """The columns of a dossier that the demonstration's own lists do not say."""
    dice = random.Random(f"dossier {application.trainee.email}")  # noqa: S311 - no secret
    country = str(application.trainee.nationality)
    _language, _school, city, code = COUNTRIES.get(country, COUNTRIES["ID"])
    arrival = application.cycle.arrival_on
    return {
        "employer_duties": dice.choice(DUTIES),
        "telephone": f"{code} {dice.randint(100, 999)} {dice.randint(1000, 9999)}",
        "address": f"{dice.randint(1, 99)} Main Road, {city}",
        "comes_alone": True,
        "emergency_name": dice.choice(["Budi Santoso", "Maria Reyes", "Lan Nguyen", "Tuan Anh"]),
        "emergency_relation": dice.choice(["brother", "wife", "mother", "colleague"]),
        "emergency_telephone": f"{code} {dice.randint(100, 999)} {dice.randint(1000, 9999)}",
        "emergency_languages": "English",
        "never_refused": True,
        "available_from": arrival - timedelta(days=14),
        "available_until": arrival + timedelta(days=365),
    }


def complete_dossier(application: Application, on: date) -> None:
    """Lines, consents and, of those who agree, the declaration: as if it had been typed."""
    dice = random.Random(f"lines {application.trainee.email}")  # noqa: S311 - no secret
    country = str(application.trainee.nationality)
    language, school, city, _code = COUNTRIES.get(country, COUNTRIES["ID"])
    born = application.trainee.born_on or date(1990, 1, 1)
    Education.objects.create(
        application=application,
        school=school,
        country=country if country in COUNTRIES else "",
        subject=dice.choice(["Public administration", "Civil engineering", "Environment"]),
        degree="Bachelor",
        starts_on=date(born.year + 18, 9, 1),
        ends_on=date(born.year + 22, 7, 1),
    )
    Career.objects.create(
        application=application,
        employer=f"{city} Water Company",
        position="Assistant",
        starts_on=date(born.year + 22, 9, 1),
        ends_on=date(born.year + 24, 3, 1),
    )
    LanguageSkill.objects.create(application=application, language=language, level="native")
    if application.japanese_level:
        level = {1: "N5", 2: "N4", 3: "N3"}.get(application.japanese_level, "N2")
        LanguageSkill.objects.create(
            application=application, order=2, language="Japanese", level=level, evidence="JLPT 2025"
        )
    if dice.random() < 0.5:
        FamilyMember.objects.create(
            application=application, name="Dewi", relation="spouse", born_on=date(1992, 2, 2)
        )
    has_been = dice.random() < 0.3
    if has_been:
        StayInJapan.objects.create(
            application=application,
            starts_on=date(2019, 7, 1),
            ends_on=date(2019, 7, 14),
            purpose="Visit of the partner city",
            status="Temporary visitor",
            place="Nagano",
        )
    agrees = {kind: dice.random() < 0.75 for kind in (ConsentKind.NEEDS, ConsentKind.HEALTH)}
    Application.objects.filter(pk=application.pk).update(
        never_in_japan=not has_been,
        declines_needs=not agrees[ConsentKind.NEEDS],
        declines_health=not agrees[ConsentKind.HEALTH],
        dietary_needs=dice.choice(DIETS) if agrees[ConsentKind.NEEDS] else "",
        religious_needs=dice.choice(BELIEFS) if agrees[ConsentKind.NEEDS] else "",
    )
    texts = texts_in_force(timezone.localdate())
    for kind in (ConsentKind.SHARING, *(kind for kind, agreed in agrees.items() if agreed)):
        if kind not in consents_of(application):
            Consent.objects.create(
                application=application, text=texts[kind], language="en", given_at=at_ten(on)
            )
    if agrees[ConsentKind.HEALTH]:
        answers: dict[str, object] = dict.fromkeys(QUESTIONS, False)
        answers[DETAILS] = ""
        if dice.random() < 0.3:
            answers |= {"allergy": True, DETAILS: "Allergic to penicillin since childhood."}
        HealthDeclaration.objects.create(
            application=application,
            answers=answers,  # type: ignore[misc]
            declared_at=at_ten(on),
        )
