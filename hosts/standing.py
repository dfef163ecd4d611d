"""Where a survey answer stands, and what that means for its government on a given day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from japan.business_days import business_days_between
from schedule.models import Deadline
from schedule.vocabulary import DeadlineCode

from .models import RelayRound, SurveyAnswer
from .states import ANSWER_EDITABLE, AnswerState

OwnDays = dict[tuple[int, int], date]


def own_days(surveys: Iterable[int]) -> OwnDays:
    """The own deadlines of relays, by survey and relay, in one query."""
    rounds = RelayRound.objects.filter(survey__in=surveys, own_due_on__isnull=False)
    rows = rounds.values_list("survey_id", "relay_id", "own_due_on")
    return {(survey, relay): day for survey, relay, day in rows if day}


def due_on_of(answer: SurveyAnswer, *, usual: date | None, own: date | None = None) -> date | None:
    """The day by which the government answers: its extension, else the date of its relay, else
    that of the survey. A relay's date is never later than the survey's, also when that was moved.
    """
    if answer.extended_until:
        return answer.extended_until
    if answer.relay_id is None or own is None:
        return usual
    return min(own, usual) if usual else own


def kept(answer: SurveyAnswer, *, due_on: date | None, today: date) -> str:
    """How the answer keeps its day: `kept` or `late` once it was given, `overdue` while it is
    missing; empty where there is nothing to say yet, and while a returned one is being mended.
    """
    if due_on is None or answer.state == AnswerState.RETURNED:
        return ""
    if answer.state in ANSWER_EDITABLE:
        return "overdue" if due_on < today else ""
    at = answer.submitted_at
    return ("late" if timezone.localdate(at) > due_on else "kept") if at else ""


@dataclass(frozen=True)
class Standing:
    """The deadlines of an answer, and the station of its route: own, relay or operator."""

    answer: SurveyAnswer
    own: Deadline | None
    relay: Deadline | None
    station: str
    today: date
    relays_day: date | None = None  # the own deadline of the relay

    @property
    def is_to_do(self) -> bool:
        """Whether the government itself has to act."""
        return self.answer.is_editable

    @property
    def due_on(self) -> date | None:
        return due_on_of(self.answer, usual=self.survey_due_on, own=self.relays_day)

    @property
    def survey_due_on(self) -> date | None:
        """The date of the survey itself, whatever the relay or an extension says."""
        return self.own.due_on if self.own else None

    @property
    def is_relays_day(self) -> bool:
        """Whether the date that counts was set by the relay."""
        return self.answer.extended_until is None and self.due_on != self.survey_due_on

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < self.today

    @property
    def was_submitted_late(self) -> bool:
        """Whether the answer that stands now came after its day; it counts all the same."""
        at = self.answer.submitted_at
        is_given = self.answer.state not in ANSWER_EDITABLE
        return bool(is_given and at and self.due_on and timezone.localdate(at) > self.due_on)

    @property
    def office_days_left(self) -> int:
        """The days on which offices work, from tomorrow up to the deadline."""
        return business_days_between(self.today, self.due_on) if self.due_on else 0


def standing_of(answer: SurveyAnswer, today: date) -> Standing:
    """Reads the deadlines of the cycle, which a list of answers loads together, and the day of the
    relay (`with_relays_day`).
    """
    deadlines = {each.code: each for each in answer.survey.cycle.deadlines.all()}
    own = deadlines.get(answer.survey_deadline)
    return Standing(
        answer=answer,
        own=own,
        relay=deadlines.get(DeadlineCode.SURVEY_RELAY) if answer.is_relayed else None,
        station=_station(answer),
        today=today,
        relays_day=_relays_day(answer),
    )


def with_relays_day(rows: QuerySet[SurveyAnswer]) -> QuerySet[SurveyAnswer]:
    """The answers with the date and the words of their relay, for `standing_of` and its pages."""
    rounds = RelayRound.objects.filter(survey=OuterRef("survey"), relay=OuterRef("relay"))
    return rows.annotate(
        relays_day=Subquery(rounds.values("own_due_on")[:1]),
        relays_text=Subquery(rounds.values("text_ja")[:1]),
    )


def _relays_day(answer: SurveyAnswer) -> date | None:
    """In no query where the answer was read `with_relays_day`."""
    if "relays_day" in answer.__dict__:
        return answer.__dict__["relays_day"]
    if answer.relay_id is None:
        return None
    days = own_days([answer.survey_id])
    return days.get((answer.survey_id, answer.relay_id))


def _station(answer: SurveyAnswer) -> str:
    if answer.state in ANSWER_EDITABLE:
        return "own"
    at_relay = answer.state in {AnswerState.SUBMITTED, AnswerState.HELD}
    return "relay" if at_relay and answer.is_relayed else "operator"
