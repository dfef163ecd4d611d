"""Which answers of a survey a page or a reminder is about, by the words in which staff ask."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, Role

from .models import (
    DemandSurvey,
    LocalGovernment,
    RemindedAnswer,
    SurveyAnswer,
    SurveyAnswerMove,
)
from .states import ANSWER_SILENT, AnswerState

ONLY_OPENED = Q(state=AnswerState.NOT_OPENED, first_opened_at__isnull=False)
NEVER_OPENED = Q(state=AnswerState.NOT_OPENED, first_opened_at__isnull=True)
ANSWERED = ~Q(state__in=ANSWER_SILENT)

# What can be asked for: the word of the address, its words for people, and what it means.
SELECTIONS: dict[str, tuple[object, Q]] = {
    "silent": (pgettext_lazy("survey", "not answered (silent)"), Q(state__in=ANSWER_SILENT)),
    "untouched": (pgettext_lazy("survey", "nothing written yet"), Q(state=AnswerState.NOT_OPENED)),
    "not_opened": (pgettext_lazy("survey", "not opened"), NEVER_OPENED),
    "opened": (pgettext_lazy("survey", "opened only"), ONLY_OPENED),
    "draft": (pgettext_lazy("survey", "draft"), Q(state=AnswerState.DRAFT)),
    "answered": (pgettext_lazy("survey", "answered"), ANSWERED),
    "submitted": (pgettext_lazy("survey", "submitted"), Q(state=AnswerState.SUBMITTED)),
    "held": (pgettext_lazy("survey", "held by the relay"), Q(state=AnswerState.HELD)),
    "returned": (pgettext_lazy("survey", "returned"), Q(state=AnswerState.RETURNED)),
    "forwarded": (pgettext_lazy("survey", "forwarded"), Q(state=AnswerState.FORWARDED)),
    "received": (pgettext_lazy("survey", "received"), Q(state=AnswerState.RECEIVED)),
    "demand": (pgettext_lazy("survey", "wants trainees"), ANSWERED & Q(has_demand=True)),
    "no_demand": (pgettext_lazy("survey", "no demand"), ANSWERED & Q(has_demand=False)),
    "extended": (pgettext_lazy("survey", "given more time"), Q(extended_until__isnull=False)),
    "entered": (
        pgettext_lazy("survey", "entered for the government"),
        ~Q(channel=SurveyAnswer.Channel.PORTAL),
    ),
    "reopened": (pgettext_lazy("survey", "reopened"), Q(reopened_at__isnull=False)),
}
# Of those who have not answered, how far they came.
SILENT_STATES = ("not_opened", "opened", "draft")


def select_answers(
    survey: DemandSurvey, *, selection: str = "", prefecture: str = "", name: str = ""
) -> QuerySet[SurveyAnswer]:
    """The answers of the survey that are meant; `prefecture` is the first two digits of the code.

    An unknown selection means all.
    """
    rows = survey.answers.all()
    if selection in SELECTIONS:
        rows = rows.filter(SELECTIONS[selection][1])
    if prefecture:
        rows = rows.filter(government__code__startswith=prefecture)
    if name.strip():
        rows = rows.filter(government__in=LocalGovernment.objects.named_like(name))
    return rows


def with_story(rows: QuerySet[SurveyAnswer], on: date) -> QuerySet[SurveyAnswer]:
    """With what a list says of each: since when it stands so, whether somebody acts for it, when it
    was reminded last.
    """
    moved = SurveyAnswerMove.objects.filter(answer=OuterRef("pk")).order_by("-at", "-pk")
    acting = Membership.objects.in_force(on).filter(
        organisation=OuterRef("government__organisation"),
        role=Role.COORDINATOR,
        user__is_active=True,
    )
    return rows.annotate(
        moved_at=Subquery(moved.values("at")[:1]),
        has_coordinator=Exists(acting),
        reminded_at=Subquery(_reminders().values("reminder__at")[:1]),
    )


def with_names(rows: QuerySet[SurveyAnswer]) -> QuerySet[SurveyAnswer]:
    """With the names that every line shows."""
    return rows.select_related(
        "government__organisation",
        "government__prefecture__organisation",
        "relay__organisation",
    )


def not_reminded_since(rows: QuerySet[SurveyAnswer], moment: datetime) -> QuerySet[SurveyAnswer]:
    """Without those who were reminded, or told of to their relay, at this moment or later."""
    lately = RemindedAnswer.objects.filter(answer=OuterRef("pk"), reminder__at__gte=moment)
    return rows.filter(~Exists(lately))


def _reminders() -> QuerySet[RemindedAnswer]:
    return RemindedAnswer.objects.filter(answer=OuterRef("pk")).order_by("-reminder__at", "-pk")
