"""The kinds and rules of papers that the portal ships with; staff change them as rows.

Which papers the programme asks for is ours, after its application forms; the rules about
tuberculosis are law of the immigration authorities and name their source.
"""

from datetime import date
from typing import Any

from django.db import transaction

from ..models import DocumentKind, DocumentRule

# code, form, asks the day of issue, tells of health, names and what it must show (ja, en)
KINDS: list[tuple[str, str, bool, bool, str, str, str, str]] = [
    (
        "passport",
        "paper",
        False,
        False,
        "旅券（顔写真のページ）",
        "Passport, page with the photo",
        "氏名、旅券番号、有効期限と機械読取部分（下の２行）が読めること。",
        "Name, number, expiry and the two machine-readable lines must be legible.",
    ),
    (
        "photo",
        "photo",
        False,
        False,
        "証明写真（縦４cm×横３cm）",
        "Photo, 4 cm high and 3 cm wide",
        "正面、無帽、無背景で、６か月以内に撮影したもの。",
        "From the front, without a hat, on a plain background, taken within the last six months.",
    ),
    (
        "employment",
        "paper",
        True,
        False,
        "在職証明書",
        "Certificate of employment",
        "所属、職名と採用年月日が記載され、所属団体が発行したもの。",
        "Issued by your government, with department, post and the day since which you work there.",
    ),
    (
        "reinstatement",
        "paper",
        False,
        False,
        "復職に関する確約書",
        "Promise of reinstatement",
        "研修修了後に復職させることを所属団体が約するもの。",
        "Your government promises that you return to your post after the training.",
    ),
    (
        "permission",
        "paper",
        False,
        False,
        "本国政府の出国許可書",
        "Permission of your home government to leave",
        "本国で必要な場合に限ります。",
        "Only where your country asks officials for one.",
    ),
    (
        "health",
        "paper",
        True,
        True,
        "健康診断書",
        "Health certificate",
        "医師が発行し、署名又は押印したもの。",
        "Issued and signed by a doctor.",
    ),
    (
        "tuberculosis",
        "paper",
        True,
        True,
        "結核非発病証明書",
        "Tuberculosis clearance certificate",
        "日本国政府が指定する健診医療機関が発行したもの。結核患者との接触歴がある場合は、有効"
        "期間が発行日から90日となります。",
        "Issued by a panel clinic that the Government of Japan has designated. After contact with "
        "a case of tuberculosis it is valid for 90 days only.",
    ),
    (
        "diploma",
        "paper",
        False,
        False,
        "最終学歴の卒業証明書",
        "Diploma of your highest education",
        "英語又は日本語以外の場合は訳を添えること。",
        "With a translation if it is neither in English nor in Japanese.",
    ),
    (
        "language",
        "paper",
        False,
        False,
        "語学能力の証明書",
        "Language certificate",
        "日本語能力試験、TOEFL、IELTSなどの結果がある場合。",
        "If you have one: JLPT, TOEFL, IELTS or the like.",
    ),
]

# Nationals of a country of the rule who live in any of the six countries; who lives elsewhere is
# exempt. After contact with a case the certificate is valid for 90 days, which nobody but the
# clinic knows: it stands in what the paper must show.
JPETS = (
    "入国前結核スクリーニング（出入国在留管理庁・厚生労働省・外務省）／"
    "Japan Pre-Entry Tuberculosis Screening, https://jpets.mhlw.go.jp/faq"
)
JPETS_COUNTRIES = ["CN", "ID", "MM", "NP", "PH", "VN"]
TB_DAYS = 180

# kind, stage, nationalities, countries of residence, valid for days, from, source
RULES: list[tuple[str, str, list[str], list[str], int | None, date | None, str]] = [
    ("passport", "submission", [], [], None, None, ""),
    ("photo", "submission", [], [], None, None, ""),
    ("employment", "submission", [], [], 180, None, ""),
    ("reinstatement", "submission", [], [], None, None, ""),
    ("permission", "offered", [], [], None, None, ""),
    ("health", "submission", [], [], 180, None, ""),
    ("diploma", "offered", [], [], None, None, ""),
    ("language", "offered", [], [], None, None, ""),
    ("tuberculosis", "residence", ["NP", "PH"], JPETS_COUNTRIES, TB_DAYS, date(2025, 6, 23), JPETS),
    ("tuberculosis", "residence", ["VN"], JPETS_COUNTRIES, TB_DAYS, date(2025, 9, 1), JPETS),
]


def ensure_documents() -> None:
    """The shipped kinds and rules, where there is no kind at all; what staff have changed or taken
    out since stays as it is.
    """
    ship(DocumentKind, DocumentRule)


@transaction.atomic
def ship(kinds: Any, rules: Any) -> None:
    """The same for a migration, which has models of its own time."""
    if kinds.objects.exists():
        return
    made = {}
    for place, (code, form, asks_day, is_care, *texts) in enumerate(KINDS, start=1):
        name_ja, name_en, help_ja, help_en = texts
        kind, is_new = kinds.objects.get_or_create(
            code=code,
            defaults={
                "format": form,
                "has_issue_day": asks_day,
                "is_special_care": is_care,
                "order": place * 10,
                "name_ja": name_ja,
                "name_en": name_en,
                "help_ja": help_ja,
                "help_en": help_en,
            },
        )
        if is_new:  # of two that ship them at the same moment, one adds the rules
            made[code] = kind
    rules.objects.bulk_create(
        rules(
            kind=made[code],
            stage=stage,
            nationalities=nationalities,
            residences=residences,
            valid_days=days,
            valid_from=begins,
            source=source,
        )
        for code, stage, nationalities, residences, days, begins, source in RULES
        if code in made
    )
