"""The sheets of a host request: what is wanted, on which conditions, with whom, and for what."""

from collections.abc import Iterator
from datetime import date

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from files.sheets.columns import Code, Text
from files.sheets.kinds import Values
from japan.dates import fiscal_year_end, fiscal_year_start

from ...levels import level_needed
from ...models import CoHost, HostRequest, SurveyAnswer, Treatment, WishedCountry
from ...states import RequestState
from ..columns import Month, Wish, col
from ..parts import GOVERNMENT, GOVERNMENT_NAME, REQUEST_NO, Part, number_column, one_of

MOST_WISHES = 5


class Requests(Part):
    """One row for each request; the other sheets name it by the number it has here."""

    name = "requests"
    label = _("Host requests")
    label_ja = "要望"
    model = HostRequest
    owner = "answers"
    owner_field = "answer"
    keys = (GOVERNMENT, GOVERNMENT_NAME)
    number = REQUEST_NO
    is_list = True
    keeps = True
    shown = (Text(key="state", heading="状態", shown_only=True),)
    typed = (
        col(HostRequest, "field", "研修分野"),
        col(HostRequest, "field_other_ja", "その他の分野（日本語）"),
        col(HostRequest, "field_other_en", "その他の分野（英語）"),
        col(HostRequest, "number", "受入人数"),
        col(HostRequest, "route", "選考方法"),
        number_column("tie_no", "提携番号", required=False),
        col(HostRequest, "own_selection_reason", "独自選考の理由"),
        col(HostRequest, "starts_on", "受入開始日"),
        col(HostRequest, "ends_on", "受入終了日"),
        col(HostRequest, "length_reason", "期間の理由"),
        col(HostRequest, "needs_assembly", "議会の議決を要する"),
        Month(key="assembly_month", heading="議決の月"),
        col(HostRequest, "remarks_ja", "備考（日本語）"),
        col(HostRequest, "remarks_en", "備考（英語）"),
    )

    def get(self, owner: SurveyAnswer) -> list[HostRequest]:
        if not owner.pk:
            return []
        rows = [row for row in owner.requests.all() if row.state != RequestState.WITHDRAWN]
        return sorted(rows, key=lambda row: row.pk)

    def make(self, owner: SurveyAnswer) -> HostRequest:
        return HostRequest(answer=owner, field="")

    def values_of(self, row: HostRequest) -> Values:
        ties = sorted(row.answer.government.ties.all(), key=lambda tie: tie.pk)
        keys = [tie.pk for tie in ties]
        number = keys.index(row.tie_id) + 1 if row.tie_id in keys else None
        typed = [column.key for column in self.typed if column.key != "tie_no"]
        return {**{key: getattr(row, key) for key in typed}, "tie_no": number}

    def put(self, row: HostRequest, values: Values) -> None:
        super().put(row, {key: value for key, value in values.items() if key != "tie_no"})

    def shown_of(self, row: HostRequest | None) -> Values:
        return {"state": str(row.get_state_display())} if row is not None and row.pk else {}

    def against(self, row: HostRequest) -> Iterator[tuple[str, object]]:
        """The rules of the page: the days lie near the cycle, and so does the assembly's month."""
        year = row.answer.survey.cycle.fiscal_year
        first, last = fiscal_year_start(year), fiscal_year_end(year + 2)
        far = [
            name
            for name in ("starts_on", "ends_on")
            if (day := getattr(row, name)) and not first <= day <= last
        ]
        for name in far:
            message = _("Enter a day between {first} and {last}.")
            yield name, format_lazy(message, first=first, last=last)
        if not far and row.starts_on and row.ends_on and row.ends_on <= row.starts_on:
            yield "ends_on", _("The last day must come after the first day.")
        month = row.assembly_month
        if month and not date(year - 1, 4, 1) <= month <= date(year + 1, 3, 1):
            message = _("Enter a month between {first} and {last}.")
            yield (
                "assembly_month",
                format_lazy(message, first=f"{year - 1}-04", last=f"{year + 1}-03"),
            )
        elif month and not row.needs_assembly:
            yield "assembly_month", _("A month stands only where the assembly has to approve.")


class Conditions(Part):
    """What is asked of the trainees; columns of the request itself."""

    name = "conditions"
    label = _("Conditions")
    label_ja = "条件"
    model = HostRequest
    owner = "requests"
    in_order = (
        ("age_from", "age_until"),
        ("japanese_needed", "japanese_wished"),
        ("english_needed", "english_wished"),
    )
    typed = (
        col(HostRequest, "language", "研修言語"),
        col(HostRequest, "japanese_needed", "日本語（必要）"),
        col(HostRequest, "japanese_wished", "日本語（希望）"),
        col(HostRequest, "english_needed", "英語（必要）"),
        col(HostRequest, "english_wished", "英語（希望）"),
        col(HostRequest, "other_languages", "その他の言語"),
        col(HostRequest, "age_from", "年齢（下限）"),
        col(HostRequest, "age_until", "年齢（上限）"),
        col(HostRequest, "gender", "性別"),
        col(HostRequest, "gender_reason", "性別を限る理由"),
        col(HostRequest, "experience_years", "実務経験（年）"),
        col(HostRequest, "qualifications_ja", "資格等（日本語）"),
        col(HostRequest, "qualifications_en", "資格等（英語）"),
        col(HostRequest, "conditions_ja", "その他の条件（日本語）"),
        col(HostRequest, "conditions_en", "その他の条件（英語）"),
    )

    def get(self, owner: HostRequest) -> list[HostRequest]:
        return [owner]

    def put(self, row: HostRequest, values: Values) -> None:
        was_named = row.japanese_needed or row.english_needed
        super().put(row, values)
        if was_named or row.japanese_needed or row.english_needed:
            row.level = level_needed(row.language, row.japanese_needed, row.english_needed)


