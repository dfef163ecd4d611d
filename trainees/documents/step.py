"""The papers as a section of the dossier."""

from datetime import date
from typing import Any

from django.db.models import (
    CharField,
    DateField,
    Exists,
    Expression,
    F,
    Func,
    OuterRef,
    Q,
    Value,
)
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from accounts.models import User
from files.models import Scan

from ..models import Application, Document, DocumentRule
from ..reading import papers_that_count
from ..states import DocumentState
from ..steps import Answer, Step, register_step
from .checklist import faults_of
from .selection import ROUTE, selected_facts

PLACE = 92  # after the plan, before the wishes
CODE = "documents"
TITLE = pgettext_lazy("dossier", "Papers")
IN_ORDER = [DocumentState.HANDED_IN, DocumentState.ACCEPTED]
EVER = date(1, 1, 1)


class DaysBefore(Func):
    """The day so many days before another one; the two databases count days in words of their
    own.
    """

    output_field = DateField()
    arity = 2

    def __init__(self, day: date, column: str):
        super().__init__(Value(day, DateField()), F(column))

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        template = "date(%(expressions)s || ' days')"
        return self.as_sql(compiler, connection, template=template, arg_joiner=", '-' || ")

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ")


def nothing_missing() -> Expression:
    """Over applications that are open to their person: whether `faults_of` finds nothing, said by
    the database, so that the other sections need no query to show it.
    """
    today = timezone.localdate()
    residence = Coalesce(
        NullIf(OuterRef("trainee__residence"), Value("")), OuterRef("trainee__nationality")
    )
    rules = (
        DocumentRule.objects.filter(stage=DocumentRule.Stage.SUBMISSION)
        .exclude(valid_from__gt=today)
        .exclude(valid_until__lt=today)
        .annotate(
            nationals=Cast("nationalities", CharField()),
            living_in=Cast("residences", CharField()),
            oldest=Coalesce(DaysBefore(today, "valid_days"), Value(EVER, DateField())),
        )
        .filter(Q(nationals="") | Q(nationals__contains=OuterRef("trainee__nationality")))
        .filter(Q(living_in="") | Q(living_in__contains=residence))
    )
    if route := selected_facts().get(ROUTE):
        rules = rules.filter(Q(route="") | Q(route=route(OuterRef(OuterRef("pk")))))
    else:
        rules = rules.filter(route="")
    papers = (
        Document.objects.filter(application=OuterRef(OuterRef("pk")), kind=OuterRef("kind"))
        .filter(state__in=IN_ORDER)
        .exclude(file__scan=Scan.HARMFUL)
        .filter(Q(issued_on=None) | Q(issued_on__gte=OuterRef("oldest")))
    )
    return ~Exists(rules.filter(~Exists(papers)))


def answers(application: Application, reader: User) -> list[Answer]:
    """The papers that count and that this reader may open, each with its state."""
    is_own = application.trainee.user_id == reader.pk
    return [
        Answer(f"document-{row.kind.code}", row.kind.name, row.get_state_display())
        for row in papers_that_count(application)
        if row.is_opened_by(reader, is_own=is_own)
    ]


register_step(
    Step(
        code=CODE,
        title=TITLE,
        order=PLACE,
        url_name="trainees:documents",
        faults=faults_of,
        done=nothing_missing,
        answers=answers,
    )
)
