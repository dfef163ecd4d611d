"""Proposals of the solver, placements and their notices."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.moves import MoveRow
from hosts.models import HostRequest, SurveyAnswer
from notices.models import Letter
from notices.states import LetterState
from schedule.models import Cycle, MatchingMode
from trainees.models import Application

from ..states import SEATED, TOLD, PlacementState


class MatchRun(models.Model):
    """One proposal of the solver, kept with what went in and what came out, so it can be
    replayed.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(
        Cycle, models.PROTECT, related_name="match_runs", verbose_name=_("cycle")
    )
    mode = models.CharField(_("way of matching"), max_length=10, choices=MatchingMode)
    input = models.JSONField(_("what went in"), editable=False)
    output = models.JSONField(_("what came out"), editable=False)
    made_with = models.CharField(_("made with"), max_length=100, editable=False)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    made_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("made by"),
    )

    class Meta:
        verbose_name = _("run of the solver")
        verbose_name_plural = _("runs of the solver")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.cycle} #{self.pk}"


class PlacementQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "PlacementQuerySet":
        """Staff see all; hosts, their relay and the trainee what was announced to them."""
        if user.is_staff:
            return self
        own = Q(
            host_request__answer__government__organisation__in=user.organisation_ids(
                Role.COORDINATOR
            )
        )
        relayed = Q(
            host_request__answer__in=SurveyAnswer.objects.relayed_by(
                user.organisation_ids(Role.RELAY)
            )
        )
        mine = Q(application__trainee__user=user)
        told = Q(state__in=TOLD)
        return self.filter(told, own | relayed | mine)

    def seated(self) -> "PlacementQuerySet":
        """Placements that take a seat."""
        return self.filter(state__in=SEATED)

    def with_names(self) -> "PlacementQuerySet":
        """With everything that a list shows of both sides."""
        return self.select_related(
            "application__trainee",
            "application__cycle__programme",
            "application__sending_government__organisation",
            "host_request__answer__survey__cycle__programme",
            "host_request__answer__government__organisation",
            "host_request__answer__government__prefecture__organisation",
            "host_request__training_programme",
        )


class Placement(models.Model):
    """One application joined to one host request."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="placements", verbose_name=_("application")
    )
    host_request = models.ForeignKey(
        HostRequest, models.PROTECT, related_name="placements", verbose_name=_("host request")
    )
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=PlacementState,
        default=PlacementState.PROPOSED,
        editable=False,
    )
    run = models.ForeignKey(
        MatchRun,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="placements",
        editable=False,
        verbose_name=_("run of the solver"),
    )
    reason = models.TextField(
        _("reason for placing by hand"), max_length=2000, blank=True, editable=False
    )
    starts_on = models.DateField(_("first day of the stay"), editable=False)
    ends_on = models.DateField(_("last day of the stay"), editable=False)
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    decided_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    announced_at = models.DateTimeField(_("announced at"), null=True, editable=False)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["host_request", "application"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=SEATED),
                name="placement_one_seat_per_application",
            ),
            models.CheckConstraint(
                condition=Q(run__isnull=False) | ~Q(reason=""),
                name="placement_by_hand_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "waiting", "cancelled"])
                | Q(decided_on__isnull=False),
                name="placement_decided_has_day",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="placement_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["host_request", "state"], name="placement_request_state"),
            models.Index(fields=["decided_on", "id"], name="placement_by_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.application} → {self.host_request}"

    @property
    def is_by_hand(self) -> bool:
        """Placed by a person, with a reason; the solver leaves it where it is."""
        return self.run_id is None


class PlacementMove(MoveRow):
    """The history of a placement."""

    placement = models.ForeignKey(Placement, models.CASCADE, related_name="moves")

    class Meta(MoveRow.Meta):
        verbose_name = _("move of a placement")
        verbose_name_plural = _("moves of placements")


class PlacementNoticeQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "PlacementNoticeQuerySet":
        """Each side sees its own letter, once the placement was announced; staff see all issued."""
        readable = self.filter(letter__state__in=[LetterState.ISSUED, LetterState.SUPERSEDED])
        if user.is_staff:
            return readable
        told = Q(placement__state__in=TOLD)
        host = Q(
            audience=PlacementNotice.Audience.HOST,
            placement__host_request__answer__government__organisation__in=user.organisation_ids(
                Role.COORDINATOR
            ),
        )
        mine = Q(
            audience=PlacementNotice.Audience.TRAINEE,
            placement__application__trainee__user=user,
        )
        return readable.filter(told, host | mine)


class PlacementNotice(models.Model):
    """The notice of decision of one placement to one side; a correction is a further row."""

    class Audience(models.TextChoices):
        HOST = "host", _("host government")
        TRAINEE = "trainee", _("trainee")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    placement = models.ForeignKey(
        Placement, models.PROTECT, related_name="notices", verbose_name=_("placement")
    )
    audience = models.CharField(_("for whom"), max_length=10, choices=Audience)
    letter = models.OneToOneField(
        Letter, models.PROTECT, related_name="placement_notice", verbose_name=_("letter")
    )

    objects = PlacementNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice of decision")
        verbose_name_plural = _("notices of decision")
        ordering = ["placement", "audience", "pk"]

    def __str__(self) -> str:
        return str(self.letter)
