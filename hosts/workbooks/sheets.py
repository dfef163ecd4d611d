"""The sheets of the survey's workbook. A further column of a model is one further line here."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from files.sheets.columns import Choice, Code, Day, Named, Text, YesNo
from files.sheets.faults import Bilingual, CellError
from files.sheets.kinds import Line, Values
from japan.dates import fiscal_year_end, fiscal_year_start

from ..levels import level_needed
from ..models import (
    LONG_TEXT,
    CoHost,
    Contribution,
    HostRequest,
    SurveyAnswer,
    SurveyQuestion,
    SurveyReply,
    Tie,
    TrainingProgramme,
    TrainingUnit,
    Treatment,
    UnitInstructor,
    WishedCountry,
)
from ..states import RequestState
from .columns import Month, Number, Postal, Weekdays, Wish, Words, col
from .parts import GOVERNMENT, GOVERNMENT_NAME, REQUEST_NO, Part, number_column

DEMAND, NO_DEMAND = "demand", "no_demand"
WANTS = ((DEMAND, "要望あり"), (NO_DEMAND, "要望なし"))
MOST_WISHES = 5
UNIT_NO = number_column("unit_no", "単元番号")
TIE_NO = number_column("tie_no", "提携番号")


class Answers(Part):
    """One row for each government: whether it wants trainees, and whether that is its answer."""

    name = "answers"
    label = _("Answers")
    label_ja = "回答"
    model = SurveyAnswer
    keys = (GOVERNMENT, GOVERNMENT_NAME)
    shown = (
        Text(key="state", heading="状態", shown_only=True),
        Text(key="relay_remark", heading="副申", shown_only=True),
        Text(key="relay_priority", heading="優先順位", shown_only=True),
    )
    typed = (
        Named(key="wants", heading="要望の有無", choices=WANTS),
        col(SurveyAnswer, "no_demand_reason", "要望なしの理由"),
        YesNo(key="submit", heading="提出する"),
    )

    def values_of(self, row: SurveyAnswer) -> Values:
        wants = {True: DEMAND, False: NO_DEMAND, None: None}[row.has_demand]
        return {"wants": wants, "no_demand_reason": row.no_demand_reason, "submit": None}

    def shown_of(self, row: SurveyAnswer | None) -> Values:
        if row is None:
            return {}
        priority = row.relay_priority
        return {
            "state": str(row.get_state_display()),
            "relay_remark": row.relay_remark,
            "relay_priority": None if priority is None else str(priority),
        }

    def put(self, row: SurveyAnswer, values: Values) -> None:
        row.no_demand_reason = values.get("no_demand_reason") or ""


class Replies(Part):
    """The survey's own questions, one row for each, whatever was replied."""

    name = "replies"
    label = _("Questions of this survey")
    label_ja = "追加の設問"
    model = SurveyReply
    owner = "answers"
    keys = (GOVERNMENT, GOVERNMENT_NAME)
    number = number_column("question_no", "質問番号")
    is_list = True
    keeps = True
    shown = (
        Text(key="question", heading="質問", shown_only=True),
        Text(key="how", heading="記入方法", shown_only=True),
    )
    typed = (Words(key="value", heading="回答", max_length=LONG_TEXT),)

    def get(self, owner: SurveyAnswer) -> list[SurveyReply]:
        given = {reply.question_id: reply for reply in owner.replies.all()} if owner.pk else {}
        questions = owner.survey.questions.all()
        return [
            given.get(question.pk) or SurveyReply(answer=owner, question=question, value="")
            for question in sorted(questions, key=lambda each: each.position)
        ]

    def values_of(self, row: SurveyReply) -> Values:
        value, question = row.value or None, row.question
        if value and question.kind == SurveyQuestion.Kind.CHOICE:
            value = {each["key"]: each["ja"] for each in question.choices}.get(value, value)
        return {"value": value}

    def shown_of(self, row: SurveyReply | None) -> Values:
        if row is None:
            return {}
        question = row.question
        kinds = {"text": "文章", "number": "整数", "date": "日付（例：2027-05-17）"}
        how = kinds.get(question.kind, "")
        if question.kind == SurveyQuestion.Kind.CHOICE:
            how = "次のいずれか：" + "／".join(each["ja"] for each in question.choices)
        needed = "【必須】" if question.is_needed else ""
        return {"question": question.label_ja, "how": f"{needed}{how}"}

    def read(self, line: Line, row: SurveyReply) -> tuple[Values, dict[str, Bilingual]]:
        values, reasons = super().read(line, row)
        value = values.get("value")
        if not reasons and value is not None and value != self.values_of(row)["value"]:
            try:
                values["value"] = self._in_kind(row.question, line.raw["value"], value)
            except CellError as error:
                reasons["value"] = error.reason
        return values, reasons

    def _in_kind(self, question: SurveyQuestion, raw: object, value: str) -> str:
        """The reply as it goes out again, whatever way it was typed."""
        column = reply_column(question)
        found = column.read(raw, 1900)
        return str(column.write(found))

    def put(self, row: SurveyReply, values: Values) -> None:
        if "value" not in values:
            return
        value, question = values["value"] or "", row.question
        if value and question.kind == SurveyQuestion.Kind.CHOICE:
            value = {each["ja"]: each["key"] for each in question.choices}.get(value, value)
        row.value = value


