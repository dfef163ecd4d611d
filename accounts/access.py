"""Models of the ways into an account: printed codes, and what happened to an account's access."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CodeSheet(models.Model):
    """A printed sheet of one-time codes. It counts once its holder has typed a code from the paper;
    until then the sheet before it stays in force.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="code_sheets",
        verbose_name=_("person"),
    )
    is_factor = models.BooleanField(_("the second factor itself"), default=False)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)

    class Meta:
        verbose_name = _("sheet of codes")
        verbose_name_plural = _("sheets of codes")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed_at__isnull=False),
                name="code_sheet_one_in_force",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed_at__isnull=True),
                name="code_sheet_one_to_confirm",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.made_at:%Y-%m-%d})"

    def hash_of(self, code: str) -> str:
        """What is stored of a code: keyed, so that the rows alone tell nothing."""
        salt = f"accounts.code_sheet:{self.user_id}:{self.made_at.timestamp()}"
        return salted_hmac(salt, code, algorithm="sha256").hexdigest()


class SheetCode(models.Model):
    """One code of a sheet, by its number on the paper; only its hash is kept."""

    sheet = models.ForeignKey(
        CodeSheet, models.CASCADE, related_name="codes", verbose_name=_("sheet of codes")
    )
    number = models.PositiveSmallIntegerField(_("number on the sheet"))
    code_hash = models.CharField(max_length=64, editable=False)
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("code of a sheet")
        verbose_name_plural = _("codes of a sheet")
        ordering = ["sheet", "number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="sheet_code_one_per_number")
        ]

    def __str__(self) -> str:
        return str(self.number)


class AccessEvent(models.Model):
    """What happened to a person's ways in: who did it, when and why. Rows are only ever added."""

    class Kind(models.TextChoices):
        SHEET_MADE = "sheet_made", pgettext_lazy("access", "sheet of codes made")
        SHEET_REMOVED = "sheet_removed", pgettext_lazy("access", "sheet of codes removed")
        CODE_USED = "code_used", pgettext_lazy("access", "code of the sheet used")
        FACTOR_ADDED = "factor_added", pgettext_lazy("access", "second factor set up")
        FACTOR_REMOVED = "factor_removed", pgettext_lazy("access", "second factor removed")
        FACTOR_RESET = "factor_reset", pgettext_lazy("access", "second factor reset by staff")
        SESSIONS_ENDED = "sessions_ended", pgettext_lazy("access", "all sessions ended by staff")
        CLOSED = "closed", pgettext_lazy("access", "account closed")
        REOPENED = "reopened", pgettext_lazy("access", "account opened again")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="access_events",
        verbose_name=_("person"),
    )
    kind = models.CharField(_("what happened"), max_length=20, choices=Kind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    reason = models.TextField(_("reason"), blank=True)
    detail = models.CharField(_("detail"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("event of an account")
        verbose_name_plural = _("events of accounts")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"
