"""Putting a mail into the outbox: who may be written to, and what a text may carry."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template import Context, Engine
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ..doorbell import ring_for_mails, ring_on_commit
from ..models import Letter, Mail, MailEvent, NoticeError
from ..states import MailState

_LINE_BREAK = "\ue000"  # stands for a line break of a value until the subject has been cut off
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
# Also right behind a Japanese character or a digit, where a word has no boundary.
_ADDRESS = re.compile(r"(?i)[a-z][a-z0-9+.-]*://\S*|(?<![a-z])(?:www\.|mailto:|tel:)")
CHUNK = 500  # mails of one look-up; the database parts an INSERT further where it has to


class Queued(NamedTuple):
    """What became of many drafts: the keys of the new mails, and why others were refused."""

    keys: list[str]
    refused: dict[str, str]


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
    fields = _checked(
        key=key,
        purpose=purpose,
        to=to,
        to_name=to_name,
        language=language,
        template=template,
        context=context,
        subject=subject,
        body=body,
        letter=letter,
        due_at=due_at,
        priority=priority,
        stop_when_uncertain=stop_when_uncertain,
        forget_body=forget_body,
        related=related,
    )
    mail, created = Mail.objects.get_or_create(key=key, defaults=fields)
    if created:
        mail.events.create(to_state=MailState.QUEUED)
        if mail.due_at <= timezone.now():
            ring_on_commit(ring_for_mails)
    return mail


def queue_or_refuse(*, template: str, refuse: type[Exception], **values: Any) -> Mail:
    """Queue a mail in the transaction of a verb that is refused where its mail cannot be written.

    Its purpose is the name of its template. Raises `refuse`, the error of the app that calls, with
    a message for the user.
    """
    try:
        return queue_mail(template=template, purpose=template, **values)
    except NoticeError as error:
        raise refuse(
            _("Nothing was changed, because a mail could not be written: {reason}").format(
                reason=error
            )
        ) from error


def queue_mails(drafts: Iterable[Mapping[str, Any]]) -> Queued:
    """Put many mails into the outbox, in the caller's transaction, without a query for each.

    Each draft names what `queue_mail` takes, and is held to the same rules. A key that is known
    already, or comes twice, gives no second mail. A draft that is refused keeps no other from its
    place: the caller is told of each.
    """
    by_key: dict[str, Mapping[str, Any]] = {}
    for draft in drafts:
        by_key.setdefault(draft["key"], draft)
    done = Queued([], {})
    keys = sorted(by_key)  # one order for everybody, so that no two callers wait for each other
    for start in range(0, len(keys), CHUNK):
        _queue_chunk([by_key[key] for key in keys[start : start + CHUNK]], done)
    return done


def _queue_chunk(drafts: list[Mapping[str, Any]], done: Queued) -> None:
    keys = [draft["key"] for draft in drafts]
    known = set(Mail.objects.filter(key__in=keys).values_list("key", flat=True))
    mails = []
    for draft in drafts:
        if draft["key"] in known:
            continue
        try:
            mails.append(Mail(**_checked(**draft)))
        except NoticeError as error:
            done.refused[draft["key"]] = str(error)
    if not mails:
        return
    # A key that somebody else has queued since is passed over; our own rows bear our Message-IDs.
    Mail.objects.bulk_create(mails, ignore_conflicts=True)
    ours = Mail.objects.filter(message_id__in=[mail.message_id for mail in mails])
    stored = list(ours.order_by("key").values_list("pk", "key"))
    MailEvent.objects.bulk_create(
        [MailEvent(mail_id=pk, to_state=MailState.QUEUED) for pk, _key in stored]
    )
    done.keys.extend(key for _pk, key in stored)
    if any(mail.due_at <= timezone.now() for mail in mails):
        ring_on_commit(ring_for_mails)


def _checked(
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
) -> dict[str, Any]:
    """The columns of the mail, once nothing stands against it."""
    _check_recipient(to, to_name)
    if not related.strip():
        raise NoticeError(_("A mail needs a cause."))
    if letter and not letter.is_issued:
        raise NoticeError(_("A letter can be mailed once it has been issued."))
    if template:
        subject, body = mail_text(template, language, {**(context or {}), "to_name": to_name})
    subject, body = subject or "", body or ""
    if not subject.strip() or not body.strip():
        raise NoticeError(_("A mail needs a subject and a text."))
    if _has_line_break(subject):
        raise NoticeError(_("The subject of a mail is one line."))
    return {
        "key": key,
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
    }


def mail_text(template: str, language: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of a mail template, as plain text; also for a page that shows it before."""
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
    """The text on one line, and nothing in it that a mail program would decode ("=?utf-8?…?=")."""
    return " ".join(_CONTROL.sub(" ", text).replace("=?", "= ?").split(" ")).strip()


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
