"""The demand survey of a cycle and the answers of the governments that it asks."""

import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User, Versioned
from accounts.moves import MoveRow
from schedule.models import Cycle
from schedule.vocabulary import DeadlineCode

from ..states import ANSWER_EDITABLE, ANSWER_MARKS, ANSWER_SILENT, AnswerState
from .governments import LocalGovernment
from .limits import LONG_TEXT


class DemandSurvey(Versioned):
    """The survey that opens a cycle: who wants trainees, how many, for what."""

    cycle = models.OneToOneField(
        Cycle, models.CASCADE, related_name="survey", verbose_name=_("cycle")
    )
    name_ja = models.CharField(_("name in Japanese"), max_length=100, default="受入要望調査")
    name_en = models.CharField(_("name in English"), max_length=100, default="Demand survey")
    text_ja = models.TextField(_("text in Japanese"), max_length=LONG_TEXT, blank=True)
    text_en = models.TextField(_("text in English"), max_length=LONG_TEXT, blank=True)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True, editable=False)
    opened_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("opened by"),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("closed by"),
    )

    class Meta:
        verbose_name = _("demand survey")
        verbose_name_plural = _("demand surveys")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(opened_at__isnull=False),
                name="survey_closed_after_it_was_opened",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.cycle.year_label}"

    @property
    def name(self) -> str:
        return self.name_ja if (get_language() or "ja") == "ja" else self.name_en

    @property
    def text(self) -> str:
        """What it says to those who answer, in the reader's language if there is such a text."""
        japanese = (get_language() or "ja") == "ja"
        return (self.text_ja or self.text_en) if japanese else (self.text_en or self.text_ja)

    @property
    def standing(self) -> str:
        """Where it stands, in a word."""
        if self.opened_at is None:
            return pgettext("survey", "being composed")
        if self.closed_at is not None or self.cycle.state != Cycle.State.OPEN:
            return pgettext("survey", "closed")
        return pgettext("survey", "open")

    @property
    def standing_mark(self) -> str:
        """The mark that stands beside that word."""
        if self.opened_at is None:
            return "half"
        return "full" if self.is_open and self.cycle.state == Cycle.State.OPEN else "done"

    @property
    def is_open(self) -> bool:
        """Whether it was sent out and not closed; the cycle may still have been ended."""
        return self.opened_at is not None and self.closed_at is None


class SurveyAnswerQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "SurveyAnswerQuerySet":
        """Staff see all, coordinators their own government's and those of what it came from, relay
        officers their prefecture's.
        """
        if user.is_staff:
            return self
        organisations = user.organisation_ids(Role.COORDINATOR)
        theirs = passing_through(user.organisation_ids(Role.RELAY))
        if organisations:
            merged = LocalGovernment.objects.succeeded_by(organisations)
            theirs |= Q(government__organisation__in=organisations) | Q(government__in=merged)
        return self.filter(theirs, survey__opened_at__isnull=False)

    def relayed_by(self, organisations: Iterable[int]) -> "SurveyAnswerQuerySet":
        """What passes through these prefectures, not what they answer themselves."""
        return self.filter(passing_through(organisations))

    def to_be_answered(self) -> "SurveyAnswerQuerySet":
        """Answers that still wait for the government itself."""
        return self.filter(IS_UNDER_WAY, state__in=ANSWER_EDITABLE)

    def silent(self) -> "SurveyAnswerQuerySet":
        """Those who were asked and have never answered (未回答), a draft or none."""
        return self.filter(survey__opened_at__isnull=False, state__in=ANSWER_SILENT)

    def to_receive(self) -> "SurveyAnswerQuerySet":
        """Answers that wait for the operator."""
        return self.filter(TO_RECEIVE)


def passing_through(organisations: Iterable[int]) -> Q:
    """The answers that these governments relay."""
    return Q(relay__organisation__in=list(organisations))


# What governments and relays may still act on: the survey is open, or opened again for this one.
IS_UNDER_WAY = Q(survey__opened_at__isnull=False, survey__cycle__state=Cycle.State.OPEN) & (
    Q(survey__closed_at=None) | Q(reopened_at__isnull=False)
)
# What waits for the operator: forwarded by a relay, or submitted by those who answer directly.
TO_RECEIVE = Q(survey__cycle__state=Cycle.State.OPEN) & (
    Q(state=AnswerState.FORWARDED) | Q(state=AnswerState.SUBMITTED, relay__isnull=True)
)


