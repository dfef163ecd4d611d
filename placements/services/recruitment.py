"""What staff do with the recruitment of a cycle: offer requests to offices, publish, add, change,
close. Officers are mailed from the outbox, one mail for each person and event.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.queries import people_by_organisation
from hosts.models import HostRequest
from hosts.states import RequestState
from notices.mails import queue_mails, still_needed
from notices.models import Mail
from schedule.models import Cycle
from schedule.vocabulary import Route
from trainees.models import OverseasOffice

from ..deadlines import Until, due_on_of, until_of, until_words
from ..models import Opening, Recruitment
from ..offering import proposed_offices, reaches, requests_to_offer
from .ground import PlacementError, lock_open

logger = logging.getLogger(__name__)

PUBLISHED, ADDED = "recruitment_open", "opening_added"
CHANGED, CLOSED = "opening_changed", "opening_closed"


@dataclass
class Told:
    """One office with what is offered to it, and who of it gets a mail."""

    office: OverseasOffice
    openings: list[Opening] = field(default_factory=list)
    people: list[User] = field(default_factory=list)


@transaction.atomic
def start_recruitment(cycle: Cycle, *, by: User | None) -> Recruitment:
    """The recruitment of a cycle; the first call begins it with the proposed openings.

    Raises PlacementError unless the cycle is open.
    """
    cycle = lock_open(cycle)
    found, is_new = Recruitment.objects.get_or_create(cycle=cycle)
    found.cycle = cycle
    if is_new:
        propose_openings(cycle, on=timezone.localdate())
    return found


def propose_openings(cycle: Cycle, *, on: date) -> int:
    """Offer each request to the offices whose countries its host wishes for, where it is offered
    nowhere yet; how many openings were written.
    """
    offices = reaches(on)
    offered = set(openings_of(cycle).values_list("host_request", flat=True))
    rows = [
        Opening(host_request=request, office=each.office, quota=request.number)
        for request in requests_to_offer(cycle)
        if request.pk not in offered
        for each in proposed_offices(request, offices)
    ]
    Opening.objects.bulk_create(rows)
    return len(rows)


def openings_of(cycle: Cycle) -> Any:
    """Every opening of a cycle, published or not."""
    return Opening.objects.filter(host_request__answer__survey__cycle=cycle)


@transaction.atomic
def offer_requests(
    recruitment: Recruitment, quotas: Mapping[tuple[int, int], int | None], *, by: User
) -> None:
    """Say what goes where before anything is published: (request, office) → most nominees, None
    where it is not offered.

    Raises PlacementError once it was published, or for a request that cannot be offered.
    """
    recruitment = _lock(recruitment)
    if recruitment.is_published:
        raise PlacementError(_("The recruitment is published; change its openings one by one."))
    allowed = set(requests_to_offer(recruitment.cycle).values_list("pk", flat=True))
    if {request for request, _office in quotas} - allowed:
        raise PlacementError(_("One of these requests can no longer be offered. Look again."))
    known = {
        (row.host_request_id, row.office_id): row
        for row in openings_of(recruitment.cycle).select_for_update(of=("self",))
    }
    for (request, office), quota in sorted(quotas.items()):
        row = known.get((request, office))
        if quota is None:
            if row is not None:
                row.delete()
        elif row is None:
            Opening.objects.create(host_request_id=request, office_id=office, quota=quota)
        elif row.quota != quota:
            row.quota, row.version = quota, row.version + 1
            row.save(update_fields=["quota", "version"])


def told_of(openings: Iterable[Opening], on: date) -> list[Told]:
    """Each office with its openings and its people on this day: one query for all people."""
    found: dict[int, Told] = {}
    for opening in openings:
        each = found.setdefault(opening.office_id, Told(opening.office))
        each.openings.append(opening)
    bodies = [each.office.organisation_id for each in found.values()]
    people = people_by_organisation(Role.OVERSEAS_OFFICE, on=on, organisations=bodies)
    for each in found.values():
        each.people = people.get(each.office.organisation_id, [])
    return sorted(found.values(), key=lambda each: each.office.code)


def with_parts(rows: Any) -> Any:
    """Openings with everything that their names and days need."""
    request = "host_request__answer"
    return rows.select_related(
        "office__organisation",
        f"{request}__survey__cycle__programme__operator",
        f"{request}__government__organisation",
        f"{request}__government__prefecture__organisation",
        "host_request__training_programme",
    ).order_by("office__code", f"{request}__government__code", "host_request")


@transaction.atomic
def publish(recruitment: Recruitment, *, by: User | None) -> list[Told]:
    """Publish every opening that was composed; each officer of an office gets one mail.

    A second call changes nothing and mails nobody. Raises PlacementError where nothing is offered,
    or where the last day of an opening has passed.
    """
    recruitment = _lock(recruitment)
    if recruitment.is_published:
        return []
    today, now = timezone.localdate(), timezone.now()
    rows = list(with_parts(openings_of(recruitment.cycle).filter(published_at=None)))
    if not rows:
        raise PlacementError(_("Nothing is offered yet. Choose which request goes where."))
    _share_cycle(rows, recruitment.cycle)
    for row in rows:
        _check_day(row, today)
    Opening.objects.filter(pk__in=[row.pk for row in rows]).update(published_at=now)
    recruitment.published_at, recruitment.published_by = now, by
    recruitment.save(update_fields=["published_at", "published_by"])
    for row in rows:
        row.published_at = now
    found = told_of(rows, today)
    _tell(PUBLISHED, str(recruitment.pk), found, recruitment=recruitment)
    return found


@transaction.atomic
def add_opening(
    recruitment: Recruitment,
    *,
    host_request: HostRequest,
    office: OverseasOffice,
    quota: int,
    by: User,
    nominate_by: date | None = None,
    note: str = "",
) -> Opening:
    """Offer one more request to an office; once the recruitment is published the office is told.

    Raises PlacementError for a request that cannot be offered, or that the office has already.
    """
    recruitment = _lock(recruitment)
    if not requests_to_offer(recruitment.cycle).filter(pk=host_request.pk).exists():
        raise PlacementError(
            _("This request is not offered to offices: it is not open, or its host selects itself.")
        )
    try:
        with transaction.atomic():
            made = Opening.objects.create(
                host_request=host_request,
                office=office,
                quota=quota,
                nominate_by=nominate_by,
                note=note,
                published_at=timezone.now() if recruitment.is_published else None,
            )
    except IntegrityError as error:
        raise PlacementError(_("This office has this request already.")) from error
    row = with_parts(Opening.objects.filter(pk=made.pk)).get()
    _check_day(row, timezone.localdate())
    if row.published_at:
        _tell(ADDED, str(row.public_id), told_of([row], timezone.localdate()))
    return row


@transaction.atomic
def change_opening(
    opening: Opening, *, quota: int, nominate_by: date | None, note: str, by: User
) -> Opening:
    """Change how many, until when, or the note; a published one whose number or day is another
    now is told to its office. The caller has checked the version.

    Raises PlacementError for a closed one, for a day that has passed, or for a number below those
    who are nominated already.
    """
    row = lock_opening(opening)
    if row.closed_at is not None:
        raise PlacementError(_("This opening is closed; it changes no more."))
    before = (row.quota, due_on_of(row))
    nominated = row.nominations.counted().count()
    if quota < nominated:
        raise PlacementError(
            _("{n} people are nominated already; the number cannot be lower.").format(n=nominated)
        )
    row.quota, row.nominate_by, row.note = quota, nominate_by, note
    if due_on_of(row) != before[1]:
        _check_day(row, timezone.localdate())
    row.version += 1
    row.save(update_fields=["quota", "nominate_by", "note", "version"])
    if row.published_at and before != (row.quota, due_on_of(row)):
        found = told_of([row], timezone.localdate())
        _tell(CHANGED, f"{row.public_id}:{row.version}", found, before=before)
    return row


@transaction.atomic
def close_opening(opening: Opening, *, reason: str, by: User | None) -> Opening:
    """Take an opening back with a reason; its nominations stay, nobody new can be nominated.

    One that was not published yet is taken out. A second time changes nothing.
    """
    row = lock_opening(opening)
    if row.closed_at is not None:
        return row
    if row.published_at is None:
        row.delete()
        return row
    row.closed_at, row.closed_by, row.closed_reason = timezone.now(), by, reason
    row.version += 1
    row.save(update_fields=["closed_at", "closed_by", "closed_reason", "version"])
    _tell(CLOSED, str(row.public_id), told_of([row], timezone.localdate()))
    return row


def close_what_hosts_left() -> int:
    """Close the openings whose request was taken back, or whose host selects its own candidate now;
    their offices are mailed, and nominations stay. How many; a second run closes none.
    """
    gone = Q(host_request__state=RequestState.WITHDRAWN) | (
        Q(host_request__state=RequestState.OPEN) & ~Q(host_request__route=Route.MEDIATED)
    )
    rows = Opening.objects.in_force().filter(
        gone, host_request__answer__survey__cycle__state=Cycle.State.OPEN
    )
    closed = 0
    for key in list(rows.values_list("pk", flat=True)):
        with transaction.atomic():
            row = lock_opening(with_parts(Opening.objects.filter(pk=key)).get())
            if row.is_in_force and row.is_left_by_host:
                close_opening(row, reason=_in_both(row), by=None)
                closed += 1
    return closed


def _in_both(opening: Opening) -> str:
    """Why it was closed, for readers of both languages: officers abroad read either."""
    said = []
    for language in ("en", "ja"):
        with translation.override(language):
            said.append(opening.trouble)
    return " / ".join(said)


def lock_opening(opening: Opening) -> Opening:
    """The opening with its names, locked behind its cycle. Raises PlacementError unless the cycle
    is open.
    """
    cycle = lock_open(opening.host_request.cycle)
    row = with_parts(Opening.objects.select_for_update(of=("self",))).get(pk=opening.pk)
    _share_cycle([row], cycle)
    return row


def _lock(recruitment: Recruitment) -> Recruitment:
    """The recruitment, locked behind its cycle. Raises PlacementError unless the cycle is open."""
    cycle = lock_open(recruitment.cycle)
    locked = Recruitment.objects.select_for_update().get(pk=recruitment.pk)
    locked.cycle = cycle
    return locked


def _share_cycle(rows: Sequence[Opening], cycle: Cycle) -> None:
    """One cycle for all rows, so that its deadlines are read once."""
    for row in rows:
        row.host_request.answer.survey.cycle = cycle


def _check_day(row: Opening, today: date) -> None:
    day = due_on_of(row)
    if day is None:
        raise PlacementError(
            _("The cycle has no deadline for nominations. Enter a day at the opening.")
        )
    if day < today:
        raise PlacementError(
            _("{opening}: the last day of the nominations has passed.").format(opening=row)
        )


# Mails ----------------------------------------------------------------------------------------


def _tell(purpose: str, key: str, offices: Iterable[Told], **more: Any) -> None:
    """One mail for each officer. An address that takes none keeps nobody else from theirs."""
    drafts: dict[int, tuple[User, list[Told]]] = {}
    for each in offices:
        for user in each.people:
            drafts.setdefault(user.pk, (user, []))[1].append(each)
    queued = queue_mails(
        _draft(purpose, key, user, theirs, **more) for user, theirs in drafts.values()
    )
    for refused, reason in queued.refused.items():
        logger.error("%s was not queued: %s", refused, reason)


def _draft(purpose: str, key: str, user: User, offices: list[Told], **more: Any) -> dict[str, Any]:
    opening = offices[0].openings[0]
    return {
        "key": f"{purpose}:{key}:{user.pk}",
        "purpose": purpose,
        "to": user.email,
        "to_name": user.name,
        "language": user.language,
        "template": purpose,
        "context": mail_context(user, offices, **more),
        "related": f"placements.Opening:{opening.pk}",
    }


def mail_context(
    user: User,
    offices: list[Told],
    *,
    recruitment: Recruitment | None = None,
    before: tuple[int, date | None] | None = None,
) -> dict[str, Any]:
    """What the mail to this officer says, in their language; also for the page that shows it."""
    openings = [opening for each in offices for opening in each.openings]
    first = openings[0]
    cycle = first.host_request.cycle
    with translation.override(user.language):
        is_one = recruitment is None
        return {
            "programme": cycle.programme.name,
            "fiscal_year": cycle.year_label,
            "offices": [each.office.organisation.name for each in offices],
            "text": recruitment.text if recruitment else "",
            "openings": [_in_mail(each) for each in openings],
            "opening": _in_mail(first),
            "before_quota": before[0] if before else None,
            "before_until": until_words(Until(before[1], first.office.zone))
            if before and before[1]
            else "",
            "reason": first.closed_reason,
            "address": settings.SITE_URL
            + (
                reverse("recruitment:opening", args=[first.public_id])
                if is_one
                else reverse("recruitment:home")
            ),
        }


def _in_mail(opening: Opening) -> dict[str, Any]:
    request = opening.host_request
    return {
        "name": str(request),
        "theme": request.training_programme.theme,
        "quota": opening.quota,
        "until": until_words(until_of(opening)),
        "note": opening.note,
    }


@still_needed(PUBLISHED)
@still_needed(ADDED)
@still_needed(CHANGED)
def reason_against(mail: Mail) -> str | None:
    """Nobody is told of an opening that was taken back meanwhile, or whose cycle is over."""
    pk = mail.related.rpartition(":")[2]
    rows = Opening.objects.filter(host_request__answer__survey__cycle__state=Cycle.State.OPEN)
    if mail.purpose != PUBLISHED:
        rows = rows.filter(closed_at=None)
    return None if rows.filter(pk=pk).exists() else "The opening is no longer there."
