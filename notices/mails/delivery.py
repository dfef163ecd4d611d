"""Handing over what is due, chunk after chunk, each mail by itself."""

import logging
import smtplib
import time
from datetime import timedelta

from django.utils import timezone

from ..backends import NotHandedOver
from ..models import Mail, NoticeError
from . import fates
from .message import Line, build_message

logger = logging.getLogger(__name__)

CHUNK = 100
SECONDS = 120  # a chunk begins no further mail after this; a lease lasts longer


def deliver_due(seconds: float = SECONDS) -> None:
    """Deliver chunk after chunk until nothing is due or the time is used up; the rest waits for the
    next ring.
    """
    started = time.monotonic()
    while (left := seconds - (time.monotonic() - started)) > 0:
        if not deliver(seconds=left):
            break


def deliver(limit: int = CHUNK, *, seconds: float = SECONDS) -> int:
    """Hand over up to `limit` due mails through one connection; gives how many were reserved.

    Reserved rows stay queued and belong to this worker until the lease ends. Each goes in flight
    right before it is handed over, and its result is committed right after.
    """
    fates.rescue_lost()
    mails = fates.reserve(limit)
    if not mails:
        return 0
    # Both clocks: the first cannot be set back, the second goes on while a machine sleeps.
    stop_at, held_until = time.monotonic() + seconds, timezone.now() + timedelta(seconds=SECONDS)
    with Line() as line:
        for place, mail in enumerate(mails):
            if time.monotonic() > stop_at or timezone.now() > held_until:
                fates.give_back(mails[place:])
                break
            try:
                line.open()
            except (OSError, smtplib.SMTPException, NotHandedOver) as error:
                for waiting in mails[place:]:
                    fates.try_later(waiting, error)
                break
            _deliver_one(mail, line)
    return len(mails)


def _deliver_one(mail: Mail, line: Line) -> None:
    """Build, take, hand over, write the fate; no fault of one mail touches another."""
    try:
        message = build_message(mail)
        taken = fates.take(mail)
    except NoticeError as error:
        fates.fail(mail, error)
        return
    except Exception as error:
        logger.exception("mail %s was not built", mail.pk)
        fates.try_later(mail, error)
        return
    if not taken:
        return
    try:
        line.send(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        fates.refused(mail, code, f"{code} {fates.text(answer)}")
    except smtplib.SMTPSenderRefused as error:  # about us, not about this recipient
        line.close()
        fates.try_later(mail, f"{error.smtp_code} {fates.text(error.smtp_error)}")
    except smtplib.SMTPResponseException as error:
        line.close()
        fates.refused(mail, error.smtp_code, f"{error.smtp_code} {fates.text(error.smtp_error)}")
    except NotHandedOver as error:
        fates.try_later(mail, error)
    except Exception as error:  # the line broke: once the text began, the server may have it
        if not isinstance(error, OSError | smtplib.SMTPException):
            logger.exception("mail %s was not handed over", mail.pk)
        line.close()
        (fates.unknown if line.text_began else fates.try_later)(mail, error)
    else:
        fates.sent(mail)
