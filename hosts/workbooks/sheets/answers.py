"""The sheets of a government's answer: demand or none, replies to the questions, its ties."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from files.sheets.columns import Choice, Day, Named, Text, YesNo
from files.sheets.faults import Bilingual, CellError
from files.sheets.kinds import Line, Values

from ...models import LONG_TEXT, SurveyAnswer, SurveyQuestion, SurveyReply, Tie
from ..columns import Number, Words, col
from ..parts import GOVERNMENT, GOVERNMENT_NAME, TIE_NO, Part, code_of, number_column

DEMAND, NO_DEMAND = "demand", "no_demand"
WANTS = ((DEMAND, "要望あり"), (NO_DEMAND, "要望なし"))


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
