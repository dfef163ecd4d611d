"""People, the organisations they act for, and the ways in.

Organisations own the data; people come and go. What a person may do follows from the memberships
that are in force on the day, read anew with each request.
"""

import hashlib
import uuid
from contextlib import suppress
from datetime import date, timedelta
from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from files.encrypted import EncryptedJSONField

from .names import check_number, clean_name, clean_number
from .trail import AuditRecord as AuditRecord  # a table of this app, told of where it is written

INVITATION_DAYS = 7
TELEPHONE_MAX = 40


class Language(models.TextChoices):
    """The languages of the portal."""

    JAPANESE = "ja", _("Japanese")
    ENGLISH = "en", _("English")


class Role(models.TextChoices):
    """What a person does in the programme."""

    TRAINEE = "trainee", pgettext_lazy("role", "trainee")
    ALUMNUS = "alumnus", pgettext_lazy("role", "alumnus")
    COORDINATOR = "coordinator", pgettext_lazy("role", "host coordinator")
    RELAY = "relay", pgettext_lazy("role", "relay officer")
    TAX_OFFICER = "tax_officer", pgettext_lazy("role", "tax officer of a prefecture")
    OVERSEAS_OFFICE = "overseas_office", pgettext_lazy("role", "overseas office officer")
    TRAINING_INSTITUTE = "training_institute", pgettext_lazy("role", "training institute officer")
    MIC = "mic", pgettext_lazy("role", "MIC officer")
    REVIEWER = "reviewer", pgettext_lazy("role", "reviewer")
    STAFF = "staff", pgettext_lazy("role", "staff")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "administrator")


STAFF_ROLES = frozenset({Role.STAFF, Role.ADMINISTRATOR})
PERSONAL_ROLES = frozenset({Role.TRAINEE, Role.ALUMNUS})
ROLES_OF_PEOPLE = ["alumnus", "trainee"]  # in a fixed order: migrations compare them
ROLES_OF_OFFICES = sorted(set(Role.values) - set(ROLES_OF_PEOPLE))


class UserManager(BaseUserManager["User"]):
    """Creates people; an e-mail address is their name for the portal."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Create a person; without a password one who signs in by code."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user

    @transaction.atomic
    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """Create the first administrator of an installation, with a membership of its operator."""
        user = self.create_user(email, password, **fields)
        operators = Organisation.objects.filter(kind=Organisation.Kind.OPERATOR).order_by("pk")
        operator = operators.first() or Organisation.objects.create(
            kind=Organisation.Kind.OPERATOR, name_ja="運営団体", name_en="Operator"
        )
        Membership.objects.create(user=user, organisation=operator, role=Role.ADMINISTRATOR)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


def _checked_name(name: str) -> str:
    try:
        return clean_name(name)
    except ValidationError as error:
        raise ValidationError({"name": error}) from error


def _in_one_width(number: str) -> str:
    """As it is kept; what is no number is told by the field's own check, where the field is."""
    with suppress(ValidationError):
        return clean_number(number)
    return number


class User(AbstractBaseUser):
    """A person. Their rights come from memberships, never from this row."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    telephone = models.CharField(
        _("office telephone"),
        max_length=TELEPHONE_MAX,
        blank=True,
        validators=[check_number],
        help_text=_("It stands beside your name where others of the survey are told whom to call."),
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.JAPANESE
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demo = models.BooleanField(_("demonstration sign-in"), default=False, editable=False)
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)
    session_round = models.PositiveIntegerField(
        _("round of sessions"), default=0, editable=False
    )  # one up ends every open session

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_whatever_the_case"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_is_lower"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        """The name stands on one line; every form of a person asks this."""
        super().clean()
        self.email = self.email.lower()
        self.name = _checked_name(self.name)
        self.telephone = _in_one_width(self.telephone)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What every session of this person was opened under: the password and the round."""
        salt = "accounts.models.User.session"
        value = f"{self.password}:{self.session_round}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def active_memberships(self) -> list["Membership"]:
        """The memberships in force today, read once per request."""
        memberships = self.memberships.in_force(timezone.localdate())
        return list(memberships.select_related("organisation").order_by("pk"))

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(membership.role for membership in self.active_memberships)

    def has_role(self, *roles: str) -> bool:
        """Whether any of these roles is in force today."""
        return not self.roles.isdisjoint(roles)

    def organisation_ids(self, *roles: str) -> list[int]:
        """The organisations this person acts for today in any of these roles."""
        memberships = [m for m in self.active_memberships if m.role in roles]
        return [m.organisation_id for m in memberships if m.organisation_id is not None]

    @property
    def is_staff(self) -> bool:
        """Whether the staff desk is open to this person."""
        return self.is_active and self.has_role(*STAFF_ROLES)

    @property
    def is_superuser(self) -> bool:
        return self.is_active and self.has_role(Role.ADMINISTRATOR)

    @property
    def needs_second_factor(self) -> bool:
        """Everyone but trainees and alumni; demonstration sign-ins exist in the embedded mode
        only.
        """
        if self.is_demo and not settings.PRODUCTION:
            return False
        return bool(self.roles - PERSONAL_ROLES)

    @property
    def signs_in_by_code(self) -> bool:
        """Trainees and alumni have no password; the code is sent to their address."""
        return not self.has_usable_password()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Staff may do what the desk offers; people and memberships are the administrator's."""
        if not self.is_staff:
            return False
        app, _dot, action = perm.partition(".")
        if app in {"accounts", "account", "mfa", "usersessions", "auth"}:
            return self.is_superuser or action.startswith("view_")
        return True

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "OrganisationQuerySet":
        """Staff see all; everyone else the organisations they act for."""
        if user.is_staff:
            return self
        return self.filter(pk__in=[m.organisation_id for m in user.active_memberships])


