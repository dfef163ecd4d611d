"""The sheet of one government's answer. A field more of a request is a line more in its list."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.moves import MoveRow
from accounts.templatetags.portal import era_date, full_day
from japan.dates import era_year
from schedule.models import Cycle

from ..models import DemandSurvey, HostRequest, SurveyAnswer, TrainingUnit
from ..permissions import can_relay
from ..states import ANSWER_EDITABLE, AnswerState, RequestState
from .contents import Line, Part, Table, check_number, in_groups, line

NO_DEMAND = "no-demand"
READ_WITH = ["wished_countries", "training_programme__units"]


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
        number = check_number(parts)
        cycle = answer.survey.cycle
        return {
            **common(cycle, number=number, reader=reader, office=_office(answer, reader)),
            "subject": _subject(answer, is_open=is_open),
            "asks": _asks(answer, is_none=is_none, is_open=is_open),
            "is_draft": is_open,
            "government": answer.government,
            "about": Part(lines=_about(answer, requests, is_none=is_none)),
            "parts": parts,
            "steps": [_step(move) for move in answer.moves.select_related("by")],
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
    found = list(rows.select_related("training_programme").order_by("pk"))
    for row in found:
        row.answer = answer
    prefetch_related_objects(found, *READ_WITH)
    return found


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


def _about(answer: SurveyAnswer, requests: list[HostRequest], *, is_none: bool) -> list[Line]:
    """What a reader looks for first. It does not count for the check number: it tells where the
    answer stands, not what it says.
    """
    people = sum(each.number for each in requests)
    what = f"要望{len(requests)}件（{people}名）"
    state = answer.get_state_display()
    if answer.submitted_at and answer.state not in ANSWER_EDITABLE:
        sent = timezone.localtime(answer.submitted_at)
        by = f"　{answer.submitted_by}" if answer.submitted_by else ""
        state += f"（{era_date(sent)} {sent:%H:%M}{by}）"
    rows = [
        line("回答する団体", f"{answer.government.full_name}（{answer.government.code}）"),
        line("回答の区分", "要望なし" if is_none else what),
        line(_("State"), f"{state}　第{answer.version}版"),
    ]
    if answer.channel != SurveyAnswer.Channel.PORTAL:
        rows.append(line("回答の方法", answer.get_channel_display()))
    if answer.extended_until:
        rows.append(line("提出期限の延長", f"{full_day(answer.extended_until)}まで"))
    if answer.relay_priority:
        rows.append(line("取りまとめ団体の優先順位", f"第{answer.relay_priority}位"))
    if answer.relay_remark:
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


def request_parts(requests: list[HostRequest]) -> list[Part]:
    """Each request; where there are several, a list of them stands first."""
    if not requests:
        return [Part(title="要望", note="要望書はまだ作成されていません。")]
    parts = [_overview(requests)] if len(requests) > 1 else []
    for place, request in enumerate(requests, 1):
        number = str(place) if len(requests) > 1 else ""
        title = f"要望{number}　{field_of(request)}　{request.seats}"
        parts.append(
            Part(title=title, lines=request_lines(request), tables=_tables(request)),
        )
    return parts


def _overview(requests: list[HostRequest]) -> Part:
    rows = [
        [
            str(place),
            field_of(each),
            each.seats,
            each.training_programme.theme_ja or "―",
            _days(each, "～", ""),
        ]
        for place, each in enumerate(requests, 1)
    ]
    head = ["番号", "研修分野", "人数", "テーマ", "受入期間"]
    return Part(title="要望の一覧", tables=[Table("", head, rows, "overview")])


def field_of(request: HostRequest) -> str:
    return request.get_field_display() if request.field else "（研修分野未定）"


def request_lines(request: HostRequest) -> list[Line]:
    """What the request says, in the order in which the form asks for it."""
    programme = request.training_programme
    lines = [
        line(_("Field of training"), field_of(request)),
        line(_("Number of trainees"), request.seats),
        line(_("Way of selection"), request.get_route_display()),
        line(_("Language of the training"), request.get_language_display()),
        line(_("Level needed"), request.get_level_display()),
        line(_("Wished countries"), _countries(request)),
        line(_("Period"), _days(request)),
        line(_("Reason for the length"), request.length_reason),
        line(_("Conditions and treatment"), request.conditions_ja, request.conditions_en),
        line(_("Theme"), programme.theme_ja, programme.theme_en),
        line(_("Aim"), programme.aim_ja, programme.aim_en),
    ]
    left_out = {str(_("Reason for the length"))}  # nothing to say of a stay of the usual length
    return [each for each in lines if each.value != "―" or each.label not in left_out]


def _tables(request: HostRequest) -> list[Table]:
    """What stands in rows of its own."""
    units = list(request.training_programme.units.all())
    if not units:
        return []
    head = ["", "研修内容", "研修実施先", "指導者", "週数", "週時間"]
    rows = [[str(place), *_unit(unit)] for place, unit in enumerate(units, 1)]
    return [Table("研修プログラム", head, rows, "units")]


def _unit(unit: TrainingUnit) -> list[str]:
    place = _lines(unit.site_name, unit.get_site_kind_display(), unit.address)
    experience = "" if unit.instructor_years is None else f"経験{unit.instructor_years}年"
    return [
        _lines(unit.name_ja, unit.name_en),
        place,
        _lines(unit.instructor or "―", experience),
        str(unit.weeks),
        str(unit.hours_per_week),
    ]


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _countries(request: HostRequest) -> str:
    wishes = [str(wish.country.name) for wish in request.wished_countries.all()]
    return pgettext("between names", ", ").join(wishes) or _("No wish")


def _days(request: HostRequest, to: str = "から", end: str = "まで") -> str:
    if not request.starts_on and not request.ends_on:
        return "―"
    first = era_date(request.starts_on) or "（未定）"
    return f"{first}{to}{era_date(request.ends_on) or '（未定）'}{end}"


def _step(move: MoveRow) -> dict[str, str]:
    at = timezone.localtime(move.at)
    return {
        "at": f"{era_date(at)} {at:%H:%M}",
        "state": str(AnswerState(move.to_state).label),
        "by": str(move.by or ""),
        "reason": move.reason,
    }
