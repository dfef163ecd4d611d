"""The outbox: a mail is a row first, handed over under a lease, and its fate is written at once.

Exactly once over SMTP does not exist. A worker that dies between the server's answer and our commit
leaves a mail whose fate nobody knows: it is sent again with the same Message-ID, or, where
`stop_when_uncertain` says so, it waits for a person.
"""

import logging
import re
import smtplib
import time
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.template import Context, Engine
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .backends import NotHandedOver
from .doorbell import ring_for_mails, ring_on_commit
from .letters import letter_bytes
from .models import Letter, Mail, MailEvent, NoticeError
from .states import MAIL_MOVES, LetterState, MailState

logger = logging.getLogger(__name__)

RETRY_AFTER = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120)]
CHUNK = 100
SECONDS = 120  # a chunk stops here; the last hand-over may take 20 s per answer of the server
LEASE = timedelta(minutes=5)  # longer than SECONDS and the slowest hand-over together

Check = Callable[[Mail], str | None]
_checks: dict[str, Check] = {}

_LINE_BREAK = "\ue000"  # stands for a line break of a value until the subject has been cut off
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
_ADDRESS = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*)(://|:(?=//))(\S*)|\b(www)\.|\b(mailto|tel):")


def still_needed(purpose: str) -> Callable[[Check], Check]:
    """Declare the last look before mails of this purpose leave.

    The function gives the reason why the mail is no longer needed, or None. It is asked in the
    transaction that takes the mail, right before it is handed over.
    """

    def declare(check: Check) -> Check:
        _checks[purpose] = check
        return check

    return declare


# Queueing -----------------------------------------------------------------------------------


def queue_mail(
    *,
    key: str,
    purpose: str,
    to: str,
    to_name: str,
    language: str,
    template: str | None = None,
    context: Mapping[str, Any] | None = None,
    subject: str | None = None,
    body: str | None = None,
    letter: Letter | None = None,
    due_at: datetime | None = None,
    priority: int = 5,
    stop_when_uncertain: bool = False,
    forget_body: bool = False,
    related: str,
) -> Mail:
    """Put one mail into the outbox, in the caller's transaction; the same key twice gives the same
    mail.

    Either `template` (`templates/mails/<template>.<language>.txt`: the first line is the subject)
    or `subject` and `body`. The template sees `context`, `site_url` and `to_name`. Links lead to
    the portal only: any other address is broken up. `related` names the cause, e.g.
    `placements.Placement:12`. Priority 0 leaves first. A text with a code or a personal link is
    forgotten as soon as it was sent (`forget_body`). Raises NoticeError for a recipient or
    subject that could carry headers, or for a letter that is not issued.
    """
    if known := Mail.objects.filter(key=key).first():
        return known
    _check_recipient(to, to_name)
    if not related.strip():
        raise NoticeError(_("A mail needs a cause."))
    if letter and not letter.is_issued:
        raise NoticeError(_("A letter can be mailed once it has been issued."))
    if template:
        subject, body = _from_template(template, language, {**(context or {}), "to_name": to_name})
    subject, body = subject or "", body or ""
    if not subject.strip() or not body.strip():
        raise NoticeError(_("A mail needs a subject and a text."))
    if _has_line_break(subject):
        raise NoticeError(_("The subject of a mail is one line."))
    mail, created = Mail.objects.get_or_create(
        key=key,
        defaults={
            "purpose": purpose,
            "to": to,
            "to_name": _one_line(to_name)[:200],
            "language": language,
            "subject": _shortened(_only_own_links(_one_line(subject)), 250),
            "body": _only_own_links(_CONTROL.sub("", body.replace("\r\n", "\n"))).strip() + "\n",
            "letter": letter,
            "due_at": due_at or timezone.now(),
            "priority": priority,
            "stop_when_uncertain": stop_when_uncertain,
            "forget_body": forget_body,
            "related": related,
        },
    )
    if created:
        mail.events.create(to_state=MailState.QUEUED)
        if mail.due_at <= timezone.now():
            ring_on_commit(ring_for_mails)
    return mail


def _from_template(template: str, language: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and text of a mail template, as plain text."""
    values = {**_held_together(context), "site_url": settings.SITE_URL}
    with translation.override(language):
        source = Engine.get_default().get_template(f"mails/{template}.{language}.txt")
        text = source.render(Context(values, autoescape=False))
    subject, _newline, body = text.strip().partition("\n")
    return subject.replace(_LINE_BREAK, " "), body.replace(_LINE_BREAK, "\n").strip()


def _held_together(value: Any) -> Any:
    """The value with its line breaks replaced, so that no name can end the subject line."""
    if isinstance(value, str):
        return re.sub(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]", _LINE_BREAK, value)
    if isinstance(value, Mapping):
        return {name: _held_together(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_held_together(item) for item in value]
    return value


def _check_recipient(to: str, to_name: str) -> None:
    if _has_line_break(to) or _has_line_break(to_name):
        raise NoticeError(_("The recipient of a mail is one line."))
    try:
        validate_email(to)
    except ValidationError:
        raise NoticeError(_("“{to}” is not one e-mail address.").format(to=to)) from None


def _has_line_break(text: str) -> bool:
    return len(text.splitlines()) > 1 or text != text.strip("\r\n\x0b\x0c\x85\u2028\u2029")


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split(" ")).strip()


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _only_own_links(text: str) -> str:
    """Break up every address that does not lead to the portal, so that no program makes a link of
    it.
    """

    def broken(found: re.Match[str]) -> str:
        whole = found[0]
        if whole.startswith(settings.SITE_URL):
            rest = whole.removeprefix(settings.SITE_URL)
            if not rest or rest[0] in "/)）」、。":  # nothing that could go on with the host's name
                return whole
        return re.sub(r"(?i):(?=//)|(?<=www)\.|(?<=mailto):|(?<=tel):", " \\g<0> ", whole)

    return _ADDRESS.sub(broken, text)


# Handing over ---------------------------------------------------------------------------------


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
    _rescue_lost()
    mails = _reserve(limit)
    if not mails:
        return 0
    # Both clocks: the first cannot be set back, the second goes on while a machine sleeps.
    stop_at, held_until = time.monotonic() + seconds, timezone.now() + timedelta(seconds=SECONDS)
    with _Line() as line:
        for place, mail in enumerate(mails):
            if time.monotonic() > stop_at or timezone.now() > held_until:
                _give_back(mails[place:])
                break
            try:
                line.open()
            except (OSError, smtplib.SMTPException, NotHandedOver) as error:
                for waiting in mails[place:]:
                    _try_later(waiting, error)
                break
            _deliver_one(mail, line)
    return len(mails)


def resend(mail: Mail, by_label: str) -> Mail:
    """Queue a failed or uncertain mail again, with the Message-ID it has."""
    return _decide(
        mail, MailState.QUEUED, by_label, attempts=0, due_at=timezone.now(), last_error=""
    )


def confirm_sent(mail: Mail, by_label: str) -> Mail:
    """Record that a failed or uncertain mail is known to have arrived."""
    return _decide(mail, MailState.SENT, by_label, sent_at=timezone.now())


@transaction.atomic
def _decide(mail: Mail, state: MailState, by_label: str, **changes: Any) -> Mail:
    """A person decides about a mail that stopped."""
    mail = Mail.objects.select_for_update().get(pk=mail.pk)
    if mail.state not in {MailState.FAILED, MailState.UNCERTAIN}:
        raise NoticeError(_("Only a failed or uncertain mail waits for a person."))
    _move(mail, state, note=by_label, **changes)
    ring_on_commit(ring_for_mails)
    return mail


def _rescue_lost() -> None:
    """Take back the mails of workers that died: again into the queue, or to a person."""
    now = timezone.now()
    lost = Mail.objects.filter(state=MailState.IN_FLIGHT, lease_until__lt=now).order_by("pk")
    if not lost.exists():
        return
    with transaction.atomic():
        for mail in lost.select_for_update(skip_locked=True)[:500]:
            if mail.stop_when_uncertain:
                _move(mail, MailState.UNCERTAIN, note="lease lost")
            elif mail.attempts > len(RETRY_AFTER):
                _move(mail, MailState.FAILED, note="lease lost", last_error="lease lost")
            else:
                _move(mail, MailState.QUEUED, note="lease lost", due_at=now)


def _reserve(limit: int) -> list[Mail]:
    """Hold due mails for this worker, the urgent ones first; they stay queued."""
    now = timezone.now()
    due = Mail.objects.filter(state=MailState.QUEUED, due_at__lte=now)
    due = due.filter(Q(lease_until=None) | Q(lease_until__lt=now))
    due = due.order_by("priority", "due_at", "pk")
    if not due.exists():
        return []
    with transaction.atomic():
        rows = due.select_for_update(skip_locked=True, of=("self",)).select_related("letter")
        mails = list(rows[:limit])
        Mail.objects.filter(pk__in=[mail.pk for mail in mails]).update(lease_until=now + LEASE)
    for mail in mails:
        mail.lease_until = now + LEASE
    return mails


def _give_back(mails: list[Mail]) -> None:
    for mail in mails:
        _ours(mail).update(lease_until=None)


def _ours(mail: Mail) -> Any:
    """The stored row, if this worker still holds it."""
    return Mail.objects.filter(pk=mail.pk, state=MailState.QUEUED, lease_until=mail.lease_until)


def _deliver_one(mail: Mail, line: "_Line") -> None:
    """Build, take, hand over, write the fate; no fault of one mail touches another."""
    try:
        message = build_message(mail)
        taken = _take(mail)
    except NoticeError as error:
        _fail(mail, error)
        return
    except Exception as error:
        logger.exception("mail %s was not built", mail.pk)
        _try_later(mail, error)
        return
    if not taken:
        return
    try:
        line.send(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        _refused(mail, code, f"{code} {_text(answer)}")
    except smtplib.SMTPSenderRefused as error:  # about us, not about this recipient
        line.close()
        _try_later(mail, f"{error.smtp_code} {_text(error.smtp_error)}")
    except smtplib.SMTPResponseException as error:
        line.close()
        _refused(mail, error.smtp_code, f"{error.smtp_code} {_text(error.smtp_error)}")
    except NotHandedOver as error:
        _try_later(mail, error)
    except Exception as error:  # the line broke: the server may have the mail or not
        if not isinstance(error, OSError | smtplib.SMTPException):
            logger.exception("mail %s was not handed over", mail.pk)
        line.close()
        _unknown(mail, error)
    else:
        _sent(mail)


def _take(mail: Mail) -> bool:
    """Put a reserved mail in flight if it is still ours and still needed."""
    with transaction.atomic():
        stored = _ours(mail).select_for_update().first()
        if stored is None:
            return False
        if reason := _reason_against(stored):
            _move(stored, MailState.NOT_NEEDED, note=reason, last_error=reason)
            return False
        _move(
            stored, MailState.IN_FLIGHT, attempts=stored.attempts + 1, lease_until=mail.lease_until
        )
    mail.state, mail.attempts = stored.state, stored.attempts
    return True


def _reason_against(mail: Mail) -> str | None:
    """Why a mail should not leave any more, or None."""
    if mail.letter and mail.letter.state != LetterState.ISSUED:
        return _("Letter {reference} was withdrawn or superseded.").format(
            reference=mail.letter.reference
        )
    check = _checks.get(mail.purpose)
    return check(mail) if check else None


def _sent(mail: Mail) -> None:
    """Write that the server took the mail, even if the lease was lost: it is the truth."""
    with transaction.atomic():
        stored = Mail.objects.select_for_update().get(pk=mail.pk)
        if stored.state != MailState.SENT:
            _move(stored, MailState.SENT, sent_at=timezone.now(), last_error="")


def _refused(mail: Mail, code: int, answer: str) -> None:
    """A refusal for good fails at once, any other is tried again."""
    if code >= 500:
        _fail(mail, answer)
    else:
        _try_later(mail, answer)


def _unknown(mail: Mail, error: Exception) -> None:
    """Nobody knows whether the mail went: try again, or leave it to a person."""
    if not mail.stop_when_uncertain:
        _try_later(mail, error)
        return
    with transaction.atomic():
        if stored := _held(mail):
            _move(stored, MailState.UNCERTAIN, note=_text(error), last_error=_text(error))


def _fail(mail: Mail, error: object) -> None:
    with transaction.atomic():
        if stored := _held(mail):
            _move(stored, MailState.FAILED, note=_text(error), last_error=_text(error))


def _try_later(mail: Mail, error: object) -> None:
    """Tried again after 1, 5, 30 and 120 minutes, then failed."""
    with transaction.atomic():
        if not (stored := _held(mail)):
            return
        # A mail in flight has counted this attempt already.
        attempts = stored.attempts + (stored.state == MailState.QUEUED)
        changes = {"attempts": attempts, "last_error": _text(error)}
        if attempts > len(RETRY_AFTER):
            _move(stored, MailState.FAILED, note=_text(error), **changes)
        else:
            due_at = timezone.now() + RETRY_AFTER[attempts - 1]
            _move(stored, MailState.QUEUED, note=_text(error), due_at=due_at, **changes)


def _held(mail: Mail) -> Mail | None:
    """The row under lock, if this worker still holds it."""
    held = Mail.objects.select_for_update().filter(
        pk=mail.pk,
        state__in=[MailState.QUEUED, MailState.IN_FLIGHT],
        lease_until=mail.lease_until,
    )
    return held.first()


def _move(mail: Mail, state: MailState, *, note: str = "", **changes: Any) -> None:
    """Check the move of a locked row, save it and write its history; only a mail in flight stays
    held.
    """
    before = mail.state
    if mail.forget_body and state in {MailState.SENT, MailState.NOT_NEEDED}:
        changes["body"] = ""
    if state not in MAIL_MOVES.get(before, ()):
        raise NoticeError(_("This mail can no longer be changed that way."))
    for field, value in {"lease_until": None, **changes, "state": state}.items():
        setattr(mail, field, value)
    mail.save(update_fields=["lease_until", "state", *changes])
    MailEvent.objects.create(mail=mail, from_state=before, to_state=state, note=note)


def _text(error: object) -> str:
    """A short text of what the server or the program said."""
    if isinstance(error, bytes):
        error = error.decode(errors="replace")
    if isinstance(error, Exception) and not isinstance(error, NoticeError):
        error = f"{type(error).__name__}: {error}"
    return str(error)[:500]


# The message ------------------------------------------------------------------------------------


def build_message(mail: Mail) -> EmailMessage:
    """The mail as it goes over the wire, with the stored PDF of its letter; LetterDamaged if that
    is not intact.
    """
    message = EmailMessage(
        subject=mail.subject,
        body=mail.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[_mailbox(mail)],
        headers={
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": mail.language,
            "Date": format_datetime(timezone.localtime()),
        },
    )
    if mail.letter:
        name = _file_name(mail.letter)
        message.attach(name, letter_bytes(mail.letter), "application/pdf")
    return message


def _mailbox(mail: Mail) -> str:
    """Name and address as one mailbox, encoded so that no name can bring a second one."""
    return sanitize_address((mail.to_name, mail.to), "utf-8") if mail.to_name else mail.to


def _file_name(letter: Letter) -> str:
    """The reference number as a file name that every system takes, its Japanese intact."""
    safe = re.sub(
        r'[\x00-\x1f\x7f/\\:*?"<>|]+', "_", unicodedata.normalize("NFC", letter.reference)
    )
    return f"{safe.strip(' ._')[:80]}.pdf"


class _Line:
    """One connection to the mail server for a chunk, opened anew after a fault."""

    def __init__(self) -> None:
        self.backend: Any = get_connection(fail_silently=False)

    def __enter__(self) -> "_Line":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def open(self) -> None:
        """Make sure the server listens, so that a fault here means: nothing was handed over."""
        server = getattr(self.backend, "connection", None)
        if isinstance(server, smtplib.SMTP) and not self._answers(server):
            self.close()
        self.backend.open()

    def _answers(self, server: smtplib.SMTP) -> bool:
        try:
            return server.sock is not None and server.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def send(self, message: EmailMessage) -> None:
        if self.backend.send_messages([message]) != 1:
            raise NotHandedOver("the mail backend took nothing")

    def close(self) -> None:
        try:
            self.backend.close()
        except (OSError, smtplib.SMTPException):
            self.backend.connection = None
