"""The survey's own questions: of whom each is asked, when it is shown, and what is missing."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import (
    CharField,
    F,
    FilteredRelation,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .models import SurveyAnswer, SurveyQuestion, SurveyReply

Kind = SurveyQuestion.Kind
Audience = SurveyQuestion.Audience
MAX_QUESTIONS = 40
MAX_CHOICES = 30


@dataclass(frozen=True)
class Reply:
    """One question with what was replied to it, in the reader's words."""

    question: SurveyQuestion
    value: str

    @property
    def day(self) -> date | None:
        is_day = self.question.kind == Kind.DATE and self.value
        return date.fromisoformat(self.value) if is_day else None

    @property
    def words(self) -> str:
        return words_of(self.question, self.value)


def words_of(question: SurveyQuestion, value: str) -> str:
    """The stored value of a reply as people read it."""
    if question.kind == Kind.CHOICE:
        return dict(question.offered).get(value, value)
    if question.kind == Kind.NUMBER and value:
        return intcomma(int(value))
    return value


class RowsAsJSON(Subquery):
    """The rows of a subquery as one value, so that a page which reads a row reads them with it."""

    output_field = JSONField()

    def as_sqlite(self, compiler, connection, **extra):
        pairs = ", ".join(f"'{name}', found.{name}" for name in _COLUMNS)
        rows = f"json_group_array(json_object({pairs}))"  # names of columns, nothing typed
        template = "(SELECT " + rows + " FROM (%(subquery)s) found)"  # noqa: S608
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_postgresql(self, compiler, connection, **extra):
        template = "(SELECT coalesce(jsonb_agg(to_jsonb(found)), '[]') FROM (%(subquery)s) found)"
        return self.as_sql(compiler, connection, template=template, **extra)


# The columns of a question as the database names them, and the reply of the answer that asks.
_COLUMNS = [
    *(field.column for field in SurveyQuestion._meta.concrete_fields if field.name != "public_id"),
    *("code", "reply"),
]


def with_questions(rows: QuerySet, *, answer: str = "pk", survey: str = "survey") -> QuerySet:
    """The rows with their survey's questions and the replies of their answer, for `replies_of`."""
    reply = SurveyReply.objects.filter(question=OuterRef("pk"), answer=OuterRef(OuterRef(answer)))
    questions = (
        SurveyQuestion.objects.filter(survey=OuterRef(survey))
        .annotate(
            code=Cast("public_id", CharField()),
            reply=Subquery(reply.order_by().values("value")[:1]),
        )
        .order_by()
        .values(*_COLUMNS)
    )
    return rows.annotate(survey_questions=RowsAsJSON(questions))


def replies_of(answer: SurveyAnswer) -> list[Reply]:
    """All questions of the survey in their order with this answer's replies: in one query, or in
    none where the answer was read `with_questions`.
    """
    if (read := answer.__dict__.get("survey_questions")) is not None:
        return sorted(map(_from_json, read), key=lambda each: each.question.position)
    mine = FilteredRelation("replies", condition=Q(replies__answer=answer.pk))
    rows = (
        SurveyQuestion.objects.filter(survey=answer.survey_id)
        .annotate(mine=mine)
        .annotate(value=F("mine__value"))
        .order_by("position")
    )
    return [Reply(row, row.value or "") for row in rows]


def _from_json(row: dict) -> Reply:
    values = {name: row[name] for name in _COLUMNS if name not in {"code", "reply"}}
    if isinstance(values["choices"], str):  # SQLite keeps JSON as text
        values["choices"] = json.loads(values["choices"])
    values["is_needed"] = bool(values["is_needed"])
    question = SurveyQuestion(**values, public_id=UUID(row["code"]))
    question._state.adding = False
    return Reply(question, row["reply"] or "")


def asked(replies: Sequence[Reply], *, has_demand: bool) -> list[Reply]:
    """Those that are asked of a government with this demand, whether shown or not."""
    audiences = {Audience.ALL, Audience.DEMAND if has_demand else Audience.NO_DEMAND}
    return [reply for reply in replies if reply.question.audience in audiences]


def shown_among(questions: Sequence[SurveyQuestion], values: Mapping[int, str]) -> set[int]:
    """The keys of the questions that are shown when the others are answered like this.

    A question that is not shown counts as not answered, so what hangs on it is not shown either.
    """
    shown: set[int] = set()
    for question in questions:
        if question.shown_if_id is None:
            shown.add(question.pk)
        elif question.shown_if_id in shown:
            value = values.get(question.shown_if_id, "")
            wanted = question.shown_if_value
            if (value == wanted) if wanted else value:
                shown.add(question.pk)
    return shown


def shown(replies: Sequence[Reply], *, has_demand: bool) -> list[Reply]:
    """Those that a government with this demand and these replies has to look at."""
    theirs = asked(replies, has_demand=has_demand)
    values = {reply.question.pk: reply.value for reply in theirs}
    keys = shown_among([reply.question for reply in theirs], values)
    return [reply for reply in theirs if reply.question.pk in keys]


def missing(replies: Sequence[Reply], *, has_demand: bool) -> list[SurveyQuestion]:
    """The needed questions that are shown and not answered."""
    return [
        reply.question
        for reply in shown(replies, has_demand=has_demand)
        if reply.question.is_needed and not reply.value
    ]


def said(replies: Sequence[Reply], *, has_demand: bool | None) -> list[Reply]:
    """What the answer says, to be read: replies to what is asked of it; while it is not known
    whether trainees are wanted, everything that was replied so far.
    """
    visible = replies if has_demand is None else shown(replies, has_demand=has_demand)
    return [reply for reply in visible if reply.value]


def settle_replies(answer: SurveyAnswer, *, has_demand: bool, refuse: type[Exception]) -> None:
    """The last look before an answer is submitted: everything needed is answered, and replies to
    what is not asked of it are dropped. Call it inside the transaction that submits.
    """
    replies = replies_of(answer)
    if faults := missing(replies, has_demand=has_demand):
        labels = pgettext("between names", ", ").join(
            _("“{question}”").format(question=each.label) for each in faults
        )
        raise refuse(_("Questions of the survey wait for a reply: {labels}").format(labels=labels))
    kept = {reply.question.pk for reply in shown(replies, has_demand=has_demand)}
    drop_replies(answer, [r.question.pk for r in replies if r.value and r.question.pk not in kept])


def drop_replies(answer: SurveyAnswer, questions: Collection[int]) -> None:
    if questions:
        SurveyReply.objects.filter(answer=answer, question__in=questions).delete()
