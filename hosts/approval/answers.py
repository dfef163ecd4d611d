"""The sheet of one government's answer."""

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.moves import MoveRow
from accounts.templatetags.portal import era_date, full_day
from japan.dates import era_year
from notices.check_numbers import in_groups
from schedule.models import Cycle

from ..models import (
    DemandSurvey,
    HostRequest,
    SurveyAnswer,
    TrainingUnit,
)
from ..permissions import can_relay
from ..questions import replies_of, said
from ..states import ANSWER_EDITABLE, AnswerState, RequestState
from .contents import Line, Part, check_number, line
from .requests import request_parts

NO_DEMAND = "no-demand"
WITH_UNITS = Prefetch("training_programme__units", TrainingUnit.objects.with_instructors())


def answer_sheet(answer: SurveyAnswer, *, reader: User, intends_none: bool = False) -> dict:
    """All that the sheet says, in Japanese. `intends_none`: the office asks itself whether to
    answer “no demand”, which the rows do not say yet.
    """
    with translation.override("ja"):
        requests = _requests(answer)
        is_open = answer.state in ANSWER_EDITABLE
        # What was sent before it came back is not what is going to be answered.
        is_none = intends_none if is_open else answer.has_demand is False
        parts = _no_demand(answer) if is_none else request_parts(requests)
        parts += _replies(answer, has_demand=not is_none)
        number = check_number(parts)
        cycle = answer.survey.cycle
        return {
            **common(cycle, number=number, reader=reader, office=_office(answer, reader)),
            "subject": _subject(answer, is_open=is_open),
            "asks": _asks(answer, is_none=is_none, is_open=is_open),
            "is_draft": is_open,
            "government": answer.government,
            "about": Part(lines=_about(answer, requests, reader=reader, is_none=is_none)),
            "parts": parts,
            # Called where it is printed; the page on which one chooses and compares needs none.
            "steps": lambda: [_step(move) for move in answer.moves.select_related("by")],
        }


def common(cycle: Cycle, *, number: str, reader: User, office: str) -> dict[str, Any]:
    """What stands on every sheet: who drew it up, when, and its check number."""
    now = timezone.localtime()
    return {
        "programme": cycle.programme.name,
        "year": cycle.year_label,
        "drawn_up_on": era_date(now.date()),
        "printed_at": f"{era_date(now.date())} {now:%H:%M}",
        "drafter": reader.name,
        "office": office,
        "number": in_groups(number),
    }


def survey_words(survey: DemandSurvey) -> str:
    """令和9年度自治体職員協力交流事業に係る受入要望調査"""
    year = era_year(survey.cycle.fiscal_year)
    return f"{year}{survey.cycle.programme.name}に係る{survey.name}"


def _requests(answer: SurveyAnswer) -> list[HostRequest]:
    rows = answer.requests.exclude(state=RequestState.WITHDRAWN)
    rows = rows.select_related("training_programme", "treatment", "tie").with_parts()
    found = list(
        rows.prefetch_related(WITH_UNITS, "training_programme__contributions").order_by("pk")
    )
    for row in found:
        row.answer = answer
    return found


def _replies(answer: SurveyAnswer, *, has_demand: bool) -> list[Part]:
    """What was replied to the survey's own questions."""
    lines = [
        line(reply.question.label, full_day(reply.day) if reply.day else reply.words)
        for reply in said(replies_of(answer), has_demand=has_demand)
    ]
    return [Part(title="その他の照会事項", lines=lines)] if lines else []


def _office(answer: SurveyAnswer, reader: User) -> str:
    """For whom the reader prints: the own office, not the one whose answer it is."""
    if reader.is_staff:
        return answer.survey.cycle.programme.operator.name
    if answer.relay and can_relay(reader, answer):
        return answer.relay.full_name
    return answer.government.full_name


def _subject(answer: SurveyAnswer, *, is_open: bool) -> str:
    kind = "伺い" if is_open else "供覧"
    return f"{survey_words(answer.survey)}への回答について（{kind}）"


def _asks(answer: SurveyAnswer, *, is_none: bool, is_open: bool) -> str:
    """The sentence that those who seal it agree to, or take note of."""
    to = answer.relay.name if answer.relay else answer.survey.cycle.programme.operator.name
    if is_open:
        return f"このことについて、次のとおり{to}へ回答してよろしいか伺います。"
    day = era_date(answer.submitted_at) if answer.submitted_at else ""
    what = "「要望なし」と" if is_none else ""
    return f"このことについて、次のとおり{day}に{to}へ{what}回答しましたので、供覧します。"


def _about(
    answer: SurveyAnswer, requests: list[HostRequest], *, reader: User, is_none: bool
) -> list[Line]:
    """What a reader looks for first. It does not count for the check number: it tells where the
    answer stands, not what it says. What the relay says of it is not for the government.
    """
    people = sum(each.number for each in requests)
    what = f"要望{len(requests)}件（{people}名）"
    state = answer.get_state_display()
    if answer.submitted_at and answer.state not in ANSWER_EDITABLE:
        sent = timezone.localtime(answer.submitted_at)
        by = f"　{answer.submitted_by}" if answer.submitted_by else ""
        kept = answer.versions.order_by("-number").values_list("number", flat=True).first()
        state += f"（{era_date(sent)} {sent:%H:%M}{by}）"
        state += f"　第{kept}版" if kept else ""
    rows = [
        line("回答する団体", f"{answer.government.full_name}（{answer.government.code}）"),
        line("回答の区分", "要望なし" if is_none else what),
        line(_("State"), state),
    ]
    if answer.channel != SurveyAnswer.Channel.PORTAL:
        rows.append(line("回答の方法", answer.get_channel_display()))
    if answer.extended_until:
        rows.append(line("提出期限の延長", f"{full_day(answer.extended_until)}まで"))
    reads_opinion = reader.is_staff or can_relay(reader, answer)
    if reads_opinion and answer.relay_priority:
        rows.append(line("取りまとめ団体の優先順位", f"第{answer.relay_priority}位"))
    if reads_opinion and answer.relay_remark:
        rows.append(line("取りまとめ団体の副申", answer.relay_remark))
    return rows


def _no_demand(answer: SurveyAnswer) -> list[Part]:
    return [
        Part(
            title="回答",
            lines=[
                line("回答", "要望なし（研修員の受入れを希望しません。）"),
                line(_("Reason"), answer.no_demand_reason),
            ],
        )
    ]


def _step(move: MoveRow) -> dict[str, str]:
    at = timezone.localtime(move.at)
    return {
        "at": f"{era_date(at)} {at:%H:%M}",
        "state": str(AnswerState(move.to_state).label),
        "by": str(move.by or ""),
        "reason": move.reason,
    }