class SurveyAnswer(Versioned):
    """One government's answer to one survey. "No demand" is an answer, silence is none.

    While the survey is being composed, the rows are the list of whom it is going to ask.
    """

    class Channel(models.TextChoices):
        """How the answer came; all but the portal are entered by a relay officer or the staff."""

        PORTAL = "portal", _("in the portal")
        PAPER = "paper", _("on paper")
        TELEPHONE = "telephone", _("by telephone")
        MAIL = "mail", _("by e-mail")
        SPREADSHEET = "spreadsheet", _("by spreadsheet")

    class NoDemandKind(models.TextChoices):
        """The usual reasons; what is particular stands in the words beside it."""

        CAPACITY = "capacity", _("Nobody could look after a trainee")
        BUDGET = "budget", _("There is no budget for it")
        NO_NEED = "no_need", _("There is no need for it now")
        HOSTING = "hosting", _("We host, or have just hosted, a trainee")
        OTHER_SCHEME = "other_scheme", _("We use another programme")
        NO_PARTNER = "no_partner", _("There is no partner abroad to ask")
        STUDYING = "studying", _("We are still looking into it")
        OTHER = "other", pgettext_lazy("reason for no demand", "Another reason")

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
    relay = models.ForeignKey(
        LocalGovernment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="relayed_answers",
        verbose_name=_("relay"),
        help_text=_("Whom the answer passes through; empty where it goes to the operator."),
    )
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=AnswerState,
        default=AnswerState.NOT_OPENED,
        editable=False,
    )
    has_demand = models.BooleanField(_("wants trainees"), null=True, editable=False)
    no_demand_kind = models.CharField(
        _("kind of reason for no demand"), max_length=20, choices=NoDemandKind, blank=True
    )
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
    first_opened_at = models.DateTimeField(_("first opened at"), null=True, editable=False)
    channel = models.CharField(
        _("how it came"), max_length=20, choices=Channel, default=Channel.PORTAL, editable=False
    )
    entered_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("entered by"),
    )
    entered_note = models.CharField(
        _("how it was received"), max_length=300, blank=True, editable=False
    )
    extended_until = models.DateField(_("extended until"), null=True, editable=False)
    extension_reason = models.TextField(
        _("reason for the extension"), max_length=LONG_TEXT, blank=True, editable=False
    )
    reopened_at = models.DateTimeField(
        _("reopened after the closing at"), null=True, editable=False
    )
    relay_remark = models.TextField(_("remark of the relay"), max_length=LONG_TEXT, blank=True)
    relay_priority = models.PositiveSmallIntegerField(
        _("order of priority of the relay"), null=True, blank=True
    )

    objects = SurveyAnswerQuerySet.as_manager()

    # The way of an answer, and not what it says: left out of its versions (hosts.contents).
    not_in_versions = frozenset(
        {
            "state",
            "submitted_at",
            "submitted_by",
            "first_opened_at",
            "entered_by",
            "extended_until",
            "extension_reason",
            "reopened_at",
            "relay_remark",  # for the operator; a version is read by the government too
            "relay_priority",
        }
    )

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
            models.CheckConstraint(
                condition=Q(relay__isnull=True) | ~Q(relay=models.F("government")),
                name="answer_not_relayed_by_its_own_government",
            ),
            models.CheckConstraint(
                condition=Q(extended_until__isnull=True) | ~Q(extension_reason=""),
                name="answer_extended_for_a_reason",
            ),
            models.UniqueConstraint(
                fields=["survey", "relay", "relay_priority"], name="answer_one_per_priority"
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
    def is_relayed(self) -> bool:
        """Does it pass through another government on its way to the operator?"""
        return self.relay_id is not None

    @property
    def survey_deadline(self) -> str:
        """The code of the deadline by which the government answers."""
        if self.is_relayed:
            return DeadlineCode.SURVEY_MUNICIPALITY
        return DeadlineCode.SURVEY_DIRECT

    @property
    def is_under_way(self) -> bool:
        """Whether the government and its relay may still act on it: the survey is open, or was
        opened again for this one answer.
        """
        survey = self.survey
        takes_answers = survey.is_open or (survey.opened_at is not None and self.reopened_at)
        return bool(takes_answers) and survey.cycle.state == Cycle.State.OPEN

    @property
    def is_editable(self) -> bool:
        """Whether the government itself may still change it."""
        return self.state in ANSWER_EDITABLE and self.is_under_way

    @property
    def was_not_forwarded(self) -> bool:
        """Whether its survey was over before its relay had sent it on."""
        has_gone_on = self.state in {AnswerState.FORWARDED, AnswerState.RECEIVED}
        return self.is_relayed and not has_gone_on and not self.is_under_way

    @property
    def is_silent(self) -> bool:
        """Whether it was asked and has never answered."""
        return self.state in ANSWER_SILENT


class SurveyAnswerMove(MoveRow):
    """The history of a survey answer."""

    answer = models.ForeignKey(SurveyAnswer, models.CASCADE, related_name="moves")

    class Meta(MoveRow.Meta):
        verbose_name = _("move of a survey answer")
        verbose_name_plural = _("moves of survey answers")
