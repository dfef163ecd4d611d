"""Personal links: how somebody without an account does one thing for one case.

A link is bound to one person's address, ends by itself, can be taken back, and shows only its case.
Opening it does nothing: a POST asks for a code, which goes to the address that the link was made
for, so that a link that was passed on opens nothing for anybody else.
"""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Language, Organisation, User

LINK_DAYS = 30


def _in_thirty_days() -> datetime:
    return timezone.now() + timedelta(days=LINK_DAYS)


class PersonalLink(models.Model):
    """One link for one address and one case; only the hash of its token is kept.

    `purpose` names what it opens, as the app that made it declares; `subject` is the row that it is
    about, in the form `placements.Forwarding:17`.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    purpose = models.SlugField(_("purpose"), max_length=50)
    subject = models.CharField(_("about"), max_length=100)
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=200)
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="personal_links",
        verbose_name=_("organisation"),
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires at"), default=_in_thirty_days)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("revoked by")
    )
    code_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    code_sent_at = models.DateTimeField(_("code sent at"), null=True, editable=False)
    code_tries = models.PositiveSmallIntegerField(_("wrong codes since"), default=0, editable=False)
    codes_sent = models.PositiveSmallIntegerField(_("codes sent"), default=0, editable=False)
    first_used_at = models.DateTimeField(_("first used at"), null=True, editable=False)
    last_used_at = models.DateTimeField(_("last used at"), null=True, editable=False)

    class Meta:
        verbose_name = _("personal link")
        verbose_name_plural = _("personal links")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="personal_link_email_is_lower"
            ),
            models.UniqueConstraint(
                fields=["purpose", "subject", "email"],
                condition=Q(revoked_at__isnull=True),
                name="personal_link_one_in_force",
            ),
        ]
        indexes = [models.Index(fields=["subject"], name="personal_link_subject")]

    def __str__(self) -> str:
        return f"{self.name}: {self.subject}"

    def is_usable(self, at: datetime | None = None) -> bool:
        """Neither taken back nor run out at this moment."""
        return self.revoked_at is None and self.expires_at > (at or timezone.now())