class Wishes(Part):
    """Countries and regions in the order of preference; none is "any"."""

    name = "wishes"
    label = _("Wished countries")
    label_ja = "希望国"
    model = WishedCountry
    owner = "requests"
    owner_field = "host_request"
    anew = True
    is_list = True
    typed = (Wish(key="wish", heading="希望国・地域（希望順）"),)
    most = MOST_WISHES

    def get(self, owner: HostRequest) -> list[WishedCountry]:
        rows = list(owner.wished_countries.all()) if owner.pk else []
        return sorted(rows, key=lambda row: row.rank)

    def make(self, owner: HostRequest) -> WishedCountry:
        return WishedCountry(host_request=owner)

    def values_of(self, row: WishedCountry) -> Values:
        return {"wish": row.code or None}

    def put(self, row: WishedCountry, values: Values) -> None:
        code = values.get("wish")
        named = WishedCountry.named(row.host_request, row.rank or 1, str(code))
        row.country, row.region = named.country, named.region


class CoHosts(Part):
    """Other governments that host the trainees together with the one that asks."""

    name = "co_hosts"
    label = _("Co-hosts")
    label_ja = "共同受入"
    model = CoHost
    owner = "requests"
    owner_field = "host_request"
    anew = True
    is_list = True
    needs = ("co_host_code",)
    shown = (Text(key="co_host_name", heading="共同受入団体名", shown_only=True),)
    typed = (
        Code(key="co_host_code", heading="共同受入団体コード", max_length=6),
        col(CoHost, "part_ja", "分担"),
    )

    def get(self, owner: HostRequest) -> list[CoHost]:
        return sorted(owner.co_hosts.all(), key=lambda row: row.pk) if owner.pk else []

    def make(self, owner: HostRequest) -> CoHost:
        return CoHost(host_request=owner)

    def values_of(self, row: CoHost) -> Values:
        code = row.government.code if row.government_id else None
        return {"co_host_code": code, "part_ja": row.part_ja}

    def shown_of(self, row: CoHost | None) -> Values:
        return {"co_host_name": row.government.name} if row is not None else {}

    def put(self, row: CoHost, values: Values) -> None:
        super().put(row, {key: value for key, value in values.items() if key == "part_ja"})


class Treatments(Part):
    """What each trainee is given, by whom."""

    name = "treatment"
    label = _("Treatment")
    label_ja = "待遇"
    model = Treatment
    owner = "requests"
    owner_field = "host_request"
    in_order = (("allowance_from_yen", "allowance_until_yen"),)
    typed = (
        col(Treatment, "lodging_kind", "宿舎の種類"),
        col(Treatment, "lodging_area_ja", "宿舎の地区（日本語）"),
        col(Treatment, "lodging_area_en", "宿舎の地区（英語）"),
        col(Treatment, "rent_yen", "家賃（円／月）"),
        col(Treatment, "rent_payer", "家賃の負担"),
        col(Treatment, "rent_payment", "家賃の支払方法"),
        col(Treatment, "utilities_yen", "光熱水費（円／月）"),
        col(Treatment, "utilities_payer", "光熱水費の負担"),
        col(Treatment, "allowance_per", "生活費の単位"),
        col(Treatment, "allowance_from_yen", "生活費（円、下限）"),
        col(Treatment, "allowance_until_yen", "生活費（円、上限）"),
        col(Treatment, "preparation_yen", "支度金（円、上限）"),
        col(Treatment, "books_yen", "教材費（円、上限）"),
        col(Treatment, "travel", "県内交通"),
        col(Treatment, "travel_yen", "県内交通費（円／月）"),
        col(Treatment, "insurance_ja", "保険（日本語）"),
        col(Treatment, "insurance_en", "保険（英語）"),
        col(Treatment, "insurance_payer", "保険料の負担"),
        col(Treatment, "met_by_ja", "出迎え者（日本語）"),
        col(Treatment, "met_by_en", "出迎え者（英語）"),
        col(Treatment, "met_at_ja", "出迎え場所（日本語）"),
        col(Treatment, "met_at_en", "出迎え場所（英語）"),
        col(Treatment, "other_ja", "その他の待遇（日本語）"),
        col(Treatment, "other_en", "その他の待遇（英語）"),
    )

    def get(self, owner: HostRequest) -> list[Treatment]:
        return one_of(owner, "treatment")

    def make(self, owner: HostRequest) -> Treatment:
        return Treatment(host_request=owner)
