"""The papers of a dossier: which are asked of whom, and what was handed in."""

import uuid

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.models import User
from accounts.moves import MoveRow
from files.models import StoredFile
from schedule.vocabulary import Route

from ..states import DOCUMENT_MARKS, DocumentState
from .applications import Application, ApplicationQuerySet
from .limits import SHORT_TEXT


class DocumentKind(models.Model):
    """A paper that may be asked for: a page of the passport, a photo, a certificate. Data, so that
    staff add one without a programmer.
    """

    class Format(models.TextChoices):
        PAPER = "paper", pgettext_lazy("document", "PDF or picture")
        PHOTO = "photo", pgettext_lazy("document", "photo, 4 × 3 cm")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_ja = models.CharField(_("name in Japanese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    help_ja = models.TextField(
        _("what it must show, in Japanese"), max_length=SHORT_TEXT, blank=True
    )
    help_en = models.TextField(
        _("what it must show, in English"), max_length=SHORT_TEXT, blank=True
    )
    format = models.CharField(_("form"), max_length=10, choices=Format, default=Format.PAPER)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    has_issue_day = models.BooleanField(
        _("the day of issue is asked"),
        default=False,
        help_text=_("Needed for papers that are valid for so many days."),
    )
    is_special_care = models.BooleanField(
        _("tells of health"),
        default=False,
        help_text=_("Only staff and the person may open it; each look is recorded."),
    )

    class Meta:
        verbose_name = _("kind of document")
        verbose_name_plural = _("kinds of documents")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The day of issue stays asked while a rule counts from it."""
        super().clean()
        counts = self.pk and self.rules.filter(valid_days__isnull=False).exists()
        if counts and not self.has_issue_day:
            raise ValidationError(
                {"has_issue_day": _("A rule counts the days of its validity from this day.")}
            )

    @property
    def name(self) -> str:
        return self.name_ja if (get_language() or "ja") == "ja" else self.name_en

    @property
    def help(self) -> str:
        return self.help_ja if (get_language() or "ja") == "ja" else self.help_en


class DocumentRule(models.Model):
    """Of whom a document is asked: by nationality, residence and route, from day to day. Of several
    rules that fit, the strictest counts.
    """

    class Stage(models.TextChoices):
        """By when it must be there."""

        SUBMISSION = "submission", pgettext_lazy("document", "when the application is submitted")
        RESIDENCE = (
            "residence",
            pgettext_lazy("document", "when the certificate of eligibility is applied for"),
        )
        OFFERED = "offered", pgettext_lazy("document", "may be handed in")

    kind = models.ForeignKey(
        DocumentKind, models.CASCADE, related_name="rules", verbose_name=_("kind of document")
    )
    stage = models.CharField(
        pgettext_lazy("rule of a document", "needed"), max_length=20, choices=Stage
    )
    nationalities = CountryField(_("nationalities"), multiple=True, blank=True)
    residences = CountryField(
        _("countries of residence"),
        multiple=True,
        blank=True,
        help_text=_("Where both are named, both must fit."),
    )
    route = models.CharField(
        _("way of selection"), max_length=20, choices=Route, blank=True, help_text=_("Empty: both.")
    )
    valid_days = models.PositiveSmallIntegerField(
        _("valid for days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_("Counted from the day of issue."),
    )
    valid_from = models.DateField(_("rule valid from"), null=True, blank=True)
    valid_until = models.DateField(_("rule valid until"), null=True, blank=True)
    source = models.CharField(
        _("source of the rule"),
        max_length=300,
        blank=True,
        help_text=_("The law or notice, with its day."),
    )

    class Meta:
        verbose_name = _("rule of a document")
        verbose_name_plural = _("rules of documents")
        ordering = ["kind", "valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="document_rule_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.get_stage_display()}"

    def clean(self) -> None:
        """So many days are counted from a day of issue that somebody asks for; a rule ends no
        earlier than it begins.
        """
        super().clean()
        faults = {}
        if self.valid_days and self.kind_id and not self.kind.has_issue_day:
            faults["valid_days"] = _(
                "The day of issue is not asked with this kind of document, so nothing can be "
                "counted from it. Have it asked first, or leave this empty."
            )
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            faults["valid_until"] = _("This day lies before the first day of the rule.")
        if faults:
            raise ValidationError(faults)


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "DocumentQuerySet":
        """Staff see all, people their own, offices those of the applications that they may read but
        for what tells of health.
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        applications: ApplicationQuerySet = Application.objects.all()
        read = Q(application__in=applications.visible_to(user), kind__is_special_care=False)
        return self.filter(Q(application__trainee__user=user) | read)


class Document(models.Model):
    """One paper that was handed in. It is never changed: a better one is a further row, and the
    one before stays with the moment from which it no longer counts.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="documents", verbose_name=_("application")
    )
    kind = models.ForeignKey(
        DocumentKind, models.PROTECT, related_name="documents", verbose_name=_("kind of document")
    )
    file = models.OneToOneField(
        StoredFile, models.PROTECT, related_name="+", verbose_name=_("file")
    )
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=DocumentState,
        default=DocumentState.HANDED_IN,
        editable=False,
    )
    issued_on = models.DateField(_("day of issue"), null=True, blank=True)
    cut = models.JSONField(
        _("part of the picture that was kept"), null=True, blank=True, editable=False
    )  # of a photo: left, top, width, height in thousandths of the picture
    refusal = models.TextField(_("why it was refused"), max_length=SHORT_TEXT, blank=True)
    handed_in_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("handed in by"),
    )
    handed_in_at = models.DateTimeField(_("handed in at"), default=timezone.now, editable=False)
    replaced_by = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        editable=False,
        verbose_name=_("replaced by"),
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["application", "kind__order", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=Q(state__in=["handed_in", "accepted", "refused"]),
                name="document_one_of_a_kind_counts",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal=""),
                name="document_refused_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.kind}"

    def is_opened_by(self, user: User, *, is_own: bool) -> bool:
        """What `visible_to` asks beside the application, for who may read the application."""
        return is_own or user.is_staff or not self.kind.is_special_care

    @property
    def state_mark(self) -> str:
        """The mark that stands beside the word of its state."""
        return DOCUMENT_MARKS[DocumentState(self.state)]


class DocumentMove(MoveRow):
    """The history of a document."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="moves")

    class Meta(MoveRow.Meta):
        verbose_name = _("move of a document")
        verbose_name_plural = _("moves of documents")
