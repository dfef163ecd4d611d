"""Where a survey answer stands, and what that means for its government on a given day."""

from dataclasses import dataclass
from datetime import date

from japan.business_days import business_days_between
from schedule.models import Deadline
from schedule.vocabulary import DeadlineCode

from .models import SurveyAnswer
from .states import ANSWER_EDITABLE, AnswerState


@dataclass(frozen=True)
class Standing:
    """The deadlines of an answer, and the station of its route: own, relay or operator."""

    answer: SurveyAnswer
    own: Deadline | None
    relay: Deadline | None
    station: str
    today: date

    @property
    def is_to_do(self) -> bool:
        """Whether the government itself has to act."""
        return self.answer.is_editable

    @property
    def due_on(self) -> date | None:
        usual = self.own.due_on if self.own else None
        return self.answer.extended_until or usual

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < self.today

    @property
    def office_days_left(self) -> int:
        """The days on which offices work, from tomorrow up to the deadline."""
        return business_days_between(self.today, self.due_on) if self.due_on else 0


def standing_of(answer: SurveyAnswer, today: date) -> Standing:
    """Reads the deadlines of the cycle, which a list of answers loads together."""
    deadlines = {each.code: each for each in answer.survey.cycle.deadlines.all()}
    own = deadlines.get(answer.survey_deadline)
    return Standing(
        answer=answer,
        own=own,
        relay=deadlines.get(DeadlineCode.SURVEY_RELAY) if answer.is_relayed else None,
        station=_station(answer),
        today=today,
    )


def _station(answer: SurveyAnswer) -> str:
    if answer.state in ANSWER_EDITABLE:
        return "own"
    at_relay = answer.state in {AnswerState.SUBMITTED, AnswerState.HELD}
    return "relay" if at_relay and answer.is_relayed else "operator"
