"""How a relay runs a survey among its municipalities: its round, its letters, its comments."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Role, User, Versioned
from accounts.moves import MoveRow

from .governments import LocalGovernment
from .limits import LONG_TEXT
from .requests import HostRequest
from .surveys import DemandSurvey, SurveyAnswer


class RelayRoundQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "RelayRoundQuerySet":
        """Staff see all, relay officers their own, coordinators that of the relay they answer
        through. Its remark is for the relay and the operator alone: pages see to that.
        """
        if user.is_staff:
            return self
        own = Q(relay__organisation__in=user.organisation_ids(Role.RELAY))
        asked = SurveyAnswer.objects.filter(
            government__organisation__in=user.organisation_ids(Role.COORDINATOR),
            relay=models.OuterRef("relay"),
            survey=models.OuterRef("survey"),
        )
        return self.filter(own | models.Exists(asked), survey__opened_at__isnull=False)


class RelayRound(Versioned):
    """One relay's part of one survey: its own date, its words and its opinion as a whole."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    survey = models.ForeignKey(
        DemandSurvey, models.CASCADE, related_name="rounds", verbose_name=_("demand survey")
    )
    relay = models.ForeignKey(
        LocalGovernment, models.PROTECT, related_name="rounds", verbose_name=_("relay")
    )
    own_due_on = models.DateField(_("own deadline for the municipalities"), null=True, blank=True)
    text_ja = models.TextField(_("text to the municipalities"), max_length=LONG_TEXT, blank=True)
    remark = models.TextField(_("remark on the whole"), max_length=LONG_TEXT, blank=True)

    objects = RelayRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round of a relay")
        verbose_name_plural = _("rounds of relays")
        ordering = ["survey", "relay__code"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "relay"], name="round_once_per_relay")
        ]

    def __str__(self) -> str:
        return f"{self.relay} {self.survey}"


class RelayLetterQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "RelayLetterQuerySet":
        """Relay officers see those of their rounds, drafts too; staff what was made final;
        coordinators the final ones that are addressed to their government.
        """
        final = Q(state__in=RelayLetter.FROZEN)
        if user.is_staff:
            return self.filter(final)
        own = Q(round__relay__organisation__in=user.organisation_ids(Role.RELAY))
        addressed = SurveyAnswer.objects.filter(
            relay_letters=models.OuterRef("pk"),
            government__organisation__in=user.organisation_ids(Role.COORDINATOR),
        )
        down = final & Q(direction=RelayLetter.Direction.DOWN) & models.Exists(addressed)
        return self.filter(own | down, round__survey__opened_at__isnull=False)