def reply_column(question: SurveyQuestion) -> Any:
    """The column of one question's reply."""
    names: dict[str, Any] = {"key": "value", "heading": "回答"}
    kinds = SurveyQuestion.Kind
    if question.kind == kinds.NUMBER:
        least = question.least if question.least is not None else -999_999_999_999
        most = question.most if question.most is not None else 999_999_999_999
        return Number(**names, least=least, most=most)
    if question.kind == kinds.DATE:
        return Day(**names)
    if question.kind == kinds.CHOICE:
        return Choice(**names, choices=[(each["ja"], each["en"]) for each in question.choices])
    return Words(**names, max_length=LONG_TEXT)


class Ties(Part):
    """The register of ties of a government; a request names one by its number."""

    name = "ties"
    label = _("Ties")
    label_ja = "提携・交流"
    model = Tie
    owner = "answers"
    keys = (GOVERNMENT, GOVERNMENT_NAME)
    number = TIE_NO
    is_list = True
    keeps = True
    needs = ("kind", "partner_en", "country")
    in_order = (("since_on", "until"),)
    typed = (
        col(Tie, "kind", "種別"),
        col(Tie, "partner_ja", "相手（日本語）"),
        col(Tie, "partner_en", "相手（英語）"),
        col(Tie, "country", "国"),
        col(Tie, "state_or_region", "州・省・地域"),
        col(Tie, "since_year", "開始年"),
        col(Tie, "since_on", "開始日"),
        col(Tie, "until", "終了日"),
        col(Tie, "note", "備考"),
    )

    def get(self, owner: SurveyAnswer) -> list[Tie]:
        return sorted(owner.government.ties.all(), key=lambda tie: tie.pk)

    def make(self, owner: SurveyAnswer) -> Tie:
        return Tie(government=owner.government)

    def values_of(self, row: Tie) -> Values:
        return {**super().values_of(row), "country": code_of(row.country)}

    def put(self, row: Tie, values: Values) -> None:
        super().put(row, values)
        if row.since_on and row.since_year is None:
            row.since_year = row.since_on.year

    def against(self, row: Tie) -> Iterator[tuple[str, object]]:
        yield from super().against(row)
        if row.since_on and row.since_year != row.since_on.year:
            yield "since_year", _("The year is another than that of the day.")


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


class Programmes(Part):
    """What the trainee will learn, and the working hours."""

    name = "programmes"
    label = _("Training programmes")
    label_ja = "研修計画"
    model = TrainingProgramme
    owner = "requests"
    owner_field = "host_request"
    rises = (("day_starts_at", "day_ends_at"),)
    typed = (
        col(TrainingProgramme, "theme_ja", "研修テーマ（日本語）"),
        col(TrainingProgramme, "theme_en", "研修テーマ（英語）"),
        col(TrainingProgramme, "aim_ja", "研修のねらい（日本語）"),
        col(TrainingProgramme, "aim_en", "研修のねらい（英語）"),
        col(TrainingProgramme, "starts_on", "専門研修の開始日"),
        col(TrainingProgramme, "day_starts_at", "勤務時間（始）"),
        col(TrainingProgramme, "day_ends_at", "勤務時間（終）"),
        col(TrainingProgramme, "break_minutes", "休憩（分）"),
        Weekdays(key="days_off", heading="休日（曜日）"),
        col(TrainingProgramme, "keeps_holidays", "祝日は休日"),
        col(TrainingProgramme, "taught_in", "指導の言語"),
        col(TrainingProgramme, "support_ja", "日本語の支援（日本語）"),
        col(TrainingProgramme, "support_en", "日本語の支援（英語）"),
    )

    def get(self, owner: HostRequest) -> list[TrainingProgramme]:
        return one_of(owner, "training_programme")

    def make(self, owner: HostRequest) -> TrainingProgramme:
        return TrainingProgramme(host_request=owner)

    def against(self, row: TrainingProgramme) -> Iterator[tuple[str, object]]:
        yield from super().against(row)
        year = row.host_request.answer.survey.cycle.fiscal_year
        first, last = fiscal_year_start(year), fiscal_year_end(year + 2)
        if row.starts_on and not first <= row.starts_on <= last:
            message = _("Enter a day between {first} and {last}.")
            yield "starts_on", format_lazy(message, first=first, last=last)
        begin, end = row.day_starts_at, row.day_ends_at
        if begin and end and end > begin:
            length = end.hour * 60 + end.minute - begin.hour * 60 - begin.minute
            if (row.break_minutes or 0) >= length:
                yield "break_minutes", _("The break takes the whole day.")


