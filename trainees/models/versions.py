"""What was submitted, kept for ever; what may be changed afterwards, and by whose leave; rules that
were waived.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.moves import MoveRow
from files.encrypted import EncryptedJSONField

from ..states import REOPENING_MARKS, REOPENING_OPEN, ReopeningState
from .applications import Application
from .limits import SHORT_TEXT


class DossierVersion(models.Model):
    """The dossier as it was submitted: everything that was said, encrypted, and each file by its
    hash. Rows are only added; later edits never change what was judged.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="versions", verbose_name=_("application")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    data = EncryptedJSONField(_("what was submitted"), default=dict, editable=False)
    files = models.JSONField(
        _("files by their SHA-256"), default=list, editable=False
    )  # [{"kind", "document", "name", "sha256", "original_sha256"}]
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    reason = models.CharField(_("reason"), max_length=SHORT_TEXT, blank=True)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("version of a dossier")
        verbose_name_plural = _("versions of dossiers")
        ordering = ["application", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="dossier_version_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1) & ~Q(sha256=""), name="dossier_version_is_described"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} v{self.number}"


class Reopening(models.Model):
    """Single fields of a submitted dossier that its person may change until a day; what they
    propose counts once somebody has approved it.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="reopenings", verbose_name=_("application")
    )
    fields = models.JSONField(_("fields"), default=list)  # "person.katakana", "document.photo"
    reason = models.TextField(_("reason"), max_length=SHORT_TEXT)
    open_until = models.DateField(_("open until"))
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=ReopeningState,
        default=ReopeningState.OPEN,
        editable=False,
    )
    proposed = EncryptedJSONField(_("proposed values"), default=dict, editable=False)
    proposed_at = models.DateTimeField(_("proposed at"), null=True, editable=False)
    opened_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decision_reason = models.TextField(_("reason"), max_length=SHORT_TEXT, blank=True)

    class Meta:
        verbose_name = _("reopening of fields")
        verbose_name_plural = _("reopenings of fields")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=REOPENING_OPEN),
                name="reopening_one_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="reopening_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {', '.join(self.fields)}"

    @property
    def state_mark(self) -> str:
        """The mark that stands beside the word of its state."""
        return REOPENING_MARKS[ReopeningState(self.state)]


class ReopeningMove(MoveRow):
    """The history of a reopening."""

    reopening = models.ForeignKey(Reopening, models.CASCADE, related_name="moves")

    class Meta(MoveRow.Meta):
        verbose_name = _("move of a reopening")
        verbose_name_plural = _("moves of reopenings")


class Waiver(models.Model):
    """A rule of eligibility that staff waived for one person, with the reason; it stays readable
    when it is taken back.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="waivers", verbose_name=_("application")
    )
    rule = models.SlugField(_("rule"), max_length=50)
    reason = models.TextField(_("reason"), max_length=SHORT_TEXT)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    ended_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("ended by"),
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    class Meta:
        verbose_name = _("waiver of a rule")
        verbose_name_plural = _("waivers of rules")
        ordering = ["application", "at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "rule"],
                condition=Q(ended_at__isnull=True),
                name="waiver_once_per_rule",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.rule}"
