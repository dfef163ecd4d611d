# ruff: noqa: E501
"""Who plays the year. The governments are real, all people and all their words are invented."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation, Role, User
from accounts.services import accept_invitation, find_invitation, invite
from hosts.models import LocalGovernment
from trainees.models import OfficeCountry, OverseasOffice, SendingGovernment

from .stage import Said, Stage


@dataclass(frozen=True)
class Wish:
    """What a host asks for: the fields of its form."""

    field: str
    number: int
    language: str
    level: int
    months: int
    theme: tuple[str, str]
    aim: tuple[str, str]
    countries: tuple[str, ...] = ()
    route: str = "mediated"


@dataclass(frozen=True)
class Nominee:
    """One person who is proposed, and what they bring."""

    key: str
    name: str
    country: str
    field: str
    english: int
    japanese: int
    salutation: str = "ms"
    kanji: str = ""

    @property
    def address(self) -> str:
        return f"{self.key}@example.org"


# part: code of the government, name of the coordinator
COORDINATORS = {
    "saijo": ("382060", "越智 美咲"),
    "imabari": ("382027", "村上 陽子"),
    "uwajima": ("382035", "清家 大輔"),
    "hamamatsu": ("221309", "鈴木 彩"),
    "fuji": ("222101", "望月 翔"),
    "sapporo": ("011002", "佐々木 健"),
    "kure": ("342025", "山本 直子"),
    "nagano": ("200000", "小林 千尋"),
    "shinjuku": ("131041", "髙橋 真理"),
    "naha": ("472018", "比嘉 誠"),
}
# Shizuoka and Ehime have a relay officer; Hiroshima, Hokkaido, Tokyo and Okinawa have none.
RELAYS = {"ehime": ("380008", "真鍋 智子"), "shizuoka": ("220001", "杉山 亮")}

WISHES = {
    "saijo": Wish("water", 1, "either", 2, 7,
        ("地下水の保全と水道施設の維持管理", "Groundwater conservation and waterworks"),
        ("漏水調査から改修計画までの実務を身につけること。", "To practise everything from finding leaks to planning repairs."),
        ("VN",)),
    "hamamatsu": Wish("environment", 2, "english", 3, 7,
        ("ごみの減量と環境教育", "Waste reduction and environmental education"),
        ("分別収集と環境教育の進め方を学ぶこと。", "To learn how separate collection and environmental education work."),
        ("ID", "PH")),
    "fuji": Wish("agriculture", 1, "either", 1, 6,
        ("茶の産地づくりと農家の支援", "A tea-growing district and its farmers"),
        ("産地づくりと農家の支援の実務を学ぶこと。", "To practise building a growing district and supporting farmers.")),
    "uwajima": Wish("tourism", 1, "either", 2, 6,
        ("港町の観光案内", "Guiding visitors in a port town"),
        ("観光案内と受入環境づくりを学ぶこと。", "To learn how visitors are guided and welcomed.")),
    "sapporo": Wish("tourism", 1, "english", 3, 8,
        ("冬季観光の誘致と受入環境づくり", "Winter tourism and welcoming visitors"),
        ("多言語での情報発信の実務を習得すること。", "To practise informing visitors in many languages."),
        ("TH", "MY")),
    "kure": Wish("civil_engineering", 1, "either", 2, 7,
        ("港湾と道路の維持管理", "Maintaining ports and roads"),
        ("点検から補修までの実務を学ぶこと。", "To practise the work from inspection to repair.")),
    "nagano": Wish("health", 1, "either", 2, 7,
        ("保健所の役割と地域保健", "Public health centres and community health"),
        ("健診と保健指導の仕組みを学ぶこと。", "To learn how check-ups and health guidance are organised."),
        ("CN",), "own_selection"),
}  # fmt: skip

SENDERS = {
    "ID": ("バンドン市", "Bandung City Government"),
    "VN": ("フエ市人民委員会", "Hue City People's Committee"),
    "TH": ("チェンマイ県庁", "Chiang Mai Provincial Office"),
    "CN": ("吉林省人民政府", "Jilin Provincial Government"),
    "PH": ("ダバオ市", "Davao City Government"),
    "LK": ("キャンディ市", "Kandy Municipal Council"),
    "MN": ("ウランバートル市", "Ulaanbaatar City Government"),
    "NP": ("ポカラ市", "Pokhara Metropolitan City"),
    "MY": ("ペナン島市", "Penang Island City Council"),
    "KH": ("シェムリアップ市", "Siem Reap Municipality"),
}

NOMINEES = {
    nominee.key: nominee
    for nominee in [
        Nominee("suryani", "SURYANI", "ID", "environment", 4, 1),
        Nominee("lan-huong", "NGUYỄN THỊ LAN HƯƠNG", "VN", "water", 3, 2),
        Nominee("somchai", "SOMCHAI RATTANAPHONGPHAN", "TH", "tourism", 3, 1, "mr"),
        Nominee("maria", "MARIA CRISTINA DELOS REYES VILLANUEVA", "PH", "environment", 4, 0),
        Nominee("ishara", "ISHARA DILRUKSHI FERNANDO", "LK", "civil_engineering", 4, 0),
        Nominee("bat-erdene", "BAT-ERDENE", "MN", "civil_engineering", 2, 3, "mr"),
        Nominee("sita", "SITA KUMARI GURUNG", "NP", "agriculture", 3, 1),
        Nominee("aisyah", "NUR AISYAH", "MY", "tourism", 4, 1),
        Nominee("dara", "SOK DARA", "KH", "health", 3, 1, "mr"),
    ]
}
OWN_NOMINEE = Nominee("li-mingzhe", "LI MINGZHE", "CN", "health", 2, 3, "mr", "李 明哲")

STAFF, OFFICE = "staff", "office"
STAFF_LABEL, OFFICE_LABEL = pgettext_lazy("rehearsal", "Staff"), _("Overseas office")
PORTAL_LABEL = _("The portal")


def gather(stage: Stage) -> None:
    """Everybody is invited and accepts; an office's people choose a password first."""
    operator = stage.cycle.programme.operator
    staff = User.objects.create_user("staff@rehearsal.example", name="森田 由紀", language="ja")
    staff.memberships.create(organisation=operator, role=Role.STAFF)
    stage.people[STAFF] = staff
    with stage.act(
        STAFF_LABEL,
        _("Invite the coordinators, the relay officers and an office abroad; all accept."),
    ):
        for part, (code, name) in COORDINATORS.items():
            _invite(stage, part, Role.COORDINATOR, name, _government(code).organisation)
        for part, (code, name) in RELAYS.items():
            _invite(stage, part, Role.RELAY, name, _government(code).organisation)
        office = _office()
        _invite(stage, OFFICE, Role.OVERSEAS_OFFICE, "Lau Mei Ling", office, "en")


