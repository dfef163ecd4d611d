"""The demand survey of a cycle and the answers of the governments that it asks."""

import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User, Versioned
from accounts.moves import MoveRow
from schedule.models import Cycle

from ..states import ANSWER_EDITABLE, ANSWER_MARKS, AnswerState
from .governments import ANSWERING_DIRECTLY, LocalGovernment
from .limits import LONG_TEXT


class DemandSurvey(Versioned):
    """The survey that opens a cycle: who wants trainees, how many, for what."""

    cycle = models.OneToOneField(
        Cycle, models.CASCADE, related_name="survey", verbose_name=_("cycle")
    )
    name_ja = models.CharField(_("name in Japanese"), max_length=100, default="受入要望調査")
    name_en = models.CharField(_("name in English"), max_length=100, default="Demand survey")
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("demand survey")
        verbose_name_plural = _("demand surveys")

    def __str__(self) -> str:
        return f"{self.name} {self.cycle.year_label}"

    @property
    def name(self) -> str:
        return self.name_ja if (get_language() or "ja") == "ja" else self.name_en


class SurveyAnswerQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "SurveyAnswerQuerySet":
        """Staff see all, coordinators their own government's, relay officers their prefecture's."""
        if user.is_staff:
            return self
        own = Q(government__organisation__in=user.organisation_ids(Role.COORDINATOR))
        return self.filter(own | passing_through(user.organisation_ids(Role.RELAY)))

    def relayed_by(self, organisations: Iterable[int]) -> "SurveyAnswerQuerySet":
        """What passes through these prefectures, not what they answer themselves."""
        return self.filter(passing_through(organisations))

    def to_be_answered(self) -> "SurveyAnswerQuerySet":
        """Answers that still wait for the government itself."""
        return self.filter(
            state__in=ANSWER_EDITABLE, survey__closed_at=None, survey__cycle__state=Cycle.State.OPEN
        )

    def to_receive(self) -> "SurveyAnswerQuerySet":
        """Answers that wait for the operator."""
        return self.filter(TO_RECEIVE)


def passing_through(organisations: Iterable[int]) -> Q:
    """The answers that these prefectures relay."""
    return Q(government__prefecture__organisation__in=list(organisations)) & ~Q(
        government__kind__in=ANSWERING_DIRECTLY
    )


# What waits for the operator: forwarded by a relay, or submitted by those who answer directly.
TO_RECEIVE = Q(survey__cycle__state=Cycle.State.OPEN) & (
    Q(state=AnswerState.FORWARDED)
    | Q(state=AnswerState.SUBMITTED, government__kind__in=ANSWERING_DIRECTLY)
)


class SurveyAnswer(Versioned):
    """One government's answer to one survey. "No demand" is an answer, silence is none."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    survey = models.ForeignKey(
        DemandSurvey, models.CASCADE, related_name="answers", verbose_name=_("demand survey")
    )
    government = models.ForeignKey(
        LocalGovernment,
        models.PROTECT,
        related_name="answers",
        verbose_name=_("local government"),
    )
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=AnswerState,
        default=AnswerState.NOT_OPENED,
        editable=False,
    )
    has_demand = models.BooleanField(_("wants trainees"), null=True, editable=False)
    no_demand_reason = models.TextField(_("reason for no demand"), max_length=LONG_TEXT, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    submitted_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("submitted by"),
    )

    objects = SurveyAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey answer")
        verbose_name_plural = _("survey answers")
        ordering = ["survey", "government__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "government"], name="answer_once_per_government"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["not_opened", "draft"])
                | Q(has_demand__isnull=False, submitted_at__isnull=False),
                name="answer_submitted_says_something",
            ),
        ]
        indexes = [models.Index(fields=["survey", "state"], name="answer_survey_state")]

    def __str__(self) -> str:
        return f"{self.government} {self.survey}"

    @property
    def state_mark(self) -> str:
        """The mark that stands beside the word of its state."""
        return ANSWER_MARKS[AnswerState(self.state)]

    @property
    def is_editable(self) -> bool:
        """Whether the government itself may still change it."""
        return (
            self.state in ANSWER_EDITABLE
            and self.survey.closed_at is None
            and self.survey.cycle.state == Cycle.State.OPEN
        )


class SurveyAnswerMove(MoveRow):
    """The history of a survey answer."""

    answer = models.ForeignKey(SurveyAnswer, models.CASCADE, related_name="moves")

    class Meta(MoveRow.Meta):
        verbose_name = _("move of a survey answer")
        verbose_name_plural = _("moves of survey answers")
