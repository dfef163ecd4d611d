"""The round of the relay that can be signed in to: its date, its opinion, its letters."""

from datetime import date, timedelta

from accounts.models import User
from hosts.models import DemandSurvey, LocalGovernment, RelayLetter, RelayRound, SurveyAnswer
from hosts.relay_letters import finish_letter, start_letter
from hosts.relaying import municipality_due_on
from hosts.states import ANSWER_EDITABLE
from japan.business_days import roll

TEXT = "取りまとめの都合上、調査の期限より早めに御提出くださるようお願いします。"
REMARK = "県としても、受入団体の研修及び生活支援に協力する。"
OPINIONS = [
    "姉妹都市との交流の実績があり、優先的な配置を希望する。",
    "受入れの経験があり、研修体制も整っている。",
]


def begin_round(
    survey: DemandSurvey, relay: LocalGovernment, *, by: User, on: date
) -> list[RelayLetter]:
    """A date of its own, an opinion on what was forwarded, and two letters that are still drafts:
    the one downwards is made final when everything is stored.
    """
    round_ = RelayRound.objects.create(
        survey=survey,
        relay=relay,
        own_due_on=roll((municipality_due_on(survey) or on) - timedelta(days=1), "before"),
        text_ja=TEXT,
        remark=REMARK,
    )
    asking = SurveyAnswer.objects.filter(
        survey=survey, relay=relay, has_demand=True, relay_priority=None
    ).exclude(state__in=ANSWER_EDITABLE)
    for place, (answer, opinion) in enumerate(
        zip(asking.order_by("government__code"), OPINIONS, strict=False), start=1
    ):
        answer.relay_priority, answer.relay_remark = place, opinion
        answer.save(update_fields=["relay_priority", "relay_remark"])
    down = start_letter(round_, RelayLetter.Direction.DOWN, by=by, on=on - timedelta(days=30))
    down.number = "8国際第118号"
    down.save(update_fields=["number"])
    return [down, start_letter(round_, RelayLetter.Direction.UP, by=by, on=on)]


def finish_round(letters: list[RelayLetter], *, by: User) -> None:
    """Make the letter downwards final; it is printed, so that no transaction is open."""
    down = letters[0]
    finish_letter(down, version=down.version, by=by)
