"""What staff say of a paper that was handed in; who handed in a refused one is mailed."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.moves import make_move
from files.models import Scan, StoredFile
from files.received import is_given_out
from files.received.scanning import harmful_found
from notices.mails import queue_or_refuse
from schedule.models import Cycle

from ..models import SHORT_TEXT, Application, Document
from ..services import CYCLE_CLOSED, TraineeError, open_until
from ..states import DOCUMENT_COUNTS, DOCUMENT_MOVES, ApplicationState, DocumentState


@transaction.atomic
def accept_document(document: Document, *, by: User) -> Document:
    """The paper is what it should be. A second time changes nothing.

    Raises TraineeError where it was replaced, or where nobody could have looked at it.
    """
    row = _lock(document)
    if row.state == DocumentState.ACCEPTED:
        return row
    if not is_given_out(row.file):
        raise TraineeError(_("The file was not scanned yet or is harmful; nobody can look at it."))
    _move(row, DocumentState.ACCEPTED, by=by, refusal="")
    return row


@transaction.atomic
def refuse_document(document: Document, *, reason: str, by: User | None) -> Document:
    """The paper does not do; the person is mailed why and hands in another. The same refusal a
    second time mails nothing.
    """
    reason = reason.strip()
    if not reason:
        raise TraineeError(_("Write why it is refused; the person reads it."))
    if len(reason) > SHORT_TEXT:
        raise TraineeError(_("Use at most {most} characters.").format(most=SHORT_TEXT))
    row = _lock(document)
    if row.state == DocumentState.REFUSED and row.refusal == reason:
        return row
    _move(row, DocumentState.REFUSED, by=by, reason=reason, refusal=reason)
    _tell(row)
    return row


def _lock(document: Document) -> Document:
    """The paper, locked behind its application as in handing in. Raises TraineeError of what is
    over.
    """
    application = Application.objects.select_for_update(of=("self",)).get(
        pk=document.application_id
    )
    if application.cycle.state != Cycle.State.OPEN:
        raise TraineeError(str(CYCLE_CLOSED))
    if application.state == ApplicationState.WITHDRAWN:
        raise TraineeError(_("This application was withdrawn."))
    return (
        Document.objects.select_for_update(of=("self",))
        .select_related("kind", "file", "application__trainee__user")
        .select_related("application__cycle__programme")
        .get(pk=document.pk)
    )


def _move(row: Document, to: str, *, by: User | None, reason: str = "", **changes: Any) -> None:
    make_move(row, to, by=by, table=DOCUMENT_MOVES, reason=reason, refuse=TraineeError, **changes)


def _tell(row: Document) -> None:
    """Mail the person. Of a paper about health the mail says neither which it is nor why (P17)."""
    application = row.application
    person, cycle = application.trainee, application.cycle
    language = person.user.language if person.user else "en"
    path = reverse("trainees:documents", args=[application.public_id])
    with translation.override(language):
        context = {
            "case_number": application.case_number,
            "programme": cycle.programme.name,
            "fiscal_year": cycle.year_label,
            "paper": "" if row.kind.is_special_care else row.kind.name,
            "reason": "" if row.kind.is_special_care else row.refusal,
            "due_on": open_until(application, timezone.localdate()),
            "address": settings.SITE_URL + path,
            "contact": cycle.programme.contact_email,
        }
    queue_or_refuse(
        refuse=TraineeError,
        key=f"document_refused:{row.public_id}:{row.moves.count()}",
        to=person.user.email if person.user else person.email,
        to_name=person.called,
        language=language,
        template="document_refused",
        context=context,
        related=f"trainees.Document:{row.pk}",
    )


@receiver(harmful_found, dispatch_uid="trainees: a harmful paper is refused")
def _refuse_the_harmful(sender: Any, stored: StoredFile, **kwargs: Any) -> None:
    """A paper in which the scanner found something harmful is refused at once; the person hears it
    in their language.
    """
    rows = Document.objects.filter(file=stored, state__in=DOCUMENT_COUNTS)
    row = rows.select_related("application__trainee__user").first()
    if row is None or stored.scan != Scan.HARMFUL:
        return
    person = row.application.trainee.user
    with translation.override(person.language if person else "en"):
        reason = _("The scanner found something harmful in this file. Hand in another one.")
    try:
        refuse_document(row, reason=reason, by=None)
    except TraineeError:
        return  # the cycle or the application is over: nobody needs another one
