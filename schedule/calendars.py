"""One person's calendar: what they have to do and the days that concern them, and nobody else's.

An app declares what it knows of a person's days in its `calendars.py`, found by autodiscovery; the
duties come from `duties.py`. The calendar is read under a secret address that can be shown again
and renewed; renewed, the old address is gone.
"""

import hashlib
import secrets
from base64 import b32encode
from collections.abc import Callable, Iterable
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User

from .duties import duties_of
from .ics import Entry, calendar_file
from .models import CalendarFeed

Source = Callable[[User, date], Iterable[Entry]]
_sources: list[Source] = []


def calendar_source(source: Source) -> Source:
    """Declare the days that an app knows of a person; called in the person's language."""
    _sources.append(source)
    return source


# The secret address -----------------------------------------------------------------------------
def token_of(feed: CalendarFeed) -> str:
    """The token: 160 bits that follow from the portal's key, the person and the number."""
    secret = salted_hmac(
        "schedule.CalendarFeed", f"{feed.user_id}.{feed.number}", algorithm="sha256"
    )
    return b32encode(secret.digest()[:20]).decode().lower()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def feed_of(user: User) -> CalendarFeed | None:
    """The person's feed; None before they asked for one, and where the portal has another key
    since: what could be shown then would open nothing.
    """
    feed = CalendarFeed.objects.filter(user=user).first()
    return feed if feed and feed.token_hash == hash_of(token_of(feed)) else None


@transaction.atomic
def renew_feed(user: User, *, number: int) -> CalendarFeed:
    """A new address in place of the one with this number (0: the first); sent twice, it is renewed
    once.
    """
    feed, is_new = CalendarFeed.objects.select_for_update().get_or_create(
        user=user, defaults={"token_hash": secrets.token_hex(32)}
    )
    is_shown = feed.token_hash == hash_of(token_of(feed))
    if not is_new and is_shown and feed.number != number:
        return feed
    feed.number += 0 if is_new else 1
    feed.token_hash, feed.renewed_at = hash_of(token_of(feed)), timezone.now()
    feed.save(update_fields=["number", "token_hash", "renewed_at"])
    return feed


def feed_by_token(token: str) -> CalendarFeed | None:
    """The feed of this address, where its person still has an account."""
    return (
        CalendarFeed.objects.select_related("user")
        .filter(token_hash=hash_of(token), user__is_active=True)
        .first()
    )


def address_of(feed: CalendarFeed) -> str:
    return settings.SITE_URL + reverse("calendar", args=[token_of(feed)])


# What stands in it ------------------------------------------------------------------------------
def calendar_of(user: User, on: date) -> bytes:
    """The calendar in the person's language."""
    with translation.override(user.language):
        entries = [*_duties(user, on)]
        for source in _sources:
            entries += source(user, on)
        return calendar_file(
            entries,
            name=_("LGOTP: your days"),
            host=urlsplit(settings.SITE_URL).hostname or "portal",
            made_at=timezone.now(),
            language=user.language,
        )


def _duties(user: User, on: date) -> Iterable[Entry]:
    """A duty is one day, the last on which it can be done."""
    for duty in duties_of(user, on):
        if duty.due_on is None:
            continue
        name = hashlib.sha256(f"{duty.code} {duty.subject}".encode()).hexdigest()[:24]
        yield Entry(
            code=f"duty-{name}",
            first=duty.due_on,
            last=duty.due_on,
            title=str(duty.title),
            text=_("{detail} Until the end of this day in Japan (15:00 UTC).")
            .format(detail=duty.detail)
            .strip(),
            url=f"{settings.SITE_URL}{duty.url}" if str(duty.url).startswith("/") else "",
            is_task=True,
        )