class Organisation(models.Model):
    """A body that people act for. A local government or an overseas office is a profile of one."""

    class Kind(models.TextChoices):
        OPERATOR = "operator", _("operator of the programme")
        MINISTRY = "ministry", _("ministry")
        LOCAL_GOVERNMENT = "local_government", _("local government")
        OVERSEAS_OFFICE = "overseas_office", _("overseas office")
        AGENCY = "agency", _("agency of a country")
        SENDING_GOVERNMENT = "sending_government", _("overseas local government")
        TRAINING_INSTITUTE = "training_institute", _("training institute")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name_ja = models.CharField(_("name in Japanese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["kind", "name_ja"]
        indexes = [models.Index(fields=["kind", "name_ja"], name="organisation_kind_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the reader."""
        return self.name_in(get_language() or Language.JAPANESE)

    def name_in(self, language: str) -> str:
        if language == Language.JAPANESE:
            return self.name_ja or self.name_en
        return self.name_en or self.name_ja


class MembershipQuerySet(models.QuerySet):
    def in_force(self, on: date) -> "MembershipQuerySet":
        """The memberships that hold on this day."""
        begun = Q(starts_on__isnull=True) | Q(starts_on__lte=on)
        not_over = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        return self.filter(begun, not_over)


class Membership(models.Model):
    """One role of one person, for one organisation or, for trainees and alumni, for themselves."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    starts_on = models.DateField(_("valid from"), null=True, blank=True)
    ends_on = models.DateField(_("valid until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                name="membership_once_per_role",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(organisation__isnull=True),
                name="membership_personal_role_once",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, role__in=ROLES_OF_OFFICES)
                | Q(organisation__isnull=True, role__in=ROLES_OF_PEOPLE),
                name="membership_role_fits_organisation",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=models.F("starts_on")),
                name="membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


def _in_seven_days():
    return timezone.now() + timedelta(days=INVITATION_DAYS)


class Invitation(models.Model):
    """A way in for one address: single use, seven days, accepted by POST; only its hash is kept."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=200)
    telephone = models.CharField(
        _("office telephone"), max_length=TELEPHONE_MAX, blank=True, validators=[check_number]
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, verbose_name=_("organisation")
    )
    starts_on = models.DateField(
        _("first day of the role"), null=True, blank=True, help_text=_("Empty: the day of its use.")
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("invited by"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"), default=_in_seven_days)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="invitations_accepted",
        editable=False,
        verbose_name=_("accepted by"),
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, role__in=ROLES_OF_OFFICES)
                | Q(organisation__isnull=True, role__in=ROLES_OF_PEOPLE),
                name="invitation_role_fits_organisation",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="invitation_email_is_lower"
            ),
        ]
        indexes = [models.Index(fields=["created_at", "id"], name="invitation_by_creation")]

    def __str__(self) -> str:
        return f"{self.email} ({self.get_role_display()})"

    def clean(self) -> None:
        """The invited person's name and number are going to be those of the account."""
        self.name = _checked_name(self.name)
        self.telephone = _in_one_width(self.telephone)

    @staticmethod
    def hash_of(token: str) -> str:
        """What is stored of a token."""
        return hashlib.sha256(token.encode()).hexdigest()

    def is_usable(self) -> bool:
        """Whether it can still be accepted: neither used, nor revoked, nor expired."""
        return (
            self.accepted_at is None
            and self.revoked_at is None
            and self.expires_at > timezone.now()
        )


class FormDraft(models.Model):
    """What a person has typed into a form and not yet saved, so that a lost session loses
    nothing. It is kept encrypted: some forms ask for passports, health or belief.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    form = models.CharField(_("form"), max_length=200)
    values = EncryptedJSONField(_("what was typed"), default=dict)
    saved_at = models.DateTimeField(_("saved at"), auto_now=True)

    class Meta:
        verbose_name = _("draft of a form")
        verbose_name_plural = _("drafts of forms")
        constraints = [models.UniqueConstraint(fields=["user", "form"], name="one_draft_per_form")]

    def __str__(self) -> str:
        return self.form


class Submission(models.Model):
    """A create form that was sent, so that sending it again does nothing twice."""

    key = models.UUIDField(_("key of the form"), unique=True)
    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="+", verbose_name=_("person")
    )
    link = models.ForeignKey(
        "PersonalLink", models.CASCADE, null=True, related_name="+", verbose_name=_("personal link")
    )  # through which somebody without an account has sent it
    result = models.CharField(_("address of the result"), max_length=300)
    sent_at = models.DateTimeField(_("sent at"), auto_now_add=True)

    class Meta:
        verbose_name = _("sent form")
        verbose_name_plural = _("sent forms")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, link__isnull=True)
                | Q(user__isnull=True, link__isnull=False),
                name="submission_has_one_sender",
            )
        ]

    def __str__(self) -> str:
        return str(self.key)


class Versioned(models.Model):
    """A row that people edit. Its number goes up with each edit, so that nobody overwrites
    unseen.
    """

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True


from .access import AccessEvent, CodeSheet, SheetCode  # noqa: E402, F401 - Django looks here
from .links import PersonalLink  # noqa: E402, F401
from .succession import (  # noqa: E402, F401
    HandOver,
    MembershipEvent,
    TakeOver,
    TakeOverMove,
)
from .threads import (  # noqa: E402, F401 - likewise
    Thread,
    ThreadEntry,
    ThreadFile,
    ThreadMove,
    ThreadParty,
)
