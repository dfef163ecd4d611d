"""Personal links: make one, take it back, send it anew; ask for the code, and hold the link.

Whoever opens a link has shown nothing yet: a code goes to the address for which the link was made,
and only who types it holds the link, in this browser, for at most twelve hours and two hours
without a request. Every request reads the row again, so that a link that was taken back opens
nothing any more.
"""

import hashlib
import hmac
import json
import secrets
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from japan.text import normalise
from notices.mails import queue_mail

from .editing import NEVER_KEPT
from .links import LINK_DAYS, PersonalLink
from .links_purposes import purpose_of, still_stands, subject_name
from .models import Organisation, User
from .names import clean_name
from .services import AccountError

SEEN_EVERY_SECONDS = 60
CODE_MINUTES = 20  # mail across the world takes its time
CODE_TRIES = 5
CODES_MOST = 60  # of one link; with its tries that is next to nothing of all codes
CODE_DIGITS = 8
HELD = "links_held"  # in the session: which links this browser holds, since when
OPENED = "link_opened"  # in the session: the hash of the link that was opened last
FIRST_IN_LINE = 0


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_link(
    *,
    purpose: str,
    subject: models.Model,
    email: str,
    name: str,
    language: str,
    by: User | None,
    organisation: Organisation | None = None,
    days: int = LINK_DAYS,
    message: str = "",
) -> PersonalLink:
    """A link for one person and one case, and the mail that brings it to their address.

    Where this person has one for this case, it is sent anew, with a new address and a new end; the
    old address opens nothing any more. Raises AccountError for a name that is none.
    """
    email = email.strip().lower()
    try:
        name = clean_name(name)
    except ValidationError as error:
        raise AccountError(error.message) from error
    if not name:
        raise AccountError(_("A link is for somebody who has a name."))
    about = {"purpose": purpose, "subject": subject_name(subject), "email": email}
    token = secrets.token_urlsafe(32)
    fresh = {
        "name": name,
        "language": language,
        "organisation": organisation,
        "token_hash": hash_of(token),
        "expires_at": timezone.now() + timedelta(days=days),
    }
    in_force = PersonalLink.objects.select_for_update().filter(**about, revoked_at=None).first()
    if in_force is None:
        link = PersonalLink.objects.create(**about, **fresh, made_by=by)
    else:
        link = _renewed(in_force, **fresh)
    _send(link, token, message=message)
    return link


@transaction.atomic
def renew_link(
    link: PersonalLink, *, by: User | None, days: int = LINK_DAYS, message: str = ""
) -> PersonalLink:
    """Send the same person a new address for the same case; the old one opens nothing any more.

    Raises AccountError for a link that was taken back.
    """
    locked = PersonalLink.objects.select_for_update().get(pk=link.pk)
    if locked.revoked_at is not None:
        raise AccountError(_("This link was taken back. Make a new one."))
    token = secrets.token_urlsafe(32)
    ends = timezone.now() + timedelta(days=days)
    renewed = _renewed(locked, token_hash=hash_of(token), expires_at=ends)
    _send(renewed, token, message=message)
    return renewed


def _renewed(link: PersonalLink, **fresh: Any) -> PersonalLink:
    for field, value in {**fresh, "code_hash": "", "code_tries": 0, "codes_sent": 0}.items():
        setattr(link, field, value)
    link.save()
    return link


@transaction.atomic
def revoke_link(link: PersonalLink, *, by: User | None) -> PersonalLink:
    """Take a link back: the next request of whoever holds it is refused. A second time changes
    nothing.
    """
    locked = PersonalLink.objects.select_for_update().get(pk=link.pk)
    if locked.revoked_at is None:
        locked.revoked_at, locked.revoked_by, locked.code_hash = timezone.now(), by, ""
        locked.save(update_fields=["revoked_at", "revoked_by", "code_hash"])
    return locked


