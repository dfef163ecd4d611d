"""Plain values of the two notices, as the placements app gives them."""

from typing import Any

LINES = {
    "fiscal_year": 2027,
    "programme_name_ja": "自治体職員協力交流事業",
    "programme_name_en": "Local Government Officials Training Program in Japan (LGOTP)",
    "sender_ja": {
        "organisation": "一般財団法人自治体国際化協会",
        "title": "理事長",
        "name": "安藤　恒一",
        "seal_note": "（公印省略）",
    },
    "sender_en": {
        "organisation": "Council of Local Authorities for International Relations (CLAIR)",
        "title": "Chair of the Board of Directors",
        "name": "ANDO Koichi",
    },
    "contact": {
        "unit_ja": "交流支援部経済交流課",
        "unit_en": "Economic Relations Division, CLAIR",
        "telephone": "03-0000-0000",
        "telephone_en": "+81-3-0000-0000",
        "email": "lgotp@example.jp",
    },
    "addressee_lines": ["愛媛県西条市長"],
    "addressee_short_ja": "貴市",
    "trainee": {
        "passport_name": "NGUYỄN THỊ LAN HƯƠNG",
        "katakana": "グエン・ティ・ラン・フオン",
        "kanji": "",
        "native_name": "",
        "salutation_en": "Ms Nguyen",
    },
    "sending": {
        "country_ja": "ベトナム社会主義共和国",
        "country_en": "Viet Nam",
        "organisation_ja": "フエ市",
        "organisation_en": "Hue City People’s Committee",
    },
    "host": {
        "name_ja": "西条市",
        "prefecture_ja": "愛媛県",
        "name_en": "Saijo City",
        "prefecture_en": "Ehime Prefecture",
    },
    "field_ja": "上下水道",
    "field_en": "Water supply and sewerage",
    "theme_ja": "地下水の保全と水道施設の維持管理",
    "theme_en": "groundwater protection and maintenance of water works",
    "period": {"starts_on": "2027-05-17", "ends_on": "2027-12-16", "months": 7},
    "specialised": {"starts_on": "2027-06-24", "ends_on": "2027-12-16"},
    "orientation": {
        "starts_on": "2027-05-18",
        "ends_on": "2027-05-19",
        "place_ja": "東京",
        "place_en": "Tokyo",
    },
    "group_training": {
        "starts_on": "2027-05-20",
        "ends_on": "2027-06-23",
        "place_ja": "全国市町村国際文化研修所",
        "place_en": "JIAM, Otsu City, Shiga",
    },
    "route_ja": "独自選考",
    "route_en": "Selected by the host itself",
    "request_submitted_on": "2026-11-24",
    "next_step_ja": (
        "在留資格認定証明書の交付申請に必要な書類を、令和9年3月19日（金）までに御提出ください。"
    ),
    "next_step_en": (
        "The host will now apply for your certificate of eligibility. Please send a copy of your "
        "passport by Friday 5 March 2027. Do not buy a ticket or leave your post until you hear "
        "from us."
    ),
}
PRINTED = {
    "reference": "8自国経第214号",
    "issued_on": "2027-02-19",
    "subject": (
        "令和9年度自治体職員協力交流事業における協力交流研修員の受入れの決定について（通知）"
    ),
    "check_code": "7K4M-2QXD-9PRT",
    "verify_url": "https://lgotp.example.jp/verify/7K4M-2QXD-9PRT",
    "version": 1,
    "supersedes_reference": "",
    "supersedes_issued_on": "",
}


def host_values(**changes: Any) -> dict[str, Any]:
    """What stands in the letter to the host."""
    return {**LINES, **changes}


def trainee_values(**changes: Any) -> dict[str, Any]:
    """What stands in the letter to the trainee."""
    lines = ["Ms NGUYEN THI LAN HUONG", "Hue City People’s Committee", "Viet Nam"]
    return {**LINES, "addressee_lines": lines, **changes}


def with_name(values: dict[str, Any], name: str, **other: str) -> dict[str, Any]:
    """The same letter about another person."""
    return {**values, "trainee": {**values["trainee"], "passport_name": name, **other}}