def _invite(
    stage: Stage, part: str, role: str, name: str, organisation: Organisation, language: str = "ja"
) -> None:
    address = f"{part}@rehearsal.example"
    invite(
        email=address,
        name=name,
        role=role,
        by=stage.people[STAFF],
        language=language,
        organisation=organisation,
    )
    stage.work()
    user = User.objects.create_user(address, name=name, language=language)
    accept_invitation(find_invitation(token_for(address)), by=user)  # type: ignore[arg-type]
    stage.people[part] = user


def _office() -> Organisation:
    body = Organisation.objects.create(
        kind=Organisation.Kind.OVERSEAS_OFFICE,
        name_ja="クレアシンガポール事務所",
        name_en="CLAIR Singapore",
    )
    office = OverseasOffice.objects.create(organisation=body, code="singapore")
    for country, (name_ja, name_en) in SENDERS.items():
        OfficeCountry.objects.create(office=office, country=country)
        sender = Organisation.objects.create(
            kind=Organisation.Kind.SENDING_GOVERNMENT, name_ja=name_ja, name_en=name_en
        )
        SendingGovernment.objects.create(organisation=sender, country=country)
    return body


def _government(code: str) -> LocalGovernment:
    return LocalGovernment.objects.select_related("organisation").get(code=code)


def government_of(part: str) -> LocalGovernment:
    """The local government for which this part of the cast acts."""
    code = COORDINATORS[part][0] if part in COORDINATORS else RELAYS[part][0]
    return LocalGovernment.objects.select_related("organisation", "prefecture__organisation").get(
        code=code
    )


def token_for(address: str) -> str:
    """What a person finds in the newest mail they got: the secret part of their personal link."""
    for file in sorted(Path(settings.EMAIL_FILE_PATH).glob(f"*_{address}_*.eml"), reverse=True):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        body: Any = message.get_body(("plain",))
        if found := re.search(r"/invitation/([\w-]+)/", body.get_content() if body else ""):
            return found[1]
    raise LookupError(f"No personal link was mailed to {address}.")


def born_on(nominee: Nominee) -> date:
    return date(1990, 1, 1 + sum(map(ord, nominee.key)) % 28)


def coordinator(part: str) -> Said:
    return Said(_("Coordinator of {government}"), {"government": government_of(part)})


def relay_officer(part: str) -> Said:
    return Said(_("Relay officer of {government}"), {"government": government_of(part)})


def nominee(person: Nominee) -> Said:
    return Said(_("Nominee {name}"), {"name": person.name})
