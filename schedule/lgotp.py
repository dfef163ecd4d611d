"""The programme that the portal ships with, as data: LGOTP's names, letters and usual year.

Phases follow the pamphlet (Q11); the days inside the months, the deadlines and the form of the
letter numbers are ours, and so is the name of the signatory, which the operator replaces.
"""

from django.db import IntegrityError, transaction

from accounts.models import Organisation, Role

from .models import DeadlineTemplate, PhaseKind, PhaseTemplate, Programme, Roll

CODE = "lgotp"

PROGRAMME = {
    "name_ja": "自治体職員協力交流事業",
    "name_en": "Local Government Officials Training Program in Japan",
    "sender_title_ja": "理事長",
    "sender_title_en": "Chair of the Board of Directors",
    "sender_name_ja": "安藤　恒一",
    "sender_name_en": "ANDO Koichi",
    "contact_unit_ja": "交流支援部 経済交流課",
    "contact_unit_en": "Economic Relations Division",
    "contact_telephone": "03-0000-0000",
    "contact_email": "lgotp@example.jp",
    "letter_series": "自国経",
    "reference_format_ja": "{era_year}自国経第{number}号",
    "reference_format_en": "{era_year}-KK-{number}",
    "group_training_place_ja": "滋賀県大津市　全国市町村国際文化研修所",
    "group_training_place_en": (
        "Japan Intercultural Academy of Municipalities (JIAM), Otsu City, Shiga"
    ),
}

# phase: calendar year counted from the fiscal year of arrival, month, day, number of days
PHASES = [
    (PhaseKind.SURVEY, -1, 9, 1, 91),
    (PhaseKind.RECRUITMENT, -1, 12, 1, 87),
    (PhaseKind.PROCEDURES, 0, 2, 22, 78),
    (PhaseKind.ARRIVAL, 0, 5, 15, 5),
    (PhaseKind.GROUP_TRAINING, 0, 5, 20, 35),
    (PhaseKind.SPECIALISED, 0, 6, 24, 311),
    (PhaseKind.RETURN, 0, 11, 1, 212),
]

DEADLINES = [
    (
        "survey-municipality",
        PhaseKind.SURVEY,
        Role.COORDINATOR,
        (-1, 11, 24),
        "受入要望調査への回答（市区町村から都道府県へ）",
        "Answer the demand survey (municipalities, to their prefecture)",
    ),
    (
        "survey-direct",
        PhaseKind.SURVEY,
        Role.COORDINATOR,
        (-1, 11, 30),
        "受入要望調査への回答（都道府県・指定都市）",
        "Answer the demand survey (prefectures and designated cities)",
    ),
    (
        "survey-relay",
        PhaseKind.SURVEY,
        Role.RELAY,
        (-1, 11, 30),
        "市区町村の回答の取りまとめと進達",
        "Check and forward the municipalities' answers",
    ),
    (
        "nomination",
        PhaseKind.RECRUITMENT,
        Role.OVERSEAS_OFFICE,
        (-1, 12, 11),
        "候補者の推薦",
        "Nominate candidates",
    ),
    (
        "application",
        PhaseKind.RECRUITMENT,
        Role.TRAINEE,
        (-1, 12, 24),
        "候補者調書の提出",
        "Submit the application",
    ),
    (
        "review",
        PhaseKind.RECRUITMENT,
        Role.REVIEWER,
        (0, 2, 5),
        "書類審査",
        "Review the applications",
    ),
    (
        "decision",
        PhaseKind.RECRUITMENT,
        Role.STAFF,
        (0, 2, 19),
        "受入れの決定と通知",
        "Decide the placements and send the notices",
    ),
    (
        "coe-papers",
        PhaseKind.PROCEDURES,
        Role.COORDINATOR,
        (0, 3, 19),
        "在留資格認定証明書の交付申請書類の提出",
        "Send the papers for the certificate of eligibility",
    ),
]


def ensure_lgotp() -> Programme:
    """The shipped programme; what staff have changed in it since stays as it is.

    Of two that ship it at the same moment, the second takes the first one's.
    """
    programme = Programme.objects.filter(code=CODE).first()
    if programme:
        return programme
    try:
        return _ship()
    except IntegrityError:
        return Programme.objects.get(code=CODE)


@transaction.atomic
def _ship() -> Programme:
    operator, _created = Organisation.objects.get_or_create(
        kind=Organisation.Kind.OPERATOR,
        defaults={
            "name_ja": "一般財団法人自治体国際化協会",
            "name_en": "Council of Local Authorities for International Relations (CLAIR)",
        },
    )
    programme = Programme.objects.create(code=CODE, operator=operator, **PROGRAMME)
    PhaseTemplate.objects.bulk_create(
        [
            PhaseTemplate(
                programme=programme, kind=kind, year_offset=year, month=month, day=day, days=days
            )
            for kind, year, month, day, days in PHASES
        ]
    )
    DeadlineTemplate.objects.bulk_create(
        [
            DeadlineTemplate(
                programme=programme,
                code=code,
                phase=phase,
                audience=audience,
                year_offset=year,
                month=month,
                day=day,
                roll=Roll.BEFORE,
                name_ja=name_ja,
                name_en=name_en,
            )
            for code, phase, audience, (year, month, day), name_ja, name_en in DEADLINES
        ]
    )
    return programme
