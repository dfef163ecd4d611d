"""What becomes of a mail: every change of its state, each under a lock and with its history."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ..doorbell import ring_for_mails, ring_on_commit
from ..models import Mail, MailEvent, NoticeError
from ..states import MAIL_MOVES, LetterState, MailState

RETRY_AFTER = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120)]
LEASE = timedelta(minutes=5)  # longer than a chunk and the slowest hand-over together

Check = Callable[[Mail], str | None]
_checks: dict[str, Check] = {}


def still_needed(purpose: str) -> Callable[[Check], Check]:
    """Declare the last look before mails of this purpose leave.

    The function gives the reason why the mail is no longer needed, or None. It is asked in the
    transaction that takes the mail, right before it is handed over.
    """

    def declare(check: Check) -> Check:
        _checks[purpose] = check
        return check

    return declare


# A person decides -------------------------------------------------------------------------------


def resend(mail: Mail, by_label: str) -> Mail:
    """Queue a failed or uncertain mail again, with the Message-ID it has."""
    changes: dict[str, Any] = {"attempts": 0, "due_at": timezone.now(), "last_error": ""}
    return _decide(mail, MailState.QUEUED, by_label, **changes)


def confirm_sent(mail: Mail, by_label: str, reason: str = "") -> Mail:
    """Record that a failed or uncertain mail is known to have arrived."""
    return _decide(mail, MailState.SENT, by_label, note=reason, sent_at=timezone.now())


@transaction.atomic
def _decide(mail: Mail, state: MailState, by_label: str, *, note: str = "", **changes: Any) -> Mail:
    """Make the move of a mail that stopped and waits for a person."""
    mail = Mail.objects.select_for_update().get(pk=mail.pk)
    if mail.state not in {MailState.FAILED, MailState.UNCERTAIN}:
        raise NoticeError(_("Only a failed or uncertain mail waits for a person."))
    _move(mail, state, by_label=by_label, note=note, **changes)
    ring_on_commit(ring_for_mails)
    return mail


# A worker holds, takes and reports ----------------------------------------------------------------


def rescue_lost() -> None:
    """Take back the mails of workers that died: again into the queue, or to a person."""
    now = timezone.now()
    lost = Mail.objects.filter(state=MailState.IN_FLIGHT, lease_until__lt=now).order_by("pk")
    if not lost.exists():
        return
    why = _("The worker ended while it handed the mail over.")
    with transaction.atomic():
        for mail in lost.select_for_update(skip_locked=True)[:500]:
            if mail.stop_when_uncertain:
                _move(mail, MailState.UNCERTAIN, note=why, last_error=why)
            elif mail.attempts > len(RETRY_AFTER):
                _move(mail, MailState.FAILED, note=why, last_error=why)
            else:
                _move(mail, MailState.QUEUED, note=why, due_at=now)


def reserve(limit: int) -> list[Mail]:
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


def give_back(mails: list[Mail]) -> None:
    for mail in mails:
        _ours(mail).update(lease_until=None)


def _ours(mail: Mail) -> Any:
    """The stored row, if this worker still holds it."""
    return Mail.objects.filter(pk=mail.pk, state=MailState.QUEUED, lease_until=mail.lease_until)


def take(mail: Mail) -> bool:
    """Put a reserved mail in flight if it is still ours and still needed; its lease begins anew,
    so that no mail before it has used up its time.
    """
    with transaction.atomic():
        stored = _ours(mail).select_for_update().first()
        if stored is None:
            return False
        if reason := _reason_against(stored):
            _move(stored, MailState.NOT_NEEDED, note=reason, last_error=reason)
            return False
        held: dict[str, Any] = {
            "attempts": stored.attempts + 1,
            "lease_until": timezone.now() + LEASE,
        }
        _move(stored, MailState.IN_FLIGHT, **held)
    mail.state, mail.attempts = stored.state, stored.attempts
    mail.lease_until = stored.lease_until
    return True


def _reason_against(mail: Mail) -> str | None:
    """Why a mail should not leave any more, or None."""
    if mail.letter and mail.letter.state != LetterState.ISSUED:
        return _("Letter {reference} was withdrawn or superseded.").format(
            reference=mail.letter.reference
        )
    check = _checks.get(mail.purpose)
    return check(mail) if check else None


def sent(mail: Mail) -> None:
    """Write that the server took the mail, even if the lease was lost: it is the truth."""
    with transaction.atomic():
        stored = Mail.objects.select_for_update().get(pk=mail.pk)
        if stored.state != MailState.SENT:
            _move(stored, MailState.SENT, sent_at=timezone.now(), last_error="")


def refused(mail: Mail, code: int, answer: str) -> None:
    """A refusal for good fails at once, any other is tried again."""
    if code >= 500:
        fail(mail, answer)
    else:
        try_later(mail, answer)


def unknown(mail: Mail, error: Exception) -> None:
    """Nobody knows whether the mail went: try again, or leave it to a person."""
    if not mail.stop_when_uncertain:
        try_later(mail, error)
        return
    with transaction.atomic():
        if stored := _held(mail):
            _move(stored, MailState.UNCERTAIN, note=text(error), last_error=text(error))


def fail(mail: Mail, error: object) -> None:
    with transaction.atomic():
        if stored := _held(mail):
            _move(stored, MailState.FAILED, note=text(error), last_error=text(error))


def try_later(mail: Mail, error: object) -> None:
    """Tried again after 1, 5, 30 and 120 minutes, then failed."""
    with transaction.atomic():
        if not (stored := _held(mail)):
            return
        # A mail in flight has counted this attempt already.
        attempts = stored.attempts + (stored.state == MailState.QUEUED)
        changes: dict[str, Any] = {"attempts": attempts, "last_error": text(error)}
        if attempts > len(RETRY_AFTER):
            _move(stored, MailState.FAILED, note=text(error), **changes)
        else:
            due_at = timezone.now() + RETRY_AFTER[attempts - 1]
            _move(stored, MailState.QUEUED, note=text(error), due_at=due_at, **changes)


def _held(mail: Mail) -> Mail | None:
    """The row under lock, if this worker still holds it."""
    held = Mail.objects.select_for_update().filter(
        pk=mail.pk,
        state__in=[MailState.QUEUED, MailState.IN_FLIGHT],
        lease_until=mail.lease_until,
    )
    return held.first()


def _move(
    mail: Mail, state: MailState, *, note: str = "", by_label: str = "", **changes: Any
) -> None:
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
    MailEvent.objects.create(
        mail=mail, from_state=before, to_state=state, note=note, by_label=by_label
    )


def text(error: object) -> str:
    """A short text of what the server or the program said."""
    if isinstance(error, bytes):
        error = error.decode(errors="replace")
    if isinstance(error, Exception) and not isinstance(error, NoticeError):
        error = f"{type(error).__name__}: {error}"
    return str(error)[:500]