def _send(link: PersonalLink, token: str, *, message: str) -> None:
    purpose = purpose_of(link)
    with translation.override(link.language):
        address = settings.SITE_URL + reverse("accounts:link", args=[token])
        title = str(purpose.title) if purpose else ""
        about = purpose.about(link) if purpose else ""
        ask = purpose.ask(link) if purpose else ""
    queue_mail(
        key=f"personal-link:{link.token_hash}",
        purpose="personal_link",
        to=link.email,
        to_name=link.name,
        language=link.language,
        template="personal_link",
        context={
            "title": title,
            "about": about,
            "ask": ask,
            "message": message,
            "address": address,
            "expires_at": link.expires_at,
            "organisation": link.organisation.name_in(link.language) if link.organisation else "",
        },
        related=f"accounts.PersonalLink:{link.pk}",
        forget_body=True,
    )


# The code ---------------------------------------------------------------------------------------


def find_link(token_hash: object) -> PersonalLink | None:
    """The link whose token has this hash, while it is in force and its case stands."""
    if not isinstance(token_hash, str) or not token_hash:
        return None
    links = PersonalLink.objects.select_related("organisation", "made_by")
    found = links.filter(token_hash=token_hash).first()
    return found if found and still_stands(found) else None


@transaction.atomic
def send_code(link: PersonalLink) -> bool:
    """Mail a new code to the address of the link; the one before no longer counts.

    False where this link has had all its codes: it is then to be sent anew by whoever made it.
    """
    locked = PersonalLink.objects.select_for_update().get(pk=link.pk)
    if locked.codes_sent >= CODES_MOST:
        return False
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    locked.code_hash = _code_hash(locked, code)
    locked.code_sent_at, locked.code_tries = timezone.now(), 0
    locked.codes_sent += 1
    locked.save(update_fields=["code_hash", "code_sent_at", "code_tries", "codes_sent"])
    half = CODE_DIGITS // 2
    queue_mail(
        key=f"link-code:{locked.pk}:{locked.token_hash[:12]}:{locked.codes_sent}",
        purpose="personal_link_code",
        to=locked.email,
        to_name=locked.name,
        language=locked.language,
        template="personal_link_code",
        context={"code": f"{code[:half]}-{code[half:]}", "minutes": CODE_MINUTES},
        related=f"accounts.PersonalLink:{locked.pk}",
        priority=FIRST_IN_LINE,
        forget_body=True,
    )
    return True


def _code_hash(link: PersonalLink, code: str) -> str:
    """Keyed and bound to the link and its token, so that the row alone tells nothing."""
    salt = f"accounts.personal_link:{link.pk}:{link.token_hash}"
    return salted_hmac(salt, code, algorithm="sha256").hexdigest()


def use(link: PersonalLink, code: str) -> PersonalLink:
    """Spend the code of a link. Of two who type it at once the second is refused.

    Raises AccountError for a wrong code, which is counted, for one that was used or is too old, and
    after five tries. Call it outside a transaction: what is counted must stay.
    """
    with transaction.atomic():
        locked = lock_link(link)
        fault = _fault_of(locked, code)
        if not fault:
            _spend(locked)
    if fault:
        raise AccountError(fault)
    return locked


def lock_link(link: PersonalLink) -> PersonalLink:
    """The link as it stands now, locked."""
    return PersonalLink.objects.select_for_update().get(pk=link.pk)


def _fault_of(link: PersonalLink, code: str) -> str:
    """Why this code does not count, empty where it does; a wrong one is counted here."""
    since = timezone.now() - timedelta(minutes=CODE_MINUTES)
    is_late = link.code_sent_at is None or link.code_sent_at < since
    if not still_stands(link) or not link.code_hash or is_late:
        return _("This code no longer counts. Ask for a new one.")
    if hmac.compare_digest(link.code_hash, _code_hash(link, _digits(code))):
        return ""
    link.code_tries += 1
    if link.code_tries >= CODE_TRIES:
        link.code_hash = ""
    link.save(update_fields=["code_tries", "code_hash"])
    if not link.code_hash:
        return _("That was wrong too often; this code no longer counts. Ask for a new one.")
    return _("This is not the code of the last e-mail. Type it again, or ask for a new one.")


