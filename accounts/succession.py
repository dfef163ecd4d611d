"""Models of who follows whom in an office: an announced last day with its successor, the request of
one whose predecessor has gone, and what happened to memberships.
"""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import Invitation, Language, Membership, Organisation, Role, User
from .moves import MoveRow, Table

TAKE_OVER_DAYS = 30
NOTE_MAX = 4000
ROLES_HANDED_OVER = [Role.COORDINATOR, Role.RELAY]


class MembershipEvent(models.Model):
    """What happened to somebody's role in an office, who did it and when. Rows are only added."""

    class Kind(models.TextChoices):
        INVITED = "invited", pgettext_lazy("membership", "invited")
        UNINVITED = "uninvited", pgettext_lazy("membership", "invitation taken back")
        BEGUN = "begun", pgettext_lazy("membership", "role begun")
        ENDS = "ends", pgettext_lazy("membership", "last day set")
        STAYS = "stays", pgettext_lazy("membership", "last day taken back")

    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="membership_events",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    kind = models.CharField(_("what happened"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    on = models.DateField(_("day from which it holds"), null=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("event of a membership")
        verbose_name_plural = _("events of memberships")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["organisation", "at"], name="membership_event_by_office")]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_kind_display()}"


class HandOver(models.Model):
    """Somebody's announced last day, what they leave behind, and who comes after them."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    membership = models.ForeignKey(
        Membership,
        models.CASCADE,
        related_name="hand_overs",
        verbose_name=_("membership that ends"),
    )
    last_day = models.DateField(_("last day"))
    note = models.TextField(_("what the next person should know"), max_length=NOTE_MAX, blank=True)
    successor_name = models.CharField(_("name of the successor"), max_length=200, blank=True)
    successor_email = models.EmailField(_("office e-mail address of the successor"), blank=True)
    successor_from = models.DateField(_("first day of the successor"), null=True, blank=True)
    invitation = models.ForeignKey(
        Invitation,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("invitation"),
    )
    announced_at = models.DateTimeField(_("announced at"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, editable=False)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["-announced_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(withdrawn_at__isnull=True),
                name="hand_over_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(successor_name="", successor_email="", successor_from__isnull=True)
                | ~Q(successor_name="") & ~Q(successor_email="") & Q(successor_from__isnull=False),
                name="hand_over_names_its_successor_fully",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership} ({self.last_day})"

    @property
    def has_successor(self) -> bool:
        return bool(self.successor_email)


class TakeOverState(models.TextChoices):
    """What becomes of the request of one whose predecessor has gone."""

    ASKED = "asked", pgettext_lazy("take-over", "waits for confirmation")
    CONFIRMED = "confirmed", pgettext_lazy("take-over", "confirmed")
    REFUSED = "refused", pgettext_lazy("take-over", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("take-over", "withdrawn by the one who asked")
    EXPIRED = "expired", pgettext_lazy("take-over", "expired without an answer")


TAKE_OVER_MOVES: Table = {
    TakeOverState.ASKED: {
        TakeOverState.CONFIRMED,
        TakeOverState.REFUSED,
        TakeOverState.WITHDRAWN,
        TakeOverState.EXPIRED,
    },
}
TAKE_OVER_MARKS = {
    TakeOverState.ASKED: "half",
    TakeOverState.CONFIRMED: "done",
    TakeOverState.REFUSED: "stopped",
    TakeOverState.WITHDRAWN: "stopped",
    TakeOverState.EXPIRED: "stopped",
}


class TakeOverQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "TakeOverQuerySet":
        """Staff see all; relay officers what waits for, or was answered by, their office."""
        if user.is_staff:
            return self
        return self.filter(confirmer__in=user.organisation_ids(Role.RELAY))

    def waiting(self, now: datetime) -> "TakeOverQuerySet":
        """What can still be confirmed or refused."""
        asked_since = now - timedelta(days=TAKE_OVER_DAYS)
        return self.filter(state=TakeOverState.ASKED, asked_at__gt=asked_since)

    def run_out(self, now: datetime) -> "TakeOverQuerySet":
        """What nobody has answered in thirty days."""
        asked_until = now - timedelta(days=TAKE_OVER_DAYS)
        return self.filter(state=TakeOverState.ASKED, asked_at__lte=asked_until)


class TakeOver(models.Model):
    """Somebody says: I am the new person in charge, and my predecessor has gone. It gives no right
    until the office above it, or the operator, has confirmed it.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="take_overs",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    confirmer = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who confirms"),
        help_text=_("Empty where the operator does."),
    )
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("office e-mail address"))
    section = models.CharField(_("section"), max_length=200)
    telephone = models.CharField(_("telephone"), max_length=40)
    note = models.TextField(_("remark"), max_length=NOTE_MAX, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.JAPANESE
    )
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=TakeOverState,
        default=TakeOverState.ASKED,
        editable=False,
    )
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now, editable=False)
    invitation = models.ForeignKey(
        Invitation,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("invitation"),
    )
    withdrawal_hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = TakeOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("take-over")
        verbose_name_plural = _("take-overs")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "role", "email"],
                condition=Q(state="asked"),
                name="take_over_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="take_over_email_is_lower"
            ),
            models.CheckConstraint(
                condition=Q(role__in=["coordinator", "relay"]), name="take_over_of_an_office_role"
            ),
        ]
        indexes = [models.Index(fields=["asked_at", "id"], name="take_over_by_day")]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.name}"

    @property
    def state_mark(self) -> str:
        """The mark that stands beside the word of its state."""
        return TAKE_OVER_MARKS[TakeOverState(self.state)]

    @property
    def expires_at(self) -> datetime:
        return self.asked_at + timedelta(days=TAKE_OVER_DAYS)

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be confirmed or refused."""
        return self.state == TakeOverState.ASKED and self.expires_at > timezone.now()


class TakeOverMove(MoveRow):
    """The history of a take-over."""

    take_over = models.ForeignKey(TakeOver, models.CASCADE, related_name="moves")

    class Meta(MoveRow.Meta):
        verbose_name = _("move of a take-over")
        verbose_name_plural = _("moves of take-overs")
