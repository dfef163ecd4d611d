"""What an overseas office does with an opening: hand it on to bodies of its countries, and remind
those that have not answered.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.link_services import make_link, renew_link, revoke_link
from accounts.models import Organisation, User
from notices.mails import mail_text, queue_mails, still_needed
from notices.models import Mail
from schedule.models import Cycle
from trainees.models import Agency, Contact, OfficeCountry, SendingGovernment

from ..deadlines import Until, due_on_of, is_over, until_of, until_words
from ..models import Forwarding, Nomination, Opening
from .ground import PlacementError, in_our_words
from .recruitment import lock_opening

REMINDER = "forwarding_reminder"
LINK = "forwarding"  # the purpose of the personal links to what was handed on
GRACE_DAYS = 14  # a link outlives the day of the answer by as much
Answer = Forwarding.Answer


@dataclass(frozen=True)
class Addressee:
    """A body to which an opening is handed on, and the person there who gets it."""

    organisation: Organisation
    contact: Contact | None = None


def codes_of(opening: Opening, on: date) -> Any:
    """The same as a query, to be asked within another one."""
    return OfficeCountry.objects.in_force(on).filter(office=opening.office_id).values("country")


def countries_of(opening: Opening, on: date) -> set[str]:
    """The countries that the office of an opening looks after on this day."""
    rows = OfficeCountry.objects.in_force(on).filter(office=opening.office_id)
    return {str(code) for code in rows.values_list("country", flat=True)}


def bodies_of(countries: Any) -> tuple[list[Agency], list[SendingGovernment]]:
    """The agencies and the overseas local governments of these countries."""
    agencies = Agency.objects.filter(country__in=countries).select_related("organisation")
    governments = SendingGovernment.objects.filter(country__in=countries)
    return list(agencies), list(governments.select_related("organisation", "agency__organisation"))


@in_our_words()
@transaction.atomic
def forward_opening(
    opening: Opening,
    *,
    to: Sequence[Addressee],
    answer_by: date,
    by: User,
    message: str = "",
    with_link: bool = False,
) -> list[Forwarding]:
    """Hand an opening on to bodies of the office's countries; gives those that are new.

    With a link each contact gets a mail with a personal link to the request; without one the portal
    writes to nobody and notes that the office has. A body that has it already keeps its row,
    whoever forwarded it. Raises PlacementError for an opening that is closed or over, a day out of
    reach, or a body of a country that the office does not look after on this day.
    """
    opening = _lock_in_force(opening)
    today = timezone.localdate()
    check_answer_day(opening, answer_by, today)
    if not to:
        raise PlacementError(_("Choose to whom it is forwarded."))
    agencies, governments = bodies_of(countries_of(opening, today))
    reached = {each.organisation_id for each in agencies}
    reached |= {each.organisation_id for each in governments}
    if {each.organisation.pk for each in to} - reached:
        raise PlacementError(_("One of these bodies lies in a country that is not the office's."))
    known = set(opening.forwardings.values_list("organisation", flat=True))
    made = []
    for each in to:
        contact = each.contact
        if with_link and not (contact and contact.email and contact.left_on is None):
            raise PlacementError(
                _("{body}: a link needs a contact with an e-mail address.").format(
                    body=each.organisation.name
                )
            )
        if contact is not None and contact.organisation_id != each.organisation.pk:
            raise PlacementError(_("This contact belongs to another body."))
        if each.organisation.pk in known:
            continue
        known.add(each.organisation.pk)
        row = Forwarding.objects.create(
            opening=opening,
            organisation=each.organisation,
            contact=contact,
            answer_by=answer_by,
            message=message,
            forwarded_by=by,
        )
        if with_link and contact:
            send_link(row, contact, by=by, message=message)
        made.append(row)
    return made


def send_link(row: Forwarding, contact: Contact, *, by: User, message: str) -> None:
    """Mail this contact a personal link to what was handed on; the row names it.

    A link of another address ends with it, and whom the body has nominated by that one is followed
    by the new one.
    """
    before, opening = row.link, row.opening
    last = max(row.answer_by, due_on_of(opening) or row.answer_by)
    row.link = make_link(
        purpose=LINK,
        subject=row,
        email=contact.email,
        name=contact.name,
        language=contact.language,
        by=by,
        organisation=row.organisation,
        days=max(1, (last - timezone.localdate()).days + GRACE_DAYS),
        message=_with_days(row, message, language=contact.language),
    )
    row.save(update_fields=["link"])
    if before is not None and before.pk != row.link.pk:
        revoke_link(before, by=by)
        Nomination.objects.filter(link=before, opening=opening).update(link=row.link)


def _with_days(row: Forwarding, message: str, *, language: str) -> str:
    """What the mail says beside the request: the year, until when it is answered, and the words of
    the office.
    """
    opening = row.opening
    cycle = opening.host_request.cycle
    with translation.override(language):
        lines = [
            _("{programme}, {fiscal_year}").format(
                programme=cycle.programme.name, fiscal_year=cycle.year_label
            ),
            _("Answer until: {until}").format(
                until=until_words(Until(row.answer_by, opening.office.zone))
            ),
            _("Nominate until: {until}").format(until=until_words(until_of(opening))),
        ]
    return "\n".join(lines) + (f"\n\n{message}" if message else "")


def check_answer_day(opening: Opening, day: date, today: date) -> None:
    """Raises PlacementError for a day that has passed, or that leaves the office no time."""
    last = due_on_of(opening)
    if day < today:
        raise PlacementError(_("This day has passed."))
    if last is not None and day > last:
        raise PlacementError(_("The answers must come before the nominations end."))


def waiting(opening: Opening) -> list[Forwarding]:
    """The bodies that have not answered yet, those with an address first."""
    rows = opening.forwardings.filter(answer=Answer.WAITING)
    found = list(rows.select_related("organisation", "contact", "link"))
    return sorted(found, key=lambda each: (not _address(each), each.organisation.name_en))


def can_be_mailed(forwarding: Forwarding) -> bool:
    """Whether there is somebody at the body whom the portal can write to."""
    return bool(_address(forwarding))


@in_our_words()
@transaction.atomic
def remind_bodies(
    opening: Opening, *, forwardings: Collection[Forwarding], by: User, text: str = ""
) -> int:
    """One mail to each of these bodies that waits still; how many were written to. Who has a link
    gets it anew in that mail: the portal keeps no address of a link.

    Raises PlacementError where nobody is left, or once the opening is closed or over.
    """
    opening = _lock_in_force(opening)
    asked = {each.pk for each in forwardings}
    rows = [each for each in waiting(opening) if each.pk in asked and _address(each)]
    if not rows:
        raise PlacementError(_("Nobody is left to be reminded: all have answered."))
    round_, mails, reached = uuid.uuid4(), [], []
    for row in rows:
        row.opening = opening
        draft = _reminder(row, round_, by=by, text=text)
        if row.link is None or row.link.revoked_at is not None:
            mails.append(draft)
        else:
            subject, body = _shown(draft)
            words = f"{subject}\n\n{body}"
            if row.contact is not None and row.link.email != row.contact.email.lower():
                send_link(row, row.contact, by=by, message=words)
            else:
                renew_link(row.link, by=by, message=words)
            reached.append(row.pk)
    queued = set(queue_mails(mails).keys)
    reached += [row.pk for row in rows if _key(row, round_) in queued]
    Forwarding.objects.filter(pk__in=reached).update(reminded_at=timezone.now())
    return len(reached)


def preview_reminder(forwarding: Forwarding, *, by: User, text: str = "") -> dict[str, Any]:
    """What the mail to this body would say."""
    draft = _reminder(forwarding, uuid.uuid4(), by=by, text=text)
    subject, body = mail_text(
        REMINDER, draft["language"], {**draft["context"], "to_name": draft["to_name"]}
    )
    return {"to": draft["to_name"], "subject": subject, "body": body, "language": draft["language"]}


def _shown(draft: dict[str, Any]) -> tuple[str, str]:
    """The words of a reminder, without greeting and foot: the mail of the link has its own."""
    return mail_text(f"{REMINDER}_words", draft["language"], draft["context"])


def _reminder(row: Forwarding, round_: uuid.UUID, *, by: User, text: str) -> dict[str, Any]:
    language = row.contact.language if row.contact else "en"
    opening = row.opening
    cycle = opening.host_request.cycle
    with translation.override(language):
        context = {
            "programme": cycle.programme.name,
            "fiscal_year": cycle.year_label,
            "opening": str(opening.host_request),
            "theme": opening.host_request.training_programme.theme,
            "organisation": row.organisation.name,
            "until": until_words(Until(row.answer_by, opening.office.zone)),
            "text": text,
            "office": opening.office.organisation.name,
            "officer": by.name,
            "office_email": opening.office.email or by.email,
        }
    return {
        "key": _key(row, round_),
        "purpose": REMINDER,
        "to": _address(row),
        "to_name": row.contact.name if row.contact else row.organisation.name_in(language),
        "language": language,
        "template": REMINDER,
        "context": context,
        "related": f"placements.Forwarding:{row.pk}",
    }


def _key(row: Forwarding, round_: uuid.UUID) -> str:
    return f"{REMINDER}:{round_}:{row.pk}"


def _address(row: Forwarding) -> str:
    if row.contact is None or row.contact.left_on is not None:
        return ""
    return row.contact.email


def _lock_in_force(opening: Opening) -> Opening:
    row = lock_opening(opening)
    if reason := reason_against_forwarding(row, timezone.localdate()):
        raise PlacementError(reason)
    return row


def reason_against_forwarding(opening: Opening, on: date) -> str | None:
    """Why nothing can be done with this opening any more, in words of the reader."""
    if opening.host_request.cycle.state != Cycle.State.OPEN:
        return _("This cycle is not open.")
    if opening.published_at is None:
        return _("This opening is not published.")
    if opening.closed_at is not None:
        return _("This opening was closed: {reason}").format(reason=opening.closed_reason)
    if trouble := opening.trouble:
        return trouble
    if is_over(opening, on):
        return _("The last day of the nominations has passed.")
    return None


@still_needed(REMINDER)
def reason_against_reminder(mail: Mail) -> str | None:
    """Who has answered meanwhile is not reminded, nor of an opening that was closed."""
    pk = mail.related.rpartition(":")[2]
    rows = Forwarding.objects.filter(pk=pk, answer=Answer.WAITING, opening__closed_at=None)
    return None if rows.exists() else "The answer has come meanwhile."