class RelayLetter(Versioned):
    """A covering letter of the relay, down to its municipalities or up to the operator (進達文).

    Once final its text, its bytes and its fingerprint stay; a correction is a letter of its own.
    """

    class Direction(models.TextChoices):
        DOWN = "down", pgettext_lazy("letter of a relay", "to the municipalities")
        UP = "up", pgettext_lazy("letter of a relay", "to the operator")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("letter of a relay", "draft")
        FINAL = "final", pgettext_lazy("letter of a relay", "final")
        SUPERSEDED = "superseded", pgettext_lazy("letter of a relay", "superseded")

    FROZEN = (State.FINAL, State.SUPERSEDED)

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(
        RelayRound, models.CASCADE, related_name="letters", verbose_name=_("round of a relay")
    )
    direction = models.CharField(
        _("direction"), max_length=4, choices=Direction, default=Direction.DOWN, editable=False
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    edition = models.PositiveSmallIntegerField(
        pgettext_lazy("letter", "version"), default=1, editable=False
    )
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="replaced_by",
        editable=False,
        verbose_name=pgettext_lazy("letter", "corrects"),
    )
    number = models.CharField(_("number of the letter"), max_length=50, blank=True)
    dated_on = models.DateField(_("date of the letter"), null=True, blank=True)
    addressee = models.TextField(pgettext_lazy("letter", "addressee"), max_length=1000, blank=True)
    sender = models.CharField(_("sender"), max_length=100, blank=True)
    subject = models.CharField(pgettext_lazy("letter", "subject"), max_length=200, blank=True)
    body = models.TextField(_("text of the letter"), max_length=LONG_TEXT, blank=True)
    items = models.TextField(_("items under 記"), max_length=LONG_TEXT, blank=True)
    contact = models.TextField(_("contact"), max_length=500, blank=True)
    answers = models.ManyToManyField(
        SurveyAnswer, related_name="relay_letters", blank=True, verbose_name=_("survey answers")
    )
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), null=True, editable=False)
    finalised_at = models.DateTimeField(_("made final at"), null=True, editable=False)
    finalised_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("made final by"),
    )

    objects = RelayLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter of a relay")
        verbose_name_plural = _("letters of relays")
        ordering = ["round", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", sha256="", size__isnull=True, finalised_at__isnull=True)
                | (
                    Q(state__in=["final", "superseded"])
                    & Q(size__gt=0, finalised_at__isnull=False, dated_on__isnull=False)
                    & ~Q(sha256="")
                    & ~Q(number="")
                ),
                name="relay_letter_final_has_bytes",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, edition=1)
                | Q(replaces__isnull=False, edition__gt=1),
                name="relay_letter_names_what_it_corrects",
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.subject)

    @property
    def is_final(self) -> bool:
        return self.state in self.FROZEN

    @property
    def file(self) -> str:
        """The name of its PDF in the storage "letters": the fingerprint of the bytes."""
        return f"{self.sha256}.pdf" if self.sha256 else ""


class RelayLetterMove(MoveRow):
    """The history of a relay's letter."""

    letter = models.ForeignKey(RelayLetter, models.CASCADE, related_name="moves")

    class Meta(MoveRow.Meta):
        verbose_name = _("move of a relay's letter")
        verbose_name_plural = _("moves of relays' letters")


class FieldCommentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "FieldCommentQuerySet":
        """Whoever sees the answer sees what was said of its fields."""
        if user.is_staff:
            return self
        return self.filter(answer__in=SurveyAnswer.objects.visible_to(user))

    def open(self) -> "FieldCommentQuerySet":
        """What has not been answered by submitting again."""
        return self.filter(resolved_at=None)


class FieldComment(models.Model):
    """What is to be corrected in one field of a returned answer; a new submission settles it."""

    class Sender(models.TextChoices):
        RELAY = "relay", pgettext_lazy("comment", "the relay")
        OPERATOR = "operator", pgettext_lazy("comment", "the operator")

    answer = models.ForeignKey(
        SurveyAnswer,
        models.CASCADE,
        related_name="field_comments",
        verbose_name=_("survey answer"),
    )
    host_request = models.ForeignKey(
        HostRequest,
        models.CASCADE,
        null=True,
        related_name="field_comments",
        verbose_name=_("host request"),
    )
    step = models.CharField(_("step of the form"), max_length=30)
    field = models.CharField(_("field of the form"), max_length=50)
    text = models.TextField(_("comment"), max_length=LONG_TEXT)
    sender = models.CharField(_("from"), max_length=10, choices=Sender)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    resolved_at = models.DateTimeField(_("resolved at"), null=True)

    objects = FieldCommentQuerySet.as_manager()

    part_of_answer = None  # said of an answer, not by it

    class Meta:
        verbose_name = _("comment on a field")
        verbose_name_plural = _("comments on fields")
        ordering = ["answer", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="field_comment_says_something"),
            models.UniqueConstraint(
                fields=["answer", "host_request", "step", "field"],
                condition=Q(resolved_at__isnull=True, host_request__isnull=False),
                name="field_comment_one_open_per_field",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step}.{self.field}: {self.text[:40]}"
