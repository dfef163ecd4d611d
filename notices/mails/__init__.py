"""The outbox: a mail is a row first, handed over under a lease, and its fate is written at once.

Exactly once over SMTP does not exist. A worker that dies between the server's answer and our commit
leaves a mail whose fate nobody knows: it is sent again with the same Message-ID, or, where
`stop_when_uncertain` says so, it waits for a person.
"""

from .delivery import deliver, deliver_due
from .fates import RETRY_AFTER, confirm_sent, resend, still_needed
from .message import build_message
from .queueing import Queued, mail_text, queue_mail, queue_mails, queue_or_refuse

__all__ = [
    "RETRY_AFTER",
    "Queued",
    "build_message",
    "confirm_sent",
    "deliver",
    "deliver_due",
    "mail_text",
    "queue_mail",
    "queue_mails",
    "queue_or_refuse",
    "resend",
    "still_needed",
]
