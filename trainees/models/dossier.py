"""The lines of a dossier: family, education, career, languages, stays, refusals, health; and what
the employer says.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from accounts.models import Language, User, Versioned
from files.encrypted import EncryptedJSONField
from files.models import StoredFile

from .applications import Application
from .limits import LONG_TEXT, NAME_LENGTH, SHORT_TEXT

LINES_MOST = 30  # of one kind in one dossier
# Days of which only the month is asked; they are kept as its first day.
MONTHS = frozenset(
    {
        ("Education", "starts_on"),
        ("Education", "ends_on"),
        ("Career", "starts_on"),
        ("Career", "ends_on"),
        ("VisaRefusal", "month"),
    }
)


class Line(Versioned):
    """One line of a list that the person fills in, in the order in which they put it."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application,
        models.CASCADE,
        related_name="%(class)s_lines",
        editable=False,
        verbose_name=_("application"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        abstract = True
        ordering = ["application", "order", "pk"]


def is_month(model: type[models.Model], name: str) -> bool:
    """Whether this column keeps a month, so that no page may print a day of it."""
    return (model.__name__, name) in MONTHS


class FamilyMember(Line):
    """Somebody of the family; residence procedures ask for them."""

    class Relation(models.TextChoices):
        SPOUSE = "spouse", pgettext_lazy("family", "wife, husband or partner")
        CHILD = "child", pgettext_lazy("family", "child")
        PARENT = "parent", pgettext_lazy("family", "parent")
        SIBLING = "sibling", pgettext_lazy("family", "brother or sister")
        OTHER = "other", pgettext_lazy("family", "other")

    name = models.CharField(pgettext_lazy("family", "name"), max_length=NAME_LENGTH)
    relation = models.CharField(_("relation"), max_length=10, choices=Relation)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    lives_in_japan = models.BooleanField(_("lives in Japan"), default=False)

    class Meta(Line.Meta):
        verbose_name = _("member of the family")
        verbose_name_plural = _("members of the family")

    def __str__(self) -> str:
        return self.name


class Education(Line):
    """One school or university, with the months in which it began and ended."""

    school = models.CharField(_("school or university"), max_length=200)
    country = CountryField(verbose_name=_("country"), blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    degree = models.CharField(_("degree or certificate"), max_length=200, blank=True)
    starts_on = models.DateField(pgettext_lazy("period", "from"), null=True, blank=True)
    ends_on = models.DateField(pgettext_lazy("period", "until"), null=True, blank=True)

    class Meta(Line.Meta):
        verbose_name = _("line of the education")
        verbose_name_plural = _("lines of the education")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="education_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.school


class Career(Line):
    """One earlier post."""

    employer = models.CharField(_("employer"), max_length=200)
    position = models.CharField(pgettext_lazy("employment", "position"), max_length=200, blank=True)
    duties = models.TextField(_("duties"), max_length=SHORT_TEXT, blank=True)
    starts_on = models.DateField(pgettext_lazy("period", "from"), null=True, blank=True)
    ends_on = models.DateField(pgettext_lazy("period", "until"), null=True, blank=True)

    class Meta(Line.Meta):
        verbose_name = _("line of the career")
        verbose_name_plural = _("lines of the career")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="career_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.employer


class LanguageSkill(Line):
    """How well the person knows a language, and what shows it."""

    class Level(models.TextChoices):
        NATIVE = "native", pgettext_lazy("level", "mother tongue")
        A1 = "A1", "CEFR A1"
        A2 = "A2", "CEFR A2"
        B1 = "B1", "CEFR B1"
        B2 = "B2", "CEFR B2"
        C1 = "C1", "CEFR C1"
        C2 = "C2", "CEFR C2"
        N5 = "N5", "JLPT N5"
        N4 = "N4", "JLPT N4"
        N3 = "N3", "JLPT N3"
        N2 = "N2", "JLPT N2"
        N1 = "N1", "JLPT N1"

    language = models.CharField(_("language"), max_length=100)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    evidence = models.CharField(
        _("what shows it"),
        max_length=200,
        blank=True,
        help_text=_("A test with its result and year, years of school, a stay, daily work."),
    )
    tested_on = models.DateField(_("day of the test"), null=True, blank=True)

    class Meta(Line.Meta):
        verbose_name = _("language of a candidate")
        verbose_name_plural = _("languages of candidates")

    def __str__(self) -> str:
        return f"{self.language} {self.get_level_display()}"


class StayInJapan(Line):
    """An earlier stay in Japan; residence procedures ask for each."""

    starts_on = models.DateField(pgettext_lazy("period", "from"))
    ends_on = models.DateField(pgettext_lazy("period", "until"))
    purpose = models.CharField(pgettext_lazy("of a stay", "purpose"), max_length=200)
    status = models.CharField(_("status of residence"), max_length=100, blank=True)
    place = models.CharField(pgettext_lazy("of a stay", "place"), max_length=200, blank=True)

    class Meta(Line.Meta):
        verbose_name = _("earlier stay in Japan")
        verbose_name_plural = _("earlier stays in Japan")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="stay_in_japan_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}"


class VisaRefusal(Line):
    """An earlier refusal of a visa or of entry; it closes no door by itself."""

    country = CountryField(verbose_name=_("country"))
    month = models.DateField(_("month"), help_text=_("Kept as the first day of the month."))
    what = models.CharField(_("what was refused"), max_length=200)
    reason = models.TextField(_("reason, as far as it was told"), max_length=SHORT_TEXT, blank=True)

    class Meta(Line.Meta):
        verbose_name = _("refusal of a visa")
        verbose_name_plural = _("refusals of visas")

    def __str__(self) -> str:
        return f"{self.country} {self.month:%Y-%m}"


class HealthDeclaration(Versioned):
    """What the person declares about their health; kept encrypted, and only with a consent."""

    application = models.OneToOneField(
        Application,
        models.CASCADE,
        related_name="health",
        editable=False,
        verbose_name=_("application"),
    )
    answers = EncryptedJSONField(_("answers"), default=dict)
    declared_at = models.DateTimeField(_("declared at"), null=True, editable=False)

    class Meta:
        verbose_name = _("health declaration")
        verbose_name_plural = _("health declarations")

    def __str__(self) -> str:
        return str(self.application)


class SenderStatement(models.Model):
    """What the overseas local government says of its official: employment, return to the post,
    recommendation. Rows are only added; the last one counts.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, models.CASCADE, related_name="statements", verbose_name=_("application")
    )
    is_employed = models.BooleanField(_("is employed there"))
    employed_since = models.DateField(_("employed since"), null=True, blank=True)
    will_return = models.BooleanField(_("returns to the post afterwards"))
    grants_leave = models.BooleanField(_("has leave for the whole stay"))
    recommendation = models.TextField(_("recommendation"), max_length=LONG_TEXT, blank=True)
    file = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recommendation as a file"),
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    given_by = models.CharField(_("given by"), max_length=NAME_LENGTH)
    given_post = models.CharField(_("post"), max_length=200, blank=True)
    given_at = models.DateTimeField(_("given at"), default=timezone.now, editable=False)
    entered_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("entered by"),
    )  # where it came by letter; nobody where the government wrote it itself

    class Meta:
        verbose_name = _("statement of the employer")
        verbose_name_plural = _("statements of employers")
        ordering = ["application", "-given_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.application}: {self.given_by}"

    @property
    def is_full(self) -> bool:
        """Whether the employer confirms everything that is asked, with a recommendation."""
        said = self.is_employed and self.will_return and self.grants_leave
        return said and bool(self.recommendation.strip() or self.file_id)
