"""What a person agrees to: each text in versions, each consent with its version and moment."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Language

from .applications import Application
from .limits import LONG_TEXT


class ConsentKind(models.TextChoices):
    """What is agreed to; health and belief need a consent of their own (Act on the Protection of
    Personal Information, article 20(2): 要配慮個人情報).
    """

    SHARING = "sharing", pgettext_lazy("consent", "use of my data for the selection and the stay")
    HEALTH = "health", pgettext_lazy("consent", "health declaration")
    NEEDS = "needs", pgettext_lazy("consent", "dietary and religious needs")


class ConsentTextQuerySet(models.QuerySet):
    def in_force(self, on: date) -> "ConsentTextQuerySet":
        """The versions that had begun on this day, the newest of each kind first."""
        return self.filter(valid_from__lte=on).order_by("kind", "-version")


class ConsentText(models.Model):
    """One version of the text of a consent. What was agreed to once is never changed."""

    kind = models.CharField(_("consent"), max_length=20, choices=ConsentKind)
    version = models.PositiveSmallIntegerField(_("version"))
    valid_from = models.DateField(_("valid from"))
    text_ja = models.TextField(_("text in Japanese"), max_length=LONG_TEXT)
    text_en = models.TextField(_("text in English"), max_length=LONG_TEXT)

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a consent")
        verbose_name_plural = _("texts of consents")
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="consent_text_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"

    @property
    def text(self) -> str:
        return self.text_ja if (get_language() or "ja") == "ja" else self.text_en


CONSENT_READ = ["id", "language", "given_at", "text__id", "text__kind", "text__version"]


class Consent(models.Model):
    """That a person agreed to a version of a text, when, in which language; taken back, it stays
    readable with the moment.
    """

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="consents", verbose_name=_("application")
    )
    text = models.ForeignKey(
        ConsentText, models.PROTECT, related_name="consents", verbose_name=_("text of a consent")
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    given_at = models.DateTimeField(_("given at"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, editable=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["application", "given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "text"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_once_per_text",
            )
        ]

    def __str__(self) -> str:
        return str(self.text)
