"""The parts of the demonstration's training programmes: units, who teaches them, what is given."""

import random
from datetime import date, time

from hosts.models import Contribution, TrainingProgramme, TrainingUnit, UnitInstructor

SUPPORT_JA = "週２回の日本語教室と、通訳ボランティアによる付添いを行います。"
SUPPORT_EN = "Japanese classes twice a week, and volunteers who interpret where it is needed."

# name (ja, en), contents (ja, en), kind, site (ja, en), practical, first week, share of the weeks,
# hours a week, days, from, until
UNITS = [
    ("日本語・庁内研修", "Japanese and an introduction to the office",
     "日本語の学習と、各課の業務の説明を受ける。",
     "Lessons in Japanese, and each section explains its work.",
     "own", "総務課", "General Affairs Section", False, 1, 1.0, 6, "02", time(9), time(12)),
    ("担当課での実務研修", "Practice in the section",
     "担当者に同行し、調査から報告までの実務を身につける。",
     "Work beside the officials in charge, from the survey to the report.",
     "own", "担当課", "Section in charge", True, 1, 0.8, 18, "", None, None),
    ("施設・事業所の見学", "Visits to facilities and companies",
     "市内の施設と事業所を訪ね、現場の取組を学ぶ。",
     "Visits to facilities and companies of the city to see how they work.",
     "company", "市内の事業所", "Companies in the city", False, 5, 0.5, 3, "3", time(13, 30),
     time(16, 30)),
    ("研究の取りまとめ", "Writing the report",
     "学んだことをまとめ、帰国後の計画を発表する。",
     "To write down what was learned and to present a plan for the time after the return.",
     "own", "担当課", "Section in charge", False, None, 0.2, 12, "", None, None),
    ("広域の研修会", "Seminars of the prefecture",
     "県内の他の受入団体の研修員と合同で学ぶ。",
     "Seminars together with the trainees of other hosts in the prefecture.",
     "other", "県庁", "Prefectural office", False, 9, 0.2, 3, "3", time(9), time(12)),
]  # fmt: skip
POSTS = [("課長補佐", "Assistant Manager"), ("係長", "Chief"), ("主査", "Senior Officer")]
NAMES = ["近藤　誠", "森　由美", "石川　健", "松本　恵", "渡部　隆", "高橋　直子"]

# kind, what (ja, en), aim (ja, en), place (ja, en), hours a week, days, from, until
CONTRIBUTIONS = [
    ("schools", "小中学校での国際理解の授業", "Lessons about the home country at schools",
     "子どもが外国の暮らしに親しむこと。", "That pupils come to know life in another country.",
     "市内の小中学校", "Schools in the city", 2, "4", time(13, 30), time(15, 30)),
    ("translation", "観光案内の翻訳の確認", "Checking translations of the guide for visitors",
     "外国からの来訪者に正しく伝わる案内をつくること。",
     "That visitors from abroad are informed correctly.",
     "観光課", "Tourism Section", 2, "", None, None),
    ("exchange", "住民との料理教室", "Cooking together with residents",
     "住民と交流し、地域の国際化を進めること。",
     "To meet residents and open the region to the world.",
     "中央公民館", "Central Community Hall", None, "", None, None),
]  # fmt: skip


def fill(programme: TrainingProgramme, starts_on: date | None, rng: random.Random) -> None:
    """What the programme itself says beside its theme and aim."""
    programme.starts_on = starts_on
    programme.taught_in = rng.choice(["either", "japanese", "english"])
    programme.support_ja, programme.support_en = SUPPORT_JA, SUPPORT_EN


def units_of(
    programme: TrainingProgramme, starts_on: date | None, ends_on: date | None, rng: random.Random
) -> list[TrainingUnit]:
    """Two to five units that fill the time until the end of the stay; not saved yet."""
    whole = min(47, (ends_on - starts_on).days // 7) if starts_on and ends_on else 22
    names = "name_ja name_en contents_ja contents_en site_kind site_name site_name_en is_practical"
    found = []
    for position, row in enumerate(UNITS[: rng.randint(2, 5)], start=1):
        first, share, hours, days, starts_at, ends_at = row[8:]
        weeks = max(1, round(whole * share))
        if first is not None:
            weeks = min(weeks, whole - first + 1)
        elif position > 1:
            first, weeks = round(whole * 0.8) + 1, whole - round(whole * 0.8)
        unit = TrainingUnit(
            training_programme=programme,
            position=position,
            first_week=first,
            weeks=max(1, weeks),
            hours_per_week=hours,
            days=days,
            starts_at=starts_at,
            ends_at=ends_at,
            **dict(zip(names.split(), row[:8], strict=True)),
        )
        found.append(unit)
    return found


def instructors_of(unit: TrainingUnit, rng: random.Random) -> list[UnitInstructor]:
    """One or two who teach it; not saved yet."""
    return [
        UnitInstructor(
            training_unit=unit,
            position=position,
            name=rng.choice(NAMES),
            post_ja=post[0],
            post_en=post[1],
            years=rng.randint(5, 20),
            is_full_time=True,
        )
        for position, post in enumerate(rng.sample(POSTS, rng.randint(1, 2)), start=1)
    ]


def contributions_of(programme: TrainingProgramme, rng: random.Random) -> list[Contribution]:
    """What the trainee gives; not saved yet."""
    names = "kind what_ja what_en aim_ja aim_en place_ja place_en hours_per_week days starts_at"
    return [
        Contribution(
            training_programme=programme,
            position=position,
            **dict(zip([*names.split(), "ends_at"], row, strict=True)),
        )
        for position, row in enumerate(CONTRIBUTIONS[: rng.randint(1, 3)], start=1)
    ]
