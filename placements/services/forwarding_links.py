"""The personal link to what was handed on: given to another person of the body, taken back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.link_services import revoke_link
from accounts.models import User
from trainees.models import Contact

from ..models import Forwarding
from .forwarding import reason_against_forwarding, send_link
from .ground import PlacementError, in_our_words
from .recruitment import lock_opening


@in_our_words()
@transaction.atomic
def hand_link(
    forwarding: Forwarding, *, contact: Contact, by: User, message: str = ""
) -> Forwarding:
    """Mail a personal link to this person of the body; the link of anybody else there ends.

    The same person gets a new one for the old. Raises PlacementError for somebody of another body,
    for whoever has left or has no address, and once the opening is closed or over.
    """
    opening = lock_opening(forwarding.opening)
    if reason := reason_against_forwarding(opening, timezone.localdate()):
        raise PlacementError(reason)
    row = _lock(forwarding)
    row.opening = opening
    if contact.organisation_id != row.organisation_id:
        raise PlacementError(_("This contact belongs to another body."))
    if not contact.email or contact.left_on is not None:
        raise PlacementError(
            _("{body}: a link needs a contact with an e-mail address.").format(
                body=row.organisation.name
            )
        )
    row.contact = contact
    row.save(update_fields=["contact"])
    send_link(row, contact, by=by, message=message or row.message)
    return row


@transaction.atomic
def take_link_back(forwarding: Forwarding, *, by: User) -> Forwarding:
    """The link opens nothing from the next request; what was answered and nominated by it stays.

    A second time changes nothing. Raises PlacementError where nobody there has one.
    """
    row = _lock(forwarding)
    if row.link is None:
        raise PlacementError(_("Nobody there has a personal link."))
    revoke_link(row.link, by=by)
    return row


def _lock(forwarding: Forwarding) -> Forwarding:
    rows = Forwarding.objects.select_for_update(of=("self",))
    return rows.select_related("organisation", "link").get(pk=forwarding.pk)