HOURS = (("starts_at", "ends_at"),)


class InProgramme(Part):
    """Rows of a training programme, in their order."""

    related = ""

    owner = "programmes"
    owner_field = "training_programme"
    is_list = True
    rises = HOURS

    def get(self, owner: TrainingProgramme) -> list[Any]:
        rows = list(getattr(owner, self.related).all()) if owner.pk else []
        return sorted(rows, key=lambda row: (row.position, row.pk))

    def make(self, owner: TrainingProgramme) -> Any:
        return self.model(training_programme=owner)

    def against(self, row: Any) -> Iterator[tuple[str, object]]:
        yield from super().against(row)
        if (row.starts_at is None) != (row.ends_at is None):
            missing = "starts_at" if row.starts_at is None else "ends_at"
            yield missing, _("Enter both times, or neither.")


class Units(InProgramme):
    """The units of a training programme; the sheet of the instructors names them by number."""

    name = "units"
    label = _("Training units")
    label_ja = "研修単元"
    model = TrainingUnit
    related = "units"
    number = UNIT_NO
    needs = ("name_ja", "site_kind", "site_name", "weeks", "hours_per_week")
    typed = (
        col(TrainingUnit, "name_ja", "単元名（日本語）"),
        col(TrainingUnit, "name_en", "単元名（英語）"),
        col(TrainingUnit, "contents_ja", "内容（日本語）"),
        col(TrainingUnit, "contents_en", "内容（英語）"),
        col(TrainingUnit, "is_practical", "実習を含む"),
        col(TrainingUnit, "site_kind", "研修場所の種類"),
        col(TrainingUnit, "site_name", "研修場所"),
        col(TrainingUnit, "site_name_en", "研修場所（英語）"),
        Postal(key="postal_code", heading="郵便番号"),
        col(TrainingUnit, "address", "住所"),
        col(TrainingUnit, "contact_name", "連絡先の氏名"),
        col(TrainingUnit, "contact_telephone", "連絡先の電話"),
        col(TrainingUnit, "contact_email", "連絡先のメール"),
        col(TrainingUnit, "first_week", "開始週"),
        col(TrainingUnit, "weeks", "週数"),
        col(TrainingUnit, "hours_per_week", "週の時間数"),
        Weekdays(key="days", heading="曜日"),
        col(TrainingUnit, "starts_at", "開始時刻"),
        col(TrainingUnit, "ends_at", "終了時刻"),
    )


class Instructors(Part):
    """Who teaches a unit."""

    name = "instructors"
    label = _("Instructors")
    label_ja = "指導員"
    model = UnitInstructor
    owner = "units"
    owner_field = "training_unit"
    keys = (GOVERNMENT, GOVERNMENT_NAME, REQUEST_NO, UNIT_NO)
    is_list = True
    typed = (
        col(UnitInstructor, "name", "氏名"),
        col(UnitInstructor, "post_ja", "職名（日本語）"),
        col(UnitInstructor, "post_en", "職名（英語）"),
        col(UnitInstructor, "years", "経験年数"),
        col(UnitInstructor, "is_full_time", "常勤"),
    )

    def get(self, owner: TrainingUnit) -> list[UnitInstructor]:
        rows = list(owner.instructors.all()) if owner.pk else []
        return sorted(rows, key=lambda row: (row.position, row.pk))

    def make(self, owner: TrainingUnit) -> UnitInstructor:
        return UnitInstructor(training_unit=owner)


class Contributions(InProgramme):
    """What the trainee gives."""

    name = "contributions"
    label = _("Contributions")
    label_ja = "研修員による協力"
    model = Contribution
    related = "contributions"
    needs = ("kind", "what_ja")
    typed = (
        col(Contribution, "kind", "種類"),
        col(Contribution, "what_ja", "内容（日本語）"),
        col(Contribution, "what_en", "内容（英語）"),
        col(Contribution, "aim_ja", "目的（日本語）"),
        col(Contribution, "aim_en", "目的（英語）"),
        col(Contribution, "place_ja", "場所（日本語）"),
        col(Contribution, "place_en", "場所（英語）"),
        col(Contribution, "hours_per_week", "週の時間数"),
        Weekdays(key="days", heading="曜日"),
        col(Contribution, "starts_at", "開始時刻"),
        col(Contribution, "ends_at", "終了時刻"),
    )


def one_of(owner: Any, name: str) -> list[Any]:
    """The one row behind a name, in a list; none where there is none."""
    if not owner.pk:
        return []
    try:
        return [getattr(owner, name)]
    except ObjectDoesNotExist:
        return []


def code_of(country: object) -> str:
    return str(getattr(country, "code", country) or "")


PARTS: tuple[Part, ...] = (
    Answers(),
    Replies(),
    Ties(),
    Requests(),
    Wishes(),
    CoHosts(),
    Conditions(),
    Treatments(),
    Programmes(),
    Units(),
    Instructors(),
    Contributions(),
)
BY_NAME = {part.name: part for part in PARTS}
