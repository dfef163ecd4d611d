"""Letters with their number register, and the outbox of mails."""

import hashlib
import json
import secrets
import string
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .states import LetterState, MailState

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 and O, no 1, I and L, no U


class NoticeError(Exception):
    """A rule of letters or mails was broken. The message is written for the user."""


class LetterDamaged(NoticeError):
    """The stored bytes of a letter are missing or are not those that were issued."""


def new_public_id() -> str:
    """Twelve random letters and digits (71 bits) for addresses."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(12))


def new_check_code() -> str:
    """Twelve random characters (58 bits) that survive a telephone call: 7K4M-2QXD-9PRT."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(12))
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def new_message_id() -> str:
    """The Message-ID that a mail keeps through all its attempts."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return f"<{secrets.token_hex(16)}@{domain}>"


class NumberRegister(models.Model):
    """The last number given in one series of one fiscal year; its row is locked while a number is
    taken.
    """

    series = models.CharField(pgettext_lazy("letter", "series"), max_length=40)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    last_number = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number register")
        verbose_name_plural = _("number registers")
        ordering = ["series", "fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "fiscal_year"], name="register_one_per_series_and_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.fiscal_year}"


class LetterQuerySet(models.QuerySet):
    def issued(self) -> "LetterQuerySet":
        """Letters that have left the house, whatever became of them later."""
        return self.filter(issued_at__isnull=False)

    def to_render(self) -> "LetterQuerySet":
        """Letters whose PDF has not been made: drafts, and those a second person has approved."""
        approved = Q(state=LetterState.AWAITING_APPROVAL, approved_at__isnull=False)
        return self.filter(Q(state=LetterState.DRAFT) | approved).order_by("pk")

    def update(self, **changes: Any) -> int:
        """Change many rows, issued letters never."""
        if changes.keys() - {"state"} and self.issued().exists():
            raise NoticeError(_("An issued letter never changes."))
        return super().update(**changes)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete drafts; an issued letter stays for ever."""
        if self.issued().exists():
            raise NoticeError(_("An issued letter is never deleted."))
        return super().delete()


