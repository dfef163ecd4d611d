"""The sheet of a relay: what its municipalities have answered, and what goes on to the operator."""

from collections.abc import Collection, Sequence

from django.utils import timezone, translation

from accounts.models import User
from accounts.templatetags.portal import era_date
from schedule.models import Cycle

from ..models import LocalGovernment, SurveyAnswer
from ..states import ANSWER_EDITABLE, RELAY_MOVES, AnswerState, RequestState
from .answers import common, survey_words
from .contents import Part, Table, check_number, line

GONE_ON = {AnswerState.FORWARDED, AnswerState.RECEIVED}


def relay_sheet(
    cycle: Cycle,
    prefectures: Sequence[LocalGovernment],
    answers: Sequence[SurveyAnswer],
    *,
    reader: User,
) -> dict:
    """All that the sheet says, in Japanese. The answers come with their governments and their
    requests.
    """
    with translation.override("ja"):
        parts = [_counts(answers), _list(answers)]
        names = "・".join(each.name for each in prefectures)
        to = cycle.programme.operator.name
        waiting = any(answer.state in RELAY_MOVES for answer in answers)
        subject = f"{survey_words(cycle.survey)}に対する管内市町村の回答の取りまとめについて"
        if waiting:
            subject += "（伺い）"
            asks = f"このことについて、次のとおり取りまとめ、{to}へ進達してよろしいか伺います。"
        else:
            subject += "（供覧）"
            asks = "このことについて、管内市町村の回答の状況は次のとおりですので、供覧します。"
        return {
            **common(cycle, number=check_number(parts), reader=reader, office=names),
            "subject": subject,
            "asks": asks,
            "is_draft": False,
            "government": prefectures[0] if prefectures else None,
            "about": Part(),
            "parts": parts,
            "steps": [],
        }


def people_asked_for(answer: SurveyAnswer) -> tuple[int, int]:
    """How many requests stand in an answer, and how many trainees they want together."""
    rows = [each for each in answer.requests.all() if each.state != RequestState.WITHDRAWN]
    return len(rows), sum(each.number for each in rows)


def _counts(answers: Sequence[SurveyAnswer]) -> Part:
    def number(states: Collection[str], demand: bool | None = None) -> str:
        found = [a for a in answers if a.state in states]
        return f"{sum(1 for a in found if demand is None or a.has_demand is demand)}団体"

    sent = {state for state in AnswerState if state not in ANSWER_EDITABLE}
    to_forward = set(RELAY_MOVES)
    wants = [people_asked_for(a) for a in answers if a.state in sent and a.has_demand]
    requests, people = sum(n for n, _ in wants), sum(n for _, n in wants)
    return Part(
        title="取りまとめの状況",
        lines=[
            line("照会した団体", f"{len(answers)}団体"),
            line("回答のあった団体", number(sent)),
            line("　うち要望あり", f"{number(sent, True)}（{requests}件、{people}名）"),
            line("　うち要望なし", number(sent, False)),
            line("進達する団体", f"{number(to_forward)}（進達済み {number(GONE_ON)}）"),
            line("未回答・差戻し中", number(set(ANSWER_EDITABLE))),
        ],
    )


def _list(answers: Sequence[SurveyAnswer]) -> Part:
    head = ["コード", "団体名", "回答", "状態", "提出日", "優先順位・副申"]
    rows = [
        [
            answer.government.code,
            answer.government.name,
            _said(answer),
            str(answer.get_state_display()),
            _sent_on(answer),
            _remark(answer),
        ]
        for answer in answers
    ]
    return Part(title="団体別の回答", tables=[Table("", head, rows, "municipalities")])


def _said(answer: SurveyAnswer) -> str:
    if answer.state in ANSWER_EDITABLE:
        return "―"
    if not answer.has_demand:
        return "要望なし"
    requests, people = people_asked_for(answer)
    return f"{requests}件　{people}名"


def _sent_on(answer: SurveyAnswer) -> str:
    if answer.submitted_at is None or answer.state in ANSWER_EDITABLE:
        return "―"
    return era_date(timezone.localtime(answer.submitted_at))


def _remark(answer: SurveyAnswer) -> str:
    rank = f"第{answer.relay_priority}位" if answer.relay_priority else ""
    return "\n".join(text for text in (rank, answer.relay_remark) if text)