def _digits(typed: str) -> str:
    """The digits of a code, in whatever width and with whatever signs between them."""
    return "".join(sign for sign in normalise(typed[:100]) if sign in "0123456789")


def _spend(link: PersonalLink) -> None:
    now = timezone.now()
    link.code_hash, link.code_tries = "", 0
    link.first_used_at, link.last_used_at = link.first_used_at or now, now
    link.save(update_fields=["code_hash", "code_tries", "first_used_at", "last_used_at"])


# Who holds a link -------------------------------------------------------------------------------


def hold(request: HttpRequest, link: PersonalLink) -> None:
    """From here on this browser holds the link; its session goes on under a new key."""
    request.session.cycle_key()
    now = int(time.time())
    held = dict(request.session.get(HELD, {}))
    held[str(link.public_id)] = {"token": link.token_hash, "began": now, "seen": now}
    request.session[HELD] = held


def link_holder(request: HttpRequest, public_id: object, *purposes: str) -> PersonalLink | None:
    """The link with this public id, if this browser holds it and it is in force now; else None.

    With `purposes`, only where it is one of these. The row is read with every request: a link that
    was taken back, sent anew or has run out opens nothing any more.
    """
    kept = request.session.get(HELD, {}).get(str(public_id))
    if not kept or not _is_fresh(kept):
        return None
    links = PersonalLink.objects.select_related("organisation", "made_by")
    found = links.filter(public_id=str(public_id), token_hash=kept["token"]).first()
    if found is None or not still_stands(found) or (purposes and found.purpose not in purposes):
        return None
    _see(request, str(public_id), kept)
    return found


def was_held(request: HttpRequest, public_id: object) -> bool:
    """Whether this browser held the link before, however long ago: it is then led to a new code."""
    return str(public_id) in request.session.get(HELD, {})


def _is_fresh(kept: dict[str, Any]) -> bool:
    now = time.time()
    is_idle = now - kept["seen"] > settings.SESSION_IDLE_SECONDS["other"]
    return not is_idle and now - kept["began"] <= settings.SESSION_ABSOLUTE_SECONDS


def _see(request: HttpRequest, public_id: str, kept: dict[str, Any]) -> None:
    now = int(time.time())
    if now - kept["seen"] > SEEN_EVERY_SECONDS:
        held = dict(request.session[HELD])
        held[public_id] = {**kept, "seen": now}
        request.session[HELD] = held


# What was typed while the link was held no longer ----------------------------------------------

TYPED = "link_typed"  # in the session: by the address of a page, what was sent to it too late
TYPED_CHARACTERS = 50_000


def keep_typed(request: HttpRequest) -> bool:
    """Keep a form that arrives after its time in the browser's own session, on the server; it is
    shown again after the next code.
    """
    if request.method != "POST":
        return False
    values = {name: request.POST.getlist(name) for name in request.POST if name not in NEVER_KEPT}
    if not values or len(json.dumps(values)) > TYPED_CHARACTERS:
        return False
    request.session[TYPED] = {request.path: values}
    return True


def page_of_typed(request: HttpRequest, link: PersonalLink) -> str:
    """The page of this link on which something was typed too late; a new code leads back there."""
    pages = request.session.get(TYPED, {})
    return next((path for path in pages if str(link.public_id) in path), "")


def typed_before(request: HttpRequest) -> QueryDict | None:
    """What was kept for this page, once."""
    kept = request.session.get(TYPED, {}).get(request.path)
    if kept is None:
        return None
    del request.session[TYPED]
    data = QueryDict(mutable=True)
    for name, values in kept.items():
        data.setlist(name, values)
    return data
