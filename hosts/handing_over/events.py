"""Who did what for a government: the moves of its answers and requests and the coming and going of
its people, told from their own rows and from nothing that is kept twice.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    CharField,
    DateField,
    Expression,
    F,
    IntegerField,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role
from accounts.succession import (
    TAKE_OVER_MARKS,
    MembershipEvent,
    TakeOver,
    TakeOverMove,
    TakeOverState,
)
from schedule.vocabulary import TrainingField

from ..models import HostRequestMove, LocalGovernment, SurveyAnswerMove
from ..states import ANSWER_MARKS, REQUEST_MARKS, AnswerState, RequestState

TEXTS = ["e_actor", "e_what", "e_who", "e_role", "e_said", "e_key"]
COLUMNS = ["e_at", "e_source", *TEXTS, "e_on", "e_year"]
Kind = MembershipEvent.Kind
PEOPLE_MARKS = {Kind.INVITED: "half", Kind.BEGUN: "done", Kind.ENDS: "stopped"}


@dataclass(frozen=True)
class Event:
    """One line of the history, in words."""

    at: datetime
    actor: str
    label: str
    mark: str
    about: str
    reason: str
    on: date | None
    year: int | None
    url: str


def events_of(government: LocalGovernment) -> QuerySet:
    """All of them, the newest first, as plain rows of one query."""
    office = government.organisation_id
    answers = SurveyAnswerMove.objects.filter(
        answer__government=government, answer__survey__opened_at__isnull=False
    )
    requests = HostRequestMove.objects.filter(host_request__answer__government=government)
    decided = TakeOverMove.objects.filter(take_over__organisation=office)
    told = [
        _told(
            answers,
            "answer",
            what=F("to_state"),
            said=F("reason"),
            key=Cast("answer__public_id", CharField()),
            year=F("answer__survey__cycle__fiscal_year"),
        ),
        _told(
            requests,
            "request",
            what=F("to_state"),
            said=F("reason"),
            who=F("host_request__field"),
            key=Cast("host_request__public_id", CharField()),
            year=F("host_request__answer__survey__cycle__fiscal_year"),
        ),
        _told(
            MembershipEvent.objects.filter(organisation=office),
            "people",
            what=F("kind"),
            said=F("reason"),
            who=F("name"),
            role=F("role"),
            on=F("on"),
        ),
        _told(
            TakeOver.objects.filter(organisation=office),
            "take_over",
            at=F("asked_at"),
            actor=F("name"),
            what=Value(TakeOverState.ASKED),
            who=F("name"),
            role=F("role"),
        ),
        _told(
            decided,
            "take_over",
            what=F("to_state"),
            who=F("take_over__name"),
            role=F("take_over__role"),
        ),
    ]
    first, *others = told
    return first.union(*others, all=True).order_by("-e_at", "e_source", "e_key", "e_what", "e_who")


def _told(rows: QuerySet, source: str, **columns: Expression | F) -> QuerySet:
    """The columns that a line of the history needs, each of one type whatever the table."""
    values = {"at": F("at"), "actor": F("by__name"), "source": Value(source), **columns}
    return (
        rows.order_by()
        .annotate(
            e_at=values["at"],
            e_source=Cast(values["source"], TextField()),
            e_on=Cast(values.get("on", Value(None)), DateField()),
            e_year=Cast(values.get("year", Value(None)), IntegerField()),
            **{name: _text(values.get(name.removeprefix("e_"), Value(""))) for name in TEXTS},
        )
        .values(*COLUMNS)
    )


def _text(value: Expression | F) -> Coalesce:
    return Coalesce(Cast(value, TextField()), Value("", output_field=TextField()))


def event_of(row: dict[str, Any]) -> Event:
    """A row in the reader's words."""
    label, mark = _state(row["e_source"], row["e_what"])
    return Event(
        at=row["e_at"],
        actor=row["e_actor"],
        label=label,
        mark=mark,
        about=_about(row),
        reason=row["e_said"],
        on=row["e_on"],
        year=row["e_year"],
        url=_url(row),
    )


def _state(source: str, what: str) -> tuple[str, str]:
    if source == "answer":
        return str(AnswerState(what).label), ANSWER_MARKS[AnswerState(what)]
    if source == "request":
        return str(RequestState(what).label), REQUEST_MARKS[RequestState(what)]
    if source == "take_over":
        return str(TakeOverState(what).label), TAKE_OVER_MARKS[TakeOverState(what)]
    return str(Kind(what).label), PEOPLE_MARKS.get(Kind(what), "none")


def _about(row: dict[str, Any]) -> str:
    if row["e_source"] == "answer":
        return _("Answer to the demand survey")
    if row["e_source"] == "request":
        fields = dict(TrainingField.choices)
        return _("Host request: {field}").format(field=fields.get(row["e_who"], "―"))
    role = Role(row["e_role"]).label
    if row["e_source"] == "take_over":
        return _("Take-over by {name} ({role})").format(name=row["e_who"], role=role)
    return _("{name} ({role})").format(name=row["e_who"], role=role)


def _url(row: dict[str, Any]) -> str:
    names = {"answer": "hosts:answer", "request": "hosts:request"}
    name = names.get(row["e_source"])
    return reverse(name, args=[uuid.UUID(row["e_key"])]) if name else ""