class Letter(models.Model):
    """One official letter: its number, what was printed in it, and the fingerprint of its bytes.

    Once issued nothing but its state may change. `save` and the queryset refuse it in words, a
    trigger in the database refuses it to everybody else.
    """

    public_id = models.CharField(
        _("public id"), max_length=16, unique=True, default=new_public_id, editable=False
    )
    key = models.CharField(_("key of its cause"), max_length=200, unique=True)
    kind = models.SlugField(pgettext_lazy("letter", "kind"), max_length=60)
    language = models.CharField(
        pgettext_lazy("letter", "language"), max_length=2, choices=settings.LANGUAGES
    )
    series = models.CharField(pgettext_lazy("letter", "series"), max_length=40)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    number = models.PositiveIntegerField(pgettext_lazy("letter", "number"))
    reference_format = models.CharField(_("form of the reference number"), max_length=100)
    reference = models.CharField(_("reference number"), max_length=100)
    issued_on = models.DateField(_("date of the letter"))
    subject = models.CharField(pgettext_lazy("letter", "subject"), max_length=300)
    addressee = models.TextField(pgettext_lazy("letter", "addressee"))
    template = models.CharField(pgettext_lazy("letter", "template"), max_length=100)
    context = models.JSONField(_("printed values"), encoder=DjangoJSONEncoder)
    check_code = models.CharField(
        _("check code"), max_length=14, unique=True, default=new_check_code, editable=False
    )
    version = models.PositiveSmallIntegerField(pgettext_lazy("letter", "version"), default=1)
    supersedes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=pgettext_lazy("letter", "corrects"),
    )
    state = models.CharField(
        pgettext_lazy("letter", "state"),
        max_length=20,
        choices=LetterState,
        default=LetterState.DRAFT,
        editable=False,
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    render_not_before = models.DateTimeField(_("not rendered before"), null=True, editable=False)
    last_error = models.TextField(_("last error"), blank=True, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), null=True, editable=False)
    rendered_with = models.JSONField(_("made with"), default=dict, blank=True, editable=False)
    issued_at = models.DateTimeField(_("issued at"), null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    seal = models.CharField(_("seal of the row"), max_length=64, null=True, editable=False)  # noqa: DJ001

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("letter", "letter")
        verbose_name_plural = pgettext_lazy("letter", "letters")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "fiscal_year", "number"], name="letter_number_given_once"
            ),
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=~Q(state=LetterState.WITHDRAWN),
                name="letter_one_correction_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1) & Q(version__gte=1), name="letter_counts_from_one"
            ),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True, sha256="", size__isnull=True)
                | (Q(issued_at__isnull=False, size__gt=0) & ~Q(sha256="")),
                name="letter_issued_has_bytes",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[LetterState.DRAFT, LetterState.AWAITING_APPROVAL],
                    issued_at__isnull=True,
                )
                | Q(
                    state__in=[LetterState.ISSUED, LetterState.SUPERSEDED],
                    issued_at__isnull=False,
                )
                | Q(state=LetterState.WITHDRAWN),
                name="letter_state_fits_issue",
            ),
        ]
        indexes = [models.Index(fields=["issued_on", "id"], name="letter_by_day")]

    def __str__(self) -> str:
        return self.reference

    @property
    def file(self) -> str:
        """The name of its PDF in the storage "letters": the fingerprint of the bytes."""
        return f"{self.sha256}.pdf" if self.sha256 else ""

    @property
    def is_issued(self) -> bool:
        return self.issued_at is not None

    def fingerprint(self) -> str:
        """The SHA-256 of everything in this row that may not change once it is issued, its moments
        as the database gives them back.
        """
        fixed = {
            field.attname: _in_utc(getattr(self, field.attname))
            for field in self._meta.concrete_fields
            if field.name not in {"state", "seal"}
        }
        text = json.dumps(fixed, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse any change of an issued letter but that of its state."""
        if self.pk and (stored := self._stored_if_issued()):
            names = kwargs.get("update_fields")
            saved = [
                field.attname
                for field in self._meta.concrete_fields
                if names is None or {field.name, field.attname} & set(names)
            ]
            changed = (
                name for name in saved if _plain(getattr(self, name)) != _plain(stored[name])
            )
            if set(changed) - {"state"}:
                raise NoticeError(_("An issued letter never changes."))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete a draft; an issued letter stays for ever."""
        if self.pk and self._stored_if_issued():
            raise NoticeError(_("An issued letter is never deleted."))
        return super().delete(*args, **kwargs)

    def _stored_if_issued(self) -> dict[str, Any] | None:
        """The stored row that may not change any more, None before the issue."""
        return Letter.objects.issued().filter(pk=self.pk).values().first()


def _in_utc(value: Any) -> Any:
    """A moment in UTC, whatever zone it was written in; all else as it is."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _plain(value: Any) -> Any:
    """A JSON value as the database gives it back, so that a date equals its text."""
    if isinstance(value, dict):
        return json.loads(json.dumps(value, cls=DjangoJSONEncoder))
    return value


class LetterMove(models.Model):
    """One step in the life of a letter: who, when, why, from where to where."""

    letter = models.ForeignKey(
        Letter, models.CASCADE, related_name="moves", verbose_name=pgettext_lazy("letter", "letter")
    )
    from_state = models.CharField(
        pgettext_lazy("letter", "from"), max_length=20, choices=LetterState, blank=True
    )
    to_state = models.CharField(pgettext_lazy("letter", "to"), max_length=20, choices=LetterState)
    by_label = models.CharField(pgettext_lazy("letter", "by"), max_length=200, blank=True)
    reason = models.TextField(pgettext_lazy("letter", "reason"), blank=True)
    at = models.DateTimeField(pgettext_lazy("letter", "at"), auto_now_add=True)

    class Meta:
        verbose_name = _("step of a letter")
        verbose_name_plural = _("steps of letters")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class Mail(models.Model):
    """One mail to one address: a row before it is anything else, so that no mail is lost or
    doubled.

    It ends as sent, as failed or uncertain (shown to staff), or as no longer needed, with the
    reason.
    """

    key = models.CharField(_("key of its cause"), max_length=250, unique=True)
    purpose = models.SlugField(pgettext_lazy("mail", "purpose"), max_length=60)
    to = models.EmailField(pgettext_lazy("mail", "to"), max_length=254)
    to_name = models.CharField(_("name of the addressee"), max_length=200, blank=True)
    language = models.CharField(
        pgettext_lazy("mail", "language"), max_length=2, choices=settings.LANGUAGES
    )
    subject = models.CharField(pgettext_lazy("mail", "subject"), max_length=250)
    body = models.TextField(pgettext_lazy("mail", "text"))
    letter = models.ForeignKey(
        Letter,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mails",
        verbose_name=pgettext_lazy("mail", "letter"),
    )
    related = models.CharField(pgettext_lazy("mail", "cause"), max_length=100)
    priority = models.PositiveSmallIntegerField(pgettext_lazy("mail", "priority"), default=5)
    stop_when_uncertain = models.BooleanField(_("stops when uncertain"), default=False)
    forget_body = models.BooleanField(_("text is forgotten once sent"), default=False)
    due_at = models.DateTimeField(_("due at"))
    state = models.CharField(
        pgettext_lazy("mail", "state"),
        max_length=12,
        choices=MailState,
        default=MailState.QUEUED,
        editable=False,
    )
    lease_until = models.DateTimeField(_("held until"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(
        pgettext_lazy("mail", "attempts"), default=0, editable=False
    )
    message_id = models.CharField(
        "Message-ID", max_length=200, unique=True, default=new_message_id, editable=False
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    last_error = models.TextField(_("last error"), blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("mail", "mail")
        verbose_name_plural = pgettext_lazy("mail", "mails")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["priority", "due_at", "id"],
                condition=Q(state=MailState.QUEUED),
                name="mail_waiting",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state=MailState.IN_FLIGHT),
                name="mail_in_flight",
            ),
            models.Index(
                fields=["state"],
                condition=Q(state__in=[MailState.FAILED, MailState.UNCERTAIN]),
                name="mail_stopped",
            ),
            models.Index(fields=["related"], name="mail_by_cause"),
            models.Index(fields=["sent_at", "id"], name="mail_by_sending"),
            models.Index(fields=["created_at", "id"], name="mail_by_creation"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(related=""), name="mail_has_a_cause"),
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="mail_sent_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=MailState.IN_FLIGHT) | Q(lease_until__isnull=False),
                name="mail_in_flight_is_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"


class MailEvent(models.Model):
    """One change in the fate of a mail."""

    mail = models.ForeignKey(
        Mail, models.CASCADE, related_name="events", verbose_name=pgettext_lazy("mail", "mail")
    )
    from_state = models.CharField(
        pgettext_lazy("move", "from"), max_length=12, choices=MailState, blank=True
    )
    to_state = models.CharField(pgettext_lazy("move", "to"), max_length=12, choices=MailState)
    by_label = models.CharField(pgettext_lazy("mail", "by"), max_length=254, blank=True)
    note = models.TextField(pgettext_lazy("mail", "note"), blank=True)
    at = models.DateTimeField(pgettext_lazy("mail", "at"), auto_now_add=True)

    class Meta:
        verbose_name = _("step of a mail")
        verbose_name_plural = _("steps of mails")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
