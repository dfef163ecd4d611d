"""The states of a letter and of a mail, and the moves between them."""

from django.db import models
from django.utils.translation import pgettext_lazy


class LetterState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("letter", "draft")
    AWAITING_APPROVAL = "awaiting_approval", pgettext_lazy("letter", "awaiting approval")
    ISSUED = "issued", pgettext_lazy("letter", "issued")
    SUPERSEDED = "superseded", pgettext_lazy("letter", "superseded")
    WITHDRAWN = "withdrawn", pgettext_lazy("letter", "withdrawn")


# The database holds the same table for issued letters: migration 0002.
LETTER_MOVES: dict[str, set[LetterState]] = {
    LetterState.DRAFT: {
        LetterState.AWAITING_APPROVAL,
        LetterState.ISSUED,
        LetterState.WITHDRAWN,
    },
    LetterState.AWAITING_APPROVAL: {LetterState.ISSUED, LetterState.WITHDRAWN},
    LetterState.ISSUED: {LetterState.SUPERSEDED, LetterState.WITHDRAWN},
}


class MailState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("mail", "queued")
    IN_FLIGHT = "in_flight", pgettext_lazy("mail", "in flight")
    SENT = "sent", pgettext_lazy("mail", "sent")
    UNCERTAIN = "uncertain", pgettext_lazy("mail", "uncertain")
    FAILED = "failed", pgettext_lazy("mail", "failed")
    NOT_NEEDED = "not_needed", pgettext_lazy("mail", "no longer needed")


MAIL_MOVES: dict[str, set[MailState]] = {
    MailState.QUEUED: {
        MailState.QUEUED,  # the mail server is away: tried again later
        MailState.IN_FLIGHT,
        MailState.FAILED,
        MailState.NOT_NEEDED,
        MailState.SENT,  # a worker that lost its lease hands the mail over after all
    },
    MailState.IN_FLIGHT: {
        MailState.SENT,
        MailState.QUEUED,
        MailState.FAILED,
        MailState.UNCERTAIN,
    },
    MailState.FAILED: {MailState.QUEUED, MailState.SENT},
    MailState.UNCERTAIN: {MailState.QUEUED, MailState.SENT},
    MailState.NOT_NEEDED: {MailState.SENT},  # so, too, when nobody needed it any more
}
